import GRDB
package import PollerModel

/// How people want graphs to be drawn, and the filters that they keep.
extension Inventory: GraphRegister {
    package func editGraph(
        _ graph: GraphID, to override: GraphOverride, from version: Int, by editor: String,
        at now: Timestamp
    ) async throws(InventoryFailure) -> Graph {
        let definition = try await change("edit graph \(graph)") { database in
            let found = try Self.records(GraphRecord.filter(key: graph.rawValue), database).first
            guard let record = found else { throw InventoryFailure.unknownGraph(graph) }
            let device = DeviceID(record.device)
            let present = try Self.edits(of: graph, limit: 1, database).first
            guard version == present?.version ?? 0 else {
                throw present.map { InventoryFailure.editedMeanwhile(graph, $0) }
                    ?? .unknownGraph(graph)
            }
            guard override != present?.override ?? GraphOverride() else { return device }
            let edit = GraphEdit(
                version: version + 1, override: override, editedAt: now, editedBy: editor)
            try GraphEditRecord(edit, of: graph).insert(database)
            try database.execute(
                sql: "DELETE FROM graph_edit WHERE graph = ? AND version <= ?",
                arguments: [graph.rawValue, edit.version - GraphEdit.largestCount])
            return device
        }
        guard let changed = definition.graphs.first(where: { $0.id == graph }) else {
            preconditionFailure("the transaction found it")
        }
        return changed
    }

    package func edits(of graph: GraphID) async throws(InventoryFailure) -> [GraphEdit] {
        do {
            return try await database.read { database in
                try Self.edits(of: graph, limit: GraphEdit.largestCount, database)
            }
        } catch {
            throw Self.failure(error, "read what was saved of graph \(graph)")
        }
    }

    private static func edits(
        of graph: GraphID, limit: Int, _ database: Database
    ) throws -> [GraphEdit] {
        let newestFirst = GraphEditRecord.filter(Column("graph") == graph.rawValue)
            .order(Column("version").desc).limit(limit)
        return try records(newestFirst, database).map { try $0.edit() }
    }

    /// What holds of each graph that was ever edited.
    ///
    /// - Parameter device: nil reads those of all.
    static func newestEdits(
        of device: DeviceID? = nil, _ database: Database
    ) throws -> [GraphID: GraphEdit] {
        // Of the row with the largest version, which SQLite promises beside max()
        // (lang_select.html, “Bare columns in an aggregate query”).
        let sql = """
            SELECT graph, max(version) AS version, override, edited_at, edited_by FROM graph_edit
            WHERE ?1 IS NULL OR graph IN (SELECT id FROM graph WHERE device = ?1) GROUP BY graph
            """
        let rows = try Row.fetchAll(database, sql: sql, arguments: [device?.rawValue])
        return try rows.reduce(into: [:]) { edits, row in
            let graph: Int64 = row["graph"]
            do {
                edits[GraphID(graph)] = try GraphEditRecord(row: row).edit()
            } catch {
                throw UnreadableRow(words: "how graph \(graph) is drawn is not readable")
            }
        }
    }

    // MARK: Filters

    package func filters(
        of account: AccountID
    ) async throws(InventoryFailure) -> [SavedFilter] {
        do {
            return try await database.read { database in
                try GraphFilterRecord.filter(Column("account") == account.rawValue)
                    .order(Column("name")).fetchAll(database)
                    .map { SavedFilter(name: $0.name, query: $0.query) }
            }
        } catch {
            throw Self.failure(error, "read the filters of account \(account)")
        }
    }

    package func keep(
        _ filter: SavedFilter, of account: AccountID
    ) async throws(InventoryFailure) {
        do {
            try await database.write { database in
                let others = GraphFilterRecord.filter(
                    Column("account") == account.rawValue && Column("name") != filter.name)
                guard try others.fetchCount(database) < SavedFilter.largestCount else {
                    throw InventoryFailure.tooManyFilters
                }
                try GraphFilterRecord(
                    account: account.rawValue, name: filter.name, query: filter.query
                ).save(database)
            }
        } catch {
            throw Self.failure(error, "keep a filter of account \(account)")
        }
    }

    package func removeFilter(
        _ name: String, of account: AccountID
    ) async throws(InventoryFailure) -> Bool {
        do {
            return try await database.write { database in
                try GraphFilterRecord.filter(
                    Column("account") == account.rawValue && Column("name") == name
                ).deleteAll(database) > 0
            }
        } catch {
            throw Self.failure(error, "remove a filter of account \(account)")
        }
    }
}
