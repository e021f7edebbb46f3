import Foundation
import GRDB
import PollerDefinitions
import PollerModel
import Synchronization
import TestSupport

/// The real database of accounts in a folder of its own, which can be made to fail as a full disk
/// does.
final class AccountDatabase: Sendable {
    /// An empty one, which each test copies: to make one takes longer.
    private static let empty = Result { () throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        try Inventory(path: folder.path + "/pollerd.sqlite", catalogue: ShippedCatalogue.catalogue)
            .close()
        return folder
    }

    private let folder: TemporaryFolder
    let inventory: Inventory
    var path: String { folder.path + "/pollerd.sqlite" }

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.copyItem(
            atPath: Self.empty.get().path + "/pollerd.sqlite",
            toPath: folder.path + "/pollerd.sqlite")
        inventory = try Inventory(
            path: folder.path + "/pollerd.sqlite", catalogue: ShippedCatalogue.catalogue)
    }

    deinit {
        // The folder goes away in any case.
        try? inventory.close()
    }

    /// No session can be saved from now on.
    func breakDisk() throws {
        try change(
            """
            CREATE TRIGGER full BEFORE INSERT ON session
                BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
            """)
    }

    /// Everything that the tables of what is secret hold, in the forms in which it could be printed.
    func secrets() throws -> Set<String> {
        try DatabaseQueue(path: path).read { database in
            var found: Set<String> = []
            for table in ["account", "session", "api_token", "recovery_code", "signing_key"] {
                for row in try Row.fetchAll(database, sql: "SELECT * FROM \(table)") {
                    for (_, value) in row {
                        guard let data = Data.fromDatabaseValue(value), data.count >= 16 else {
                            continue
                        }
                        found.insert(data.base64EncodedString())
                        found.insert(data.map { String(format: "%02x", $0) }.joined())
                        if let text = String(data: data, encoding: .utf8) { found.insert(text) }
                    }
                }
            }
            return found
        }
    }

    /// Changes the database behind the daemon's back.
    func change(_ sql: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }
}

/// Who changed what, as the tests ask for it; kept in the real database too.
final class RecordedAudit: AuditLog, Sendable {
    private let kept = Mutex<[AuditEntry]>([])
    private let inventory: Inventory
    var entries: [AuditEntry] { kept.withLock { $0 } }

    init(_ inventory: Inventory) { self.inventory = inventory }

    func record(_ entry: AuditEntry) async {
        kept.withLock { $0.append(entry) }
        do {
            _ = try await inventory.append(entry)
        } catch {
            preconditionFailure("the audit log of a test is kept: \(error.words)")
        }
    }

    func records(_ query: AuditQuery) async throws(AccountFailure) -> [AuditRecord] {
        try await inventory.auditRecords(query)
    }

    func check() async throws(AccountFailure) -> AuditCheck { try await inventory.checkAudit() }
}
