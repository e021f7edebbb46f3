import ArgumentParser
import PollerModel

/// `pollerctl device enable DEVICE…`
struct DeviceEnable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Polls devices again that were disabled.")

    @OptionGroup var selection: SelectionOptions

    @Flag(help: "Say what would change, and change nothing.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let change = Enabling(isEnabled: true, daemon: connection.daemon)
        guard let report = try change.make(selection.selection, dryRun, output.output) else {
            return
        }
        print("\(report.name) is polled every \(report.intervalSeconds) s.")
    }
}

/// `pollerctl device disable DEVICE…`
struct DeviceDisable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Stops polling devices; their graphs and files stay.")

    @OptionGroup var selection: SelectionOptions

    @Flag(help: "Say what would change, and change nothing.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let change = Enabling(isEnabled: false, daemon: connection.daemon)
        guard let report = try change.make(selection.selection, dryRun, output.output) else {
            return
        }
        print("\(report.name) is not polled any more; its graphs stay.")
        print("  pollerctl device enable \(report.id) begins again")
    }
}

/// Begins or stops polling devices.
private struct Enabling {
    let isEnabled: Bool
    let daemon: Daemon

    /// - Returns: the device, where one is named and a person reads on.
    func make(
        _ selection: DeviceSelection, _ dryRun: Bool, _ output: OutputFormat
    ) throws -> DeviceReport? {
        var change = DeviceOrder()
        change.enabled = isEnabled
        let devices = try selection.resolve(daemon)
        if selection.isOne, !dryRun, output == .table {
            return try daemon.patch(
                "/api/v1/devices/\(devices[0].id)", change, as: DeviceReport.self)
        }
        var order = DeviceBatchOrder(devices: devices.map(\.id), action: .change)
        order.order = change
        order.dryRun = dryRun
        try DeviceBatch(daemon: daemon, devices: devices, output: output).run(
            order, done: isEnabled ? "enabled" : "disabled")
        return nil
    }
}
