import Logging
import PollerModel

/// Takes remaps back.
struct RemapDesk: Sendable {
    let store: any RoundRobinStore
    let inventory: any DeviceInventory
    let timekeeper: any Timekeeper
    let poller: Poller
    let logger: Logger
    let events: any EventLog

    func remaps(of device: DeviceID) async throws(OperationFailure) -> [Remap] {
        do {
            return try await inventory.remaps(of: device)
        } catch {
            throw .inventory(error)
        }
    }

    /// Between two polls of the device, so that no answer to the old plan comes behind it.
    func undo(
        _ remap: RemapID, of device: DeviceID
    ) async throws(OperationFailure) -> DeviceDefinition {
        let definition = try await poller.betweenPolls(device) {
            (memory: inout DeviceMemory) async throws(OperationFailure) -> DeviceDefinition in
            let change = try await self.change(for: remap, of: device)
            try await breakOff(change, &memory)
            return try await apply(change, of: remap)
        }
        guard let definition else {
            throw .invalid(
                words: "device \(device) is being polled just now", fix: "try again in a moment")
        }
        return definition
    }

    private func change(
        for remap: RemapID, of device: DeviceID
    ) async throws(OperationFailure) -> TableChange {
        let known = try await remaps(of: device).first { $0.id == remap }
        let definitions = inventory.definitions
        guard let known, let definition = definitions.devices[device] else {
            throw .inventory(.unknownRemap(remap, of: device))
        }
        do {
            return try RemapUndo.plan(known, of: definition, catalogue: definitions.catalogue)
        } catch {
            throw .inventory(.unfitRemap(error))
        }
    }

    /// Ends the files of all rows that change their places with an unknown row, before they do:
    /// whatever happens then, no rate is formed of the counters of two places.
    private func breakOff(
        _ change: TableChange, _ memory: inout DeviceMemory
    ) async throws(OperationFailure) {
        let definitions = inventory.definitions
        let rows = Set(change.rows.map(\.id))
        let sources = definitions.devices[change.device]?.dataSources ?? []
        let files = sources.filter { $0.row.map(rows.contains) ?? false }.compactMap { source in
            RoundRobinFile(dataSource: source, catalogue: definitions.catalogue).map {
                (source: source.id, file: $0)
            }
        }
        let now = timekeeper.now.wall
        let updates = files.map { _, file in
            RoundRobinUpdate(
                file: file,
                rows: [RoundRobinRow(time: now, values: file.sources.map { _ in .unknown })])
        }
        let results = await store.update(updates)
        for (file, result) in zip(files, results) where result.failure == nil {
            memory.sources[file.source]?.breakOff(at: now)
        }
        for case .failure(let failure) in results { throw .store(failure) }
    }

    private func apply(
        _ change: TableChange, of remap: RemapID
    ) async throws(OperationFailure) -> DeviceDefinition {
        let definition: DeviceDefinition
        do {
            definition = try await inventory.undoRemap(
                remap, of: change.device, at: timekeeper.now.wall)
        } catch {
            throw .inventory(error)
        }
        log(change)
        return definition
    }

    private func log(_ change: TableChange) {
        logger.notice(
            """
            device \(change.device): \(change.query): \(change.summary); pollerctl device remaps \
            \(change.device) tells which, and undoes that too
            """,
            metadata: [
                "event": "device.remapped", "device": "\(change.device)",
                "query": "\(change.query)",
            ])
        events.report(
            NewEvent(
                .rowsRemapped, of: .device(change.device),
                "\(change.query): \(change.summary), because a remap was undone",
                details: ["query": change.query]))
    }
}
