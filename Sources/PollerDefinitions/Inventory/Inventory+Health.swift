import Foundation
import GRDB
import PollerModel

/// What is looked at, and repaired, without a daemon. Nothing here is done unless it is called for.
extension Inventory {
    private static func reader(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Names, not addresses, under which devices that are polled are asked; each once.
    ///
    /// - Parameter most: how many at most.
    package static func hostNames(at path: String, most: Int) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        // What is wrong with the database is told by `problem(at:)`.
        let hosts = try? reader(path).read { database in
            guard try database.tableExists("device") else { return [String]() }
            return try String.fetchAll(
                database,
                sql: "SELECT DISTINCT host FROM device WHERE is_enabled ORDER BY host")
        }
        // The daemon's own device has a name that nobody asks for.
        let own = DeviceHost.daemon.description
        return Array(
            (hosts ?? []).lazy.filter { IPAddress($0) == nil && $0 != own }.prefix(most))
    }

    /// What SQLite says of an index that does not fit its table; nil when all do, and where the
    /// database is damaged in another way, which `problem(at:)` tells.
    package static func indexDamage(at path: String) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let verdict = try? reader(path).read {
            try String.fetchOne($0, sql: "PRAGMA integrity_check(1)")
        }
        guard let verdict, verdict != "ok", verdict.contains("index") else { return nil }
        return verdict
    }

    /// Applied migrations, the last of which is the version of the schema; empty where there is no
    /// database, or none that can be read.
    package static func schema(at path: String) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let applied = try? reader(path).read {
            try InventorySchema.migrator.appliedIdentifiers($0)
        }
        return InventorySchema.migrator.migrations.filter { applied?.contains($0) ?? false }
    }

    /// Makes all indexes anew from their tables.
    ///
    /// - Throws: when the database is damaged in another way too.
    package static func makeIndexes(at path: String) throws(Problem) {
        try change(path) { database in
            try database.execute(sql: "REINDEX")
            let verdict = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "ok"
            guard verdict == "ok" else { throw UnreadableRow(words: verdict) }
        }
    }

    /// Brings SQLite's log into the database and empties it, as far as nobody reads from it.
    package static func writeLog(at path: String) throws(Problem) {
        try change(path) { database in
            let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            guard row?["busy"] == 0 else { throw Busy() }
        }
    }

    /// Somebody reads from the database or writes to it, and there is nothing wrong with that.
    private struct Busy: Error {}

    private static func change(
        _ path: String, _ body: (Database) throws -> Void
    ) throws(Problem) {
        // Opening would make an empty one, beside which SQLite removes the log of the one that was
        // there: all that may be left of it.
        guard FileManager.default.fileExists(atPath: path) else {
            throw Problem(
                place: path, what: "was not repaired: it is not there",
                fix: "restore it from a backup, and keep what lies beside it (\(path)-wal)")
        }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction(body)
            try queue.close()
        } catch {
            let isBusy =
                error is Busy || (error as? DatabaseError)?.resultCode == .SQLITE_BUSY
            throw Problem(
                place: path,
                what: "was not repaired: \(isBusy ? "somebody works on it" : words(error))",
                fix: isBusy
                    ? "try again in a moment"
                    : "restore it from a backup; the round-robin files are not affected")
        }
    }
}
