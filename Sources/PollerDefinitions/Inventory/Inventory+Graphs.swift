import GRDB
package import PollerModel

/// Graphs that are made and removed on request, and what a device was recognised as.
extension Inventory {
    package func makeGraphs(
        _ proposals: [GraphProposal], judged templates: [String], of device: DeviceID,
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let catalogue = definitions.catalogue
        return try await change("make graphs of device \(device)") { database in
            var record = try Self.record(of: device, database)
            record.judge(templates)
            try record.update(database)
            try Self.insert(
                proposals, device: device, rows: Self.places(of: device, database),
                profile: Self.profile(of: record, catalogue, database), at: now, database)
            return device
        }
    }

    package func removeGraph(
        _ graph: GraphID
    ) async throws(InventoryFailure) -> RemovedGraph {
        do {
            return try await database.writeWithoutTransaction { database in
                let before = self.definitions
                var removed: RemovedGraph?
                try database.inTransaction {
                    let gone = try Self.remove(graph, database)
                    try SearchTable.write(
                        from: before.devices[gone.graph.device], to: gone.definition,
                        before.catalogue, database)
                    removed = gone
                    return .commit
                }
                guard let removed else { preconditionFailure("the transaction has run") }
                self.publish([(removed.definition.device.id, removed.definition)])
                return removed
            }
        } catch {
            throw Self.failure(error, "remove graph \(graph)")
        }
    }

    package func recognise(
        _ device: DeviceID, as templates: [String], system: SystemDescription
    ) async throws(InventoryFailure) -> DeviceDefinition {
        precondition(!templates.isEmpty, "every device is of some kind")
        return try await change("recognise device \(device)") { database in
            var record = try Self.record(of: device, database)
            record.system = system
            record.template = templates[0]
            record.otherTemplates = Array(templates.dropFirst())
            record.isDiscovered = true
            try record.update(database)
            return device
        }
    }

    /// The data source goes with its last graph.
    private static func remove(_ id: GraphID, _ database: Database) throws -> RemovedGraph {
        let found = try records(GraphRecord.filter(key: id.rawValue), database).first
        guard let graph = try found?.graph() else { throw InventoryFailure.unknownGraph(id) }
        _ = try GraphRecord.deleteOne(database, key: id.rawValue)
        var device = try record(of: graph.device, database)
        device.judge([graph.template])
        try device.update(database)
        let others = try GraphRecord.filter(Column("data_source") == graph.dataSource.rawValue)
            .fetchCount(database)
        guard others == 0 else {
            return RemovedGraph(
                graph: graph, dataSource: nil, definition: try read(graph.device, database))
        }
        let source = try records(
            DataSourceRecord.filter(key: graph.dataSource.rawValue), database
        ).first?.dataSource()
        _ = try DataSourceRecord.deleteOne(database, key: graph.dataSource.rawValue)
        return RemovedGraph(
            graph: graph, dataSource: source, definition: try read(graph.device, database))
    }

    /// Where a device's present rows are.
    private static func places(
        of device: DeviceID, _ database: Database
    ) throws -> [GraphProposal.RowKey: Int64] {
        let present = QueryRowRecord.filter(
            Column("device") == device.rawValue && Column("is_present") == true)
        return try records(present, database).reduce(into: [:]) { places, record in
            let row = try record.row()
            places[.init(query: row.query, index: row.index)] = row.id.rawValue
        }
    }
}
