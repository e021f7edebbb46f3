import ArgumentParser
import PollerModel

/// `pollerctl device poll DEVICE`
struct DevicePoll: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poll", abstract: "Polls a device now, outside its slots.")

    @Argument(help: "Id or name of the device.")
    var device: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let id = try daemon.device(device).id
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
