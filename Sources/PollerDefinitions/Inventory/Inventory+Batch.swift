import GRDB
package import PollerModel

/// Many devices in one go.
extension Inventory {
    package func change(
        _ devices: [DeviceID], to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> [DeviceDefinition] {
        guard !devices.isEmpty else { return [] }
        do {
            return try await database.writeWithoutTransaction { database in
                // On the writer, the version in memory is what the database holds.
                let definitions = self.definitions
                var changed: [DeviceDefinition] = []
                try database.inTransaction {
                    for device in devices {
                        changed.append(
                            try Self.change(device, of: definitions, to: change, at: now, database))
                    }
                    return .commit
                }
                self.publish(changed.map { ($0.device.id, $0) })
                return changed
            }
        } catch {
            throw Self.failure(error, "change \(devices.count) devices")
        }
    }

    private static func change(
        _ id: DeviceID, of definitions: Definitions, to change: DeviceChange, at now: Timestamp,
        _ database: Database
    ) throws -> DeviceDefinition {
        guard let before = definitions.devices[id] else {
            throw InventoryFailure.notFound("device \(id)")
        }
        do {
            return try Self.change(
                before, to: change, catalogue: definitions.catalogue, at: now, database)
        } catch {
            throw InventoryFailure.ofOne(
                id, name: before.device.name, failure(error, "change device \(id)"))
        }
    }

    private static func change(
        _ before: DeviceDefinition, to change: DeviceChange, catalogue: Catalogue,
        at now: Timestamp, _ database: Database
    ) throws -> DeviceDefinition {
        var device = before.device
        try change.apply(to: &device, at: now)
        guard device != before.device else { return before }
        let (target, old) = (device.target, before.device.target)
        if device.name != before.device.name || target.host != old.host || target.port != old.port {
            try checkFree(
                name: device.name, host: target.host, port: target.port, except: device.id,
                database)
        }
        try DeviceRecord(device).update(database)
        if device.agentSince != before.device.agentSince {
            try forgetWatchValues(of: device.id, database)
        }
        let titles = GraphSelection.titles(of: before, as: device, catalogue: catalogue)
        for (graph, title) in titles { try retitle(graph, title, database) }
        let changed = DeviceDefinition(
            device: device, rows: before.rows, dataSources: before.dataSources,
            graphs: titles.isEmpty
                ? before.graphs
                : before.graphs.map { graph in
                    var graph = graph
                    graph.givenTitle = titles[graph.id] ?? graph.givenTitle
                    return graph
                })
        try SearchTable.write(from: before, to: changed, catalogue, database)
        return changed
    }
}
