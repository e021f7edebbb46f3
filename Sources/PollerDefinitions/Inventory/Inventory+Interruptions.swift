import GRDB
package import PollerModel

/// What gave no values, kept over a restart.
extension Inventory: InterruptionStore {
    /// What was written before, and when.
    package func interruptionHistory() throws(InventoryFailure) -> InterruptionHistory {
        do {
            return try database.read { database in
                var history = InterruptionHistory()
                history.kept = try Self.records(InterruptionRecord.all(), database).map {
                    try $0.interruption()
                }
                let highest = try Int64.fetchOne(
                    database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'interruption'")
                history.nextID = (highest ?? 0) + 1
                let alive = try Int64.fetchOne(database, sql: "SELECT alive_at FROM heartbeat")
                history.aliveAt = alive.flatMap(DeviceRecord.time)
                return history
            }
        } catch {
            throw Self.failure(error, "read what was interrupted")
        }
    }

    package func write(_ batch: InterruptionBatch) async throws(InventoryFailure) {
        do {
            try await database.write { database in
                let insertion = try database.cachedStatement(sql: Self.insertion)
                for interruption in batch.written {
                    try insertion.execute(arguments: Self.arguments(interruption))
                }
                let deletion = try database.cachedStatement(
                    sql: "DELETE FROM interruption WHERE id = ?")
                for id in batch.removed { try deletion.execute(arguments: [id.rawValue]) }
                if let aliveAt = batch.aliveAt {
                    try database.execute(
                        sql: """
                            INSERT INTO heartbeat (id, alive_at) VALUES (1, ?)
                            ON CONFLICT (id) DO UPDATE SET alive_at = excluded.alive_at
                            """,
                        arguments: [aliveAt.milliseconds])
                }
            }
        } catch {
            throw Self.failure(error, "write what was interrupted")
        }
    }

    // Where what it belongs to was removed meanwhile, nothing is written.
    private static let insertion = """
        INSERT INTO interruption
            (id, device, data_source, started_at, ended_at, code, words, lost)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
        WHERE (?2 IS NULL OR EXISTS (SELECT 1 FROM device WHERE id = ?2))
            AND (?3 IS NULL OR EXISTS (SELECT 1 FROM data_source WHERE id = ?3))
        ON CONFLICT (id) DO UPDATE SET
            ended_at = excluded.ended_at, code = excluded.code, words = excluded.words,
            lost = excluded.lost
        """

    private static func arguments(_ interruption: Interruption) -> StatementArguments {
        let (device, source): (Int64?, Int64?) =
            switch interruption.scope {
            case .poller: (nil, nil)
            case .device(let device): (device.rawValue, nil)
            case .source(let source): (nil, source.rawValue)
            }
        return [
            interruption.id.rawValue, device, source, interruption.start.milliseconds,
            interruption.end?.milliseconds, interruption.code, interruption.words,
            interruption.lost,
        ]
    }
}

/// A row of the table `interruption`.
struct InterruptionRecord: Codable, FetchableRecord, TableRecord {
    static let databaseTableName = "interruption"

    let id: Int64
    let device: Int64?
    let dataSource: Int64?
    let startedAt: Int64
    let endedAt: Int64?
    let code: String
    let words: String
    let lost: Int

    private enum CodingKeys: String, CodingKey {
        case id, device, code, words, lost
        case dataSource = "data_source"
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }

    func interruption() throws(UnreadableRow) -> Interruption {
        let end = endedAt.flatMap(DeviceRecord.time)
        guard let start = DeviceRecord.time(startedAt), (endedAt == nil) == (end == nil) else {
            throw UnreadableRow(words: "interruption \(id) is not readable")
        }
        let scope: Interruption.Scope =
            if let device {
                .device(DeviceID(device))
            } else {
                dataSource.map { .source(DataSourceID($0)) } ?? .poller
            }
        return Interruption(
            id: InterruptionID(id), scope: scope, start: start, end: end,
            reason: .init(code: code, words: words), lost: lost)
    }
}
