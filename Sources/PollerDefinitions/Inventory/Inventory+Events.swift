import GRDB
package import PollerModel

/// What happened, kept over restarts.
extension Inventory: EventStore {
    package func write(_ batch: EventBatch) async throws(InventoryFailure) {
        do {
            try await database.write { database in
                for event in batch.written {
                    try EventRecord(event).insert(database, onConflict: .ignore)
                }
                let update = try database.cachedStatement(
                    sql: "UPDATE event SET count = ?, last_at = max(last_at, ?) WHERE id = ?")
                for again in batch.repeats {
                    try update.execute(arguments: [
                        again.count, again.lastTime.milliseconds, again.id.rawValue,
                    ])
                }
                guard !batch.written.isEmpty else { return }
                try Self.forgetOldEvents(at: batch.at, database)
            }
        } catch {
            throw Self.failure(error, "write what happened")
        }
    }

    /// Of what is forgotten, little at a time, because somebody may wait for the database.
    private static func forgetOldEvents(at now: Timestamp, _ database: Database) throws {
        let oldest = now.advanced(seconds: -EventLimits.retentionDays * 86_400)
        try database.execute(
            sql: """
                DELETE FROM event WHERE id IN (
                    SELECT id FROM event WHERE last_at < ? ORDER BY last_at LIMIT ?)
                """,
            arguments: [oldest.milliseconds, forgottenAtOnce])
        try database.execute(
            sql: """
                DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?
                """, arguments: [EventLimits.largestCount])
    }

    private static let forgottenAtOnce = 10_000

    /// Higher than the id of any event there ever was.
    package func nextEventID() throws(InventoryFailure) -> Int64 {
        do {
            return try database.read { database in
                let highest = try Int64.fetchOne(
                    database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'event'")
                return (highest ?? 0) + 1
            }
        } catch {
            throw Self.failure(error, "read what happened")
        }
    }

    /// The newest of what pictures mark.
    package func eventMarks() throws(InventoryFailure) -> EventMarks {
        var query = EventQuery()
        query.kinds = EventMark.kinds
        do {
            return try database.read { [query] database in
                EventMarks(
                    try Self.records(
                        Self.request(query).limit(EventMarks.largestCount), database
                    ).map { try $0.event() })
            }
        } catch {
            throw Self.failure(error, "read what happened")
        }
    }

    // MARK: Reading

    package func events(_ query: EventQuery) async throws(InventoryFailure) -> [Event] {
        do {
            return try await database.read { database in
                try Self.records(Self.request(query), database).map { try $0.event() }
            }
        } catch {
            throw Self.failure(error, "read what happened")
        }
    }

    private static func request(_ query: EventQuery) -> QueryInterfaceRequest<EventRecord> {
        let limit = min(max(query.limit, 1), EventLimits.largestPage)
        var request = EventRecord.order(Column("id").desc).limit(limit)
            .filter(query.kinds.map(\.code).contains(Column("kind")))
        if case .parts(let devices, let graphs) = query.scope {
            // As many as there are parts: more than SQLite takes as arguments.
            request = request.filter(
                sql: """
                    device IN (SELECT value FROM json_each(?))
                        OR graph IN (SELECT value FROM json_each(?))
                    """,
                arguments: [list(devices), list(graphs)])
        }
        if let device = query.device {
            request = request.filter(Column("device") == device.rawValue)
        }
        if let source = query.source {
            request = request.filter(Column("data_source") == source.rawValue)
        }
        if let since = query.since {
            request = request.filter(Column("last_at") >= since.milliseconds)
        }
        if let until = query.until {
            request = request.filter(Column("happened_at") < until.milliseconds)
        }
        if let before = query.before { request = request.filter(Column("id") < before.rawValue) }
        if let after = query.after { request = request.filter(Column("id") > after.rawValue) }
        return request
    }

    private static func list<Subject>(_ ids: Set<Identifier<Subject>>) -> String {
        "[" + ids.map { String($0.rawValue) }.joined(separator: ",") + "]"
    }

    // MARK: Notes

    /// What a start leaves for the next, by name: for example how the daemon ended.
    package func eventNote(_ name: String) throws(InventoryFailure) -> String? {
        do {
            return try database.read { database in
                try String.fetchOne(
                    database, sql: "SELECT text FROM event_note WHERE name = ?", arguments: [name])
            }
        } catch {
            throw Self.failure(error, "read a note")
        }
    }

    package func setEventNote(_ name: String, to text: String) throws(InventoryFailure) {
        do {
            try database.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO event_note (name, text) VALUES (?, ?)
                        ON CONFLICT (name) DO UPDATE SET text = excluded.text
                        """, arguments: [name, text])
            }
        } catch {
            throw Self.failure(error, "write a note")
        }
    }
}

/// A row of the table `event`.
struct EventRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "event"

    let id: Int64
    let kind: String
    let happenedAt: Int64
    let device: Int64?
    let dataSource: Int64?
    let graph: Int64?
    let name: String
    let words: String
    let details: [String: String]
    let count: Int
    let lastAt: Int64

    private enum CodingKeys: String, CodingKey {
        case id, kind, device, graph, name, words, details, count
        case happenedAt = "happened_at"
        case dataSource = "data_source"
        case lastAt = "last_at"
    }

    init(_ event: Event) {
        id = event.id.rawValue
        kind = event.kind.code
        happenedAt = event.time.milliseconds
        (device, dataSource, graph) =
            switch event.subject {
            case .none: (nil, nil, nil)
            case .device(let device): (device.rawValue, nil, nil)
            case .source(let source, let device): (device.rawValue, source.rawValue, nil)
            case .graph(let graph): (nil, nil, graph.rawValue)
            }
        name = event.name
        words = event.words
        details = event.details
        count = event.count
        lastAt = event.lastTime.milliseconds
    }

    func event() throws(UnreadableRow) -> Event {
        guard let kind = EventKind(rawValue: kind), let time = DeviceRecord.time(happenedAt),
            let lastTime = DeviceRecord.time(lastAt)
        else { throw UnreadableRow(words: "event \(id) is not readable") }
        let subject: Event.Subject =
            if let device, let dataSource {
                .source(DataSourceID(dataSource), of: DeviceID(device))
            } else if let device {
                .device(DeviceID(device))
            } else {
                graph.map { .graph(GraphID($0)) } ?? .none
            }
        return Event(
            id: EventID(id), NewEvent(kind, of: subject, words, details: details), time: time,
            name: name, count: count, lastTime: lastTime)
    }
}
