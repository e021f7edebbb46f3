import Foundation
import GRDB
package import PollerModel
import PollerSecrets

/// Who changed what, as a chain of records in which nothing can be changed unnoticed.
extension Inventory {
    /// Keeps an entry behind the newest record, and removes what is too old.
    package func append(_ entry: AuditEntry) async throws(AccountFailure) -> AuditRecord {
        try await writeAccounts("keep what was changed") { database in
            let last = try Row.fetchOne(
                database, sql: "SELECT id, digest FROM audit ORDER BY id DESC LIMIT 1")
            let removed = try Self.removedAudit(database)
            let previous: [UInt8] = last.map { Array($0["digest"] as Data) } ?? removed.digest
            let id = AuditRecordID(try Self.newestAudit(database) + 1)
            let record = AuditRecord(
                id: id, entry: entry, previous: previous,
                digest: try SHA256.digest(
                    AuditRecord.sealedBytes(id: id, entry: entry, previous: previous)))
            try AuditRow(record).insert(database)
            try Self.removeOldAudit(newest: record, database)
            return record
        }
    }

    package func auditRecords(
        _ query: AuditQuery
    ) async throws(AccountFailure) -> [AuditRecord] {
        try await readAccounts("read the audit log") { database in
            var rows = AuditRow.order(Column("id").desc)
            if let actor = query.actor {
                // A token of an account is “ann (token nightly)”.
                let ofTokens = "\(actor) (token "
                rows = rows.filter(
                    sql: """
                        (actor = ? COLLATE NOCASE OR substr(actor, 1, ?) = ? COLLATE NOCASE)
                        """,
                    arguments: [actor, ofTokens.unicodeScalars.count, ofTokens])
            }
            if let since = query.since { rows = rows.filter(Column("time") >= since.milliseconds) }
            if let before = query.before { rows = rows.filter(Column("id") < before.rawValue) }
            return try Self.records(rows.limit(query.limit), database).map { $0.record() }
        }
    }

    /// Reads all records, the oldest first, and makes their digests anew.
    package func checkAudit() async throws(AccountFailure) -> AuditCheck {
        try await readAccounts("check the audit log") { database in
            let removed = try Self.removedAudit(database)
            var chain = AuditChain(
                removed: AuditRecordID(removed.record), digest: removed.digest)
            let rows = try AuditRow.order(Column("id")).fetchCursor(database)
            while let record = try rows.next()?.record() {
                guard chain.take(record, digest: try SHA256.digest(record.sealedBytes)) else {
                    break
                }
            }
            return chain.check(newest: try Self.newestAudit(database))
        }
    }

    /// The number that was given out last; 0 before the first.
    private static func newestAudit(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
            ?? 0
    }

    private static func removedAudit(
        _ database: Database
    ) throws -> (record: Int64, digest: [UInt8]) {
        let row = try Row.fetchOne(database, sql: "SELECT record, digest FROM audit_removed")
        guard let row else { return (0, [UInt8](repeating: 0, count: SHA256.byteCount)) }
        return (row["record"], Array(row["digest"] as Data))
    }

    /// Always from the oldest on, so that what is left stays a chain: a clock that was set back
    /// for a while keeps records longer, and removes none in the middle.
    private static func removeOldAudit(newest: AuditRecord, _ database: Database) throws {
        let limit = newest.entry.time.advanced(seconds: -AuditRecord.keptSeconds)
        let young = try Int64.fetchOne(
            database, sql: "SELECT id FROM audit WHERE time > ? ORDER BY id LIMIT 1",
            arguments: [limit.milliseconds])
        let first = max(
            young ?? newest.id.rawValue, newest.id.rawValue - Int64(AuditRecord.largestCount) + 1)
        let last = try Row.fetchOne(
            database, sql: "SELECT id, digest FROM audit WHERE id < ? ORDER BY id DESC LIMIT 1",
            arguments: [first])
        guard let last else { return }
        try database.execute(sql: "DELETE FROM audit WHERE id < ?", arguments: [first])
        try database.execute(
            sql: "INSERT OR REPLACE INTO audit_removed (id, record, digest) VALUES (1, ?, ?)",
            arguments: [last["id"] as Int64, last["digest"] as Data])
    }
}
