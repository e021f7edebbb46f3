import ArgumentParser
import PollerModel

/// `pollerctl device debug DEVICE [--for 10m] [--off]`
struct DeviceDebug: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug",
        abstract: "Writes the polls of one device to the daemon's log in full, for a while.",
        discussion: """
            Each poll tells then what was asked, what came and how fast, and what became of each \
            value, without secrets: journalctl -u pollerd -f | grep device.debug_
            """)

    @Argument(help: "Id or name of the device.")
    var device: String

    @Option(name: .customLong("for"), help: "For how long: 30s, 10m or 1h at most.")
    var duration = "10m"

    @Flag(help: "End it now.")
    var off = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let seconds = off ? 0 : try Self.seconds(duration)
        let device = try daemon.device(device)
        let report = try daemon.post(
            "/api/v1/devices/\(device.id)/debug", DeviceDebugOrder(seconds: seconds),
            as: DeviceDebugReport.self)
        guard output.output == .table else { return try Terminal.write(JSONText.encode(report)) }
        print(
            report.until.map {
                "\(report.name): its polls are in the log in full until \($0)"
            } ?? "\(report.name): its polls are not in the log in full any more")
    }

    private static func seconds(_ text: String) throws -> Int64 {
        // 0 would end it.
        guard let seconds = DurationText.seconds(text, units: "smh"), seconds > 0 else {
            throw CommandFailure(
                "“\(text)” is no duration", fix: "write 30s, 10m or 1h", exitCode: .usage)
        }
        return seconds
    }
}
