import Logging
package import PollerModel

/// What people ask of a device's graphs.
extension DeviceDesk {
    package func makeGraphs(
        _ order: GraphOrder, of device: DeviceID
    ) async throws(OperationFailure) -> GraphOrderReport {
        try await GraphDesk(
            transport: transport, inventory: inventory, timekeeper: timekeeper, poller: poller,
            logger: logger
        ).make(order, of: device)
    }

    package func deleteGraph(
        _ graph: GraphID, keepsData: Bool
    ) async throws(OperationFailure) {
        guard inventory.definitions.aggregates[graph] == nil else {
            return try await deleteAggregate(graph)
        }
        let removed: RemovedGraph
        do {
            removed = try await inventory.removeGraph(graph)
        } catch {
            throw .inventory(error)
        }
        let device = removed.graph.device
        logger.notice(
            "graph \(graph) (\(removed.graph.title)) was removed",
            metadata: ["event": "graph.removed", "device": "\(device)", "graph": "\(graph)"])
        guard let source = removed.dataSource else { return }
        // A poll under way would make the file again, and say how the data source fares.
        await poller.settle(device)
        board.forget([source.id])
        guard !keepsData else { return }
        for case .failure(let failure) in await store.remove([source.path]) {
            throw .store(failure)
        }
    }

    package func recognise(
        _ device: DeviceID
    ) async throws(OperationFailure) -> RecognitionReport {
        guard inventory.definitions.devices[device] != nil else { throw Self.unknown(device) }
        let recognition = try await poller.inTurn(device) {
            (memory: inout DeviceMemory) async throws(OperationFailure) -> Recognition in
            let recognition = try await poller.reindexer.recognise(device)
            for (query, outcome) in recognition.tables {
                memory.note(outcome.reading, of: query)
                memory.noteReading(of: query, memory.plan?.plan, at: timekeeper.now.monotonic)
            }
            return recognition
        }
        guard let recognition else { throw .busy(device) }
        return RecognitionReport(
            templates: recognition.kind.templates.map(\.title),
            added: recognition.added.map(\.title), graphs: recognition.graphs,
            tables: readings(recognition.tables, of: device))
    }
}
