import Foundation
import GRDB
package import PollerModel
import Synchronization

/// Devices, rows, data sources and graphs in `pollerd.sqlite`, and their current version in
/// memory. Readers take the version; only changes touch the database.
package final class Inventory: DeviceInventory, Sendable {
    let database: DatabasePool
    /// Of the database file.
    package let path: String
    private let current: Mutex<Definitions>
    let currentTrees: Mutex<[TreeID: Tree]>

    /// Opens or creates the database, brings it to the current schema, and reads it.
    package init(path: String, catalogue: Catalogue) throws(InventoryFailure) {
        self.path = path
        do {
            Self.createPrivately(path)
            var configuration = Configuration()
            configuration.foreignKeysEnabled = true
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
            database = try DatabasePool(path: path, configuration: configuration)
        } catch {
            throw .failed(operation: "open \(path)", detail: Self.words(error))
        }
        do {
            let isNewer = try database.read { try InventorySchema.migrator.hasBeenSuperseded($0) }
            guard !isNewer else {
                throw UnreadableRow(words: "it was written by a newer pollerd: install that one")
            }
            try InventorySchema.migrator.migrate(database)
            let (devices, aggregates, trees) = try database.read {
                (try Self.read($0), try Self.readAggregates($0), try Self.readTrees($0))
            }
            currentTrees = Mutex(trees)
            let definitions = Definitions(
                version: 1, catalogue: catalogue, devices: devices, aggregates: aggregates)
            current = Mutex(definitions)
            try renewSearch(definitions)
        } catch {
            throw .failed(operation: "read \(path)", detail: Self.words(error))
        }
    }

    /// SQLite gives a new file, and the journals beside it, the rights of an existing one; it
    /// holds secrets.
    private static func createPrivately(_ path: String) {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        // When this fails, opening the database fails too, and says why.
        _ = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    }

    package func close() throws { try database.close() }

    package var definitions: Definitions { current.withLock { $0 } }

    /// Makes the next version known. Called on the database's writer, after the commit, so that
    /// versions follow each other as the commits do.
    func publish(_ changes: [(DeviceID, DeviceDefinition?)]) {
        publish { $0.replace(changes) }
    }

    func publish(_ change: (inout Definitions) -> Void) { current.withLock { change(&$0) } }

    // MARK: Changes

    package func add(
        _ new: NewDevice, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let catalogue = definitions.catalogue
        return try await change("add \(new.name)") { database in
            try Self.checkFree(
                name: new.name, host: new.target.host, port: new.target.port, database)
            var device = DeviceRecord(new, at: now)
            try device.insert(database)
            let id = DeviceID(database.lastInsertedRowID)
            let rows = try Self.insert(new.discovered.tables, of: id, catalogue, database)
            try Self.insert(
                new.proposals, device: id, rows: rows, profile: new.profile.name, at: now, database)
            return id
        }
    }

    package func complete(
        _ device: DeviceID, with discovered: DiscoveredDevice, proposals: [GraphProposal],
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let catalogue = definitions.catalogue
        return try await change("complete device \(device)") { database in
            var record = try Self.record(of: device, database)
            record.system = discovered.system
            record.template = discovered.kind.main.name
            record.otherTemplates = discovered.kind.templates.dropFirst().map(\.name)
            record.isDiscovered = true
            record.judge(proposals.map(\.template))
            try record.update(database)
            let rows = try Self.insert(discovered.tables, of: device, catalogue, database)
            try Self.insert(
                proposals, device: device, rows: rows,
                profile: Self.profile(of: record, catalogue, database), at: now, database)
            return device
        }
    }

    package func change(
        _ device: DeviceID, to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let catalogue = definitions.catalogue
        return try await self.change("change device \(device)") { database in
            let before = try Self.read(device, database)
            var changed = before.device
            try change.apply(to: &changed, at: now)
            try Self.checkFree(
                name: changed.name, host: changed.target.host, port: changed.target.port,
                except: device, database)
            try DeviceRecord(changed).update(database)
            if changed.agentSince != before.device.agentSince {
                try Self.forgetWatchValues(of: device, database)
            }
            let titles = GraphSelection.titles(of: before, as: changed, catalogue: catalogue)
            for (graph, title) in titles { try Self.retitle(graph, title, database) }
            return device
        }
    }

    package func remove(
        _ device: DeviceID
    ) async throws(InventoryFailure) -> DeviceDefinition {
        do {
            return try await database.writeWithoutTransaction { database in
                let catalogue = self.definitions.catalogue
                let definition = try Self.read(device, database)
                try database.inTransaction {
                    _ = try DeviceRecord.deleteOne(database, key: device.rawValue)
                    try SearchTable.write(from: definition, to: nil, catalogue, database)
                    return .commit
                }
                self.publish([(device, nil)])
                return definition
            }
        } catch {
            throw Self.failure(error, "remove device \(device)")
        }
    }

    /// One transaction, after which the device's new definition is published.
    func change(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> DeviceID
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let definition: DeviceDefinition
        do {
            definition = try await database.writeWithoutTransaction { database in
                // On the writer, the version in memory is what the database holds.
                let before = self.definitions
                var definition: DeviceDefinition?
                try database.inTransaction {
                    let changed = try Self.read(body(database), database)
                    try SearchTable.write(
                        from: before.devices[changed.device.id], to: changed, before.catalogue,
                        database)
                    definition = changed
                    return .commit
                }
                guard let definition else { preconditionFailure("the transaction has run") }
                self.publish([(definition.device.id, definition)])
                return definition
            }
        } catch {
            throw Self.failure(error, operation)
        }
        return definition
    }

    static func record(of id: DeviceID, _ database: Database) throws -> DeviceRecord {
        guard let record = try records(DeviceRecord.filter(key: id.rawValue), database).first else {
            throw InventoryFailure.notFound("device \(id)")
        }
        return record
    }

    static func retitle(_ graph: GraphID, _ title: String, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE graph SET title = ? WHERE id = ?", arguments: [title, graph.rawValue])
    }

    /// - Parameter device: the one that may have the name and the place already.
    static func checkFree(
        name: String, host: DeviceHost, port: UInt16, except device: DeviceID? = nil,
        _ database: Database
    ) throws {
        let named = try Int64.fetchOne(
            database, sql: "SELECT id FROM device WHERE name = ? AND id IS NOT ?",
            arguments: [name, device?.rawValue])
        if let named { throw InventoryFailure.nameTaken(name, by: DeviceID(named)) }
        let placed = try Int64.fetchOne(
            database, sql: "SELECT id FROM device WHERE host = ? AND port = ? AND id IS NOT ?",
            arguments: [host.description, Int(port), device?.rawValue])
        if let placed {
            throw InventoryFailure.hostTaken(host, port: port, by: DeviceID(placed))
        }
    }

    /// All rows of the tables; their new ids by place.
    static func insert(
        _ tables: [String: DiscoveredTable], of device: DeviceID, _ catalogue: Catalogue,
        _ database: Database
    ) throws -> [GraphProposal.RowKey: Int64] {
        var rows: [GraphProposal.RowKey: Int64] = [:]
        for table in tables.values.sorted(by: { $0.query < $1.query }) {
            for found in table.rows {
                let kept = catalogue.dataQueries[table.query]?.kept(found.fields) ?? found.fields
                var row = QueryRowRecord(
                    query: table.query, device: device, index: found.index, fields: kept)
                try row.insert(database)
                rows[.init(query: table.query, index: found.index)] = row.id
            }
        }
        return rows
    }

    /// Data sources and graphs of proposals, as far as they do not exist yet; several graphs may
    /// share a data source. What is proposed for a row that is gone meanwhile is left out.
    static func insert(
        _ proposals: [GraphProposal], device: DeviceID, rows: [GraphProposal.RowKey: Int64],
        profile: String, at now: Timestamp, _ database: Database
    ) throws {
        struct Key: Hashable {
            let template: String
            let row: Int64?
        }
        struct Place: Hashable {
            let template: String
            let source: Int64
        }
        guard !proposals.isEmpty else { return }
        let ofDevice = Column("device") == device.rawValue
        var sources = try records(DataSourceRecord.filter(ofDevice), database).reduce(into: [:]) {
            $0[Key(template: $1.template, row: $1.queryRow)] = $1.id
        }
        var graphs = try Set(
            records(GraphRecord.filter(ofDevice), database).map {
                Place(template: $0.template, source: $0.dataSource)
            })
        for proposal in proposals {
            let row = proposal.row.flatMap { rows[$0] }
            if proposal.row != nil, row == nil { continue }
            let key = Key(template: proposal.dataTemplate, row: row)
            if sources[key] == nil {
                var source = DataSourceRecord(
                    device: device.rawValue, template: proposal.dataTemplate, queryRow: row,
                    profile: profile, width: proposal.width, createdAt: now.milliseconds)
                try source.insert(database)
                sources[key] = source.id
            }
            guard let source = sources[key],
                graphs.insert(Place(template: proposal.template, source: source)).inserted
            else { continue }
            var graph = GraphRecord(
                device: device.rawValue, template: proposal.template, dataSource: source,
                title: proposal.title)
            try graph.insert(database)
        }
    }

    // MARK: Reading

    private static func read(_ database: Database) throws -> [DeviceDefinition] {
        let rows = try Dictionary(
            grouping: records(QueryRowRecord.all(), database).map { try $0.row() }, by: \.device)
        let sources = try Dictionary(
            grouping: records(DataSourceRecord.all(), database).map { try $0.dataSource() },
            by: \.device)
        let edits = try newestEdits(database)
        let graphs = try Dictionary(
            grouping: records(GraphRecord.all(), database).map { try $0.graph(edits) },
            by: \.device)
        return try records(DeviceRecord.all(), database).map { record in
            let device = try record.device()
            return DeviceDefinition(
                device: device, rows: rows[device.id] ?? [],
                dataSources: sources[device.id] ?? [], graphs: graphs[device.id] ?? [])
        }
    }

    /// All records of a request. One that cannot be read is named by its table and id; its
    /// content is not, for there are secrets in it.
    static func records<Record: FetchableRecord & TableRecord>(
        _ request: QueryInterfaceRequest<Record>, _ database: Database
    ) throws -> [Record] {
        var records: [Record] = []
        let rows = try Row.fetchCursor(database, request)
        while let row = try rows.next() {
            do {
                records.append(try Record(row: row))
            } catch {
                let id = row["id"] as Int64? ?? 0
                throw UnreadableRow(
                    words: "row \(id) of the table \(Record.databaseTableName) is not readable")
            }
        }
        return records
    }

    static func read(_ id: DeviceID, _ database: Database) throws -> DeviceDefinition {
        let record = try record(of: id, database)
        let ofDevice = Column("device") == id.rawValue
        let edits = try newestEdits(of: id, database)
        return try DeviceDefinition(
            device: record.device(),
            rows: records(QueryRowRecord.filter(ofDevice), database).map { try $0.row() },
            dataSources: records(DataSourceRecord.filter(ofDevice), database).map {
                try $0.dataSource()
            },
            graphs: records(GraphRecord.filter(ofDevice), database).map { try $0.graph(edits) })
    }

    static func failure(_ error: any Error, _ operation: String) -> InventoryFailure {
        if let mistake = error as? DeviceChange.Mistake { return .unfit(mistake) }
        if let refusal = error as? RemapRefusal { return .unfitRemap(refusal) }
        if let mistake = error as? AggregateMistake { return .unfitAggregate(mistake) }
        return error as? InventoryFailure ?? .failed(operation: operation, detail: words(error))
    }

    static func words(_ error: any Error) -> String {
        switch error {
        case let error as UnreadableRow: error.words
        case let error as DatabaseError:
            (error.message ?? "error \(error.resultCode.rawValue)")
                + " (SQLite \(error.extendedResultCode.rawValue))"
        // The words of other errors may hold what stands in a row, and so secrets.
        default: "\(type(of: error))"
        }
    }
}

extension Inventory {
    /// SQLite's version, for example "3.40.1".
    package static var sqliteVersion: String {
        let version = try? DatabaseQueue().read {
            try String.fetchOne($0, sql: "SELECT sqlite_version()")
        }
        // Without memory for a database that is nowhere.
        return version ?? "unknown"
    }
}

extension Inventory {
    /// When a daemon was last known to run on a database; nil when that cannot be told. Changes
    /// nothing.
    package static func lastAlive(at path: String) -> Timestamp? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        // What is wrong with the database is told by `problem(at:)`.
        return try? DatabaseQueue(path: path, configuration: configuration).read { database in
            guard try database.tableExists("heartbeat") else { return nil }
            return try Int64.fetchOne(database, sql: "SELECT alive_at FROM heartbeat")
                .flatMap(DeviceRecord.time)
        }
    }

    /// What keeps an existing database from being used; nil also when there is none yet.
    /// Changes nothing.
    package static func problem(at path: String) -> Problem? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let database = try DatabaseQueue(path: path, configuration: configuration)
            return try database.read { database in
                if try InventorySchema.migrator.hasBeenSuperseded(database) {
                    return Problem(
                        place: path, what: "was written by a newer pollerd", fix: "install that one"
                    )
                }
                let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "ok"
                guard verdict == "ok" else {
                    return Problem(
                        place: path,
                        what: "is damaged: "
                            + verdict.split(whereSeparator: \.isNewline).joined(separator: " "),
                        fix: "restore it from a backup; the round-robin files are not affected")
                }
                if try InventorySchema.migrator.hasCompletedMigrations(database) {
                    _ = try read(database)
                    _ = try readAggregates(database)
                }
                return nil
            }
        } catch {
            return Problem(
                place: path, what: "cannot be read: \(words(error))",
                fix: "check that this user owns it; if it is damaged, restore a backup")
        }
    }
}
