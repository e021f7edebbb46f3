package import Logging
package import PollerModel
import ServiceLifecycle

/// Sees to it that the daemon is among the devices it polls, or is not.
package struct SelfDevice: Service {
    /// What it is called; the second where somebody calls a device of his own so.
    static let names = ["pollerd", "pollerd (this daemon)"]
    /// At the very first start it waits so long for a device of somebody's, which then is the first
    /// in the inventory, as its id says; and it looks so often.
    static let patienceMilliseconds: Int64 = 45_000
    static let lookMilliseconds: Int64 = 1_000

    private let inventory: any DeviceInventory
    private let operations: any DeviceOperations
    private let timekeeper: any Timekeeper
    private let isWanted: Bool
    private let logger: Logger

    /// - Parameter isWanted: as the settings say.
    package init(
        isWanted: Bool, inventory: some DeviceInventory, operations: some DeviceOperations,
        timekeeper: some Timekeeper, logger: Logger
    ) {
        self.isWanted = isWanted
        self.inventory = inventory
        self.operations = operations
        self.timekeeper = timekeeper
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.settle()
            // A service that ends would end all others.
            try? await gracefulShutdown()
        }
    }

    /// Adds the daemon, or disables it. Somebody may have disabled it before; then it stays so.
    package func settle() async {
        do {
            if let device = inventory.definitions.daemon?.device {
                guard !isWanted else { return noteDisabled(device) }
                guard device.isEnabled else { return }
                var change = DeviceChange()
                change.isEnabled = false
                _ = try await operations.change(device.id, to: change)
            } else if isWanted, await waitForOthers() {
                try await add()
            }
        } catch {
            logger.warning(
                "pollerd does not graph itself: \(error.words); \(error.fix)",
                metadata: ["event": "daemon.not_graphed"])
        }
    }

    /// Said at each start: the settings alone do not tell it.
    private func noteDisabled(_ device: Device) {
        guard !device.isEnabled else { return }
        let name = ShellText.word(device.name)
        logger.notice(
            """
            pollerd does not graph itself: its device is disabled; pollerctl device enable \(name)
            """,
            metadata: ["event": "daemon.not_graphed", "device": "\(device.id)"])
    }

    /// False when the daemon stops before.
    private func waitForOthers() async -> Bool {
        let start = timekeeper.now.monotonic
        let end = start.advanced(milliseconds: Self.patienceMilliseconds)
        while inventory.definitions.devices.isEmpty, timekeeper.now.monotonic < end {
            let next = timekeeper.now.monotonic.advanced(milliseconds: Self.lookMilliseconds)
            do {
                try await timekeeper.sleep(until: next)
            } catch {
                return false
            }
        }
        return !Task.isCancelled
    }

    private func add() async throws(OperationFailure) {
        let taken = Set(inventory.definitions.devices.values.map(\.device.name))
        var request = AddDeviceRequest(
            target: SNMPTarget(host: .daemon, credentials: .community(Secret(""))))
        request.name = Self.names.first { !taken.contains($0) }
        request.isDaemon = true
        _ = try await operations.add(request) { _ in }
    }
}
