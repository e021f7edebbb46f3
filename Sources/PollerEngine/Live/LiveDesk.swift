package import PollerModel

/// Reads devices for people who look on, beside the polls: nothing is stored, and nothing that is
/// remembered of a device changes.
package struct LiveDesk: LiveOperations {
    private let transport: any SNMPTransport
    private let inventory: any DeviceInventory
    private let timekeeper: any Timekeeper

    /// Readings in a row without an answer after which it is left at that.
    package static let silentReadingsToEnd = 5

    package init(
        transport: some SNMPTransport, inventory: some DeviceInventory,
        timekeeper: some Timekeeper
    ) {
        self.transport = transport
        self.inventory = inventory
        self.timekeeper = timekeeper
    }

    package func watch(
        _ order: LiveOrder, report: @escaping @Sendable (LiveReading) async -> Bool
    ) async -> LiveEnd {
        var run = LiveRun(order, transport: transport, timekeeper: timekeeper)
        let start = timekeeper.now.monotonic
        let end = start.advanced(milliseconds: LiveOrder.longestSeconds * 1_000)
        let interval = Int64(order.intervalSeconds) * 1_000
        var next = start
        var silent = 0
        while timekeeper.now.monotonic < end {
            let definitions = inventory.definitions
            guard let definition = definitions.devices[order.device], definition.device.isEnabled
            else { return .deviceGone }
            let (reading, failure) = await run.read(definition, definitions.catalogue)
            guard failure != .stopped, !Task.isCancelled, await report(reading) else {
                return .left
            }
            silent = failure == nil ? 0 : silent + 1
            if let failure, silent >= Self.silentReadingsToEnd { return .silent(failure) }
            // What took longer than the interval costs readings and is not made up for.
            let now = timekeeper.now.monotonic
            while next <= now { next = next.advanced(milliseconds: interval) }
            do {
                try await timekeeper.sleep(until: min(next, end))
            } catch {
                return .left
            }
        }
        return .timeIsOver
    }
}
