import ArgumentParser
import PollerModel

/// `pollerctl device poll DEVICE…`
struct DevicePoll: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poll", abstract: "Polls devices now, outside their slots.")

    @OptionGroup var selection: SelectionOptions

    @Flag(help: "Say which devices would be polled, and poll none.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let selection = selection.selection
        let devices = try selection.resolve(daemon)
        if selection.isOne, !dryRun { return try poll(devices[0].id, daemon) }
        var order = DeviceBatchOrder(devices: devices.map(\.id), action: .poll)
        order.dryRun = dryRun
        try DeviceBatch(daemon: daemon, devices: devices, output: output.output).run(
            order, done: "polled")
    }

    private func poll(_ id: DeviceID, _ daemon: Daemon) throws {
        let report = try daemon.post("/api/v1/devices/\(id)/poll", as: DeviceReport.self)
        if output.output != .table { try Terminal.write(JSONText.encode(report)) }
        if let reason = report.statusReason {
            throw CommandFailure(
                "\(report.name): \(reason)", fix: report.statusFix,
                exitCode: report.statusCode.flatMap(ExitStatus.init(reason:)) ?? .failed)
        }
        if output.output == .table {
            print("\(report.name) answered within \(report.pollMilliseconds ?? 0) ms")
        }
    }
}
