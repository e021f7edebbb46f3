import ArgumentParser
import PollerModel

/// `pollerctl device delete DEVICE`
struct DeviceDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Removes a device, its graphs and its round-robin files.")

    @Argument(help: "Id or name of the device.")
    var device: String

    @Flag(help: "Leave the round-robin files where they are.")
    var keepData = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let report = try daemon.device(device)
        try confirm(report)
        try daemon.delete("/api/v1/devices/\(report.id)?keep_data=\(keepData ? 1 : 0)")
        print("Removed \(report.name)" + (keepData ? "; its files are kept" : " and its files"))
    }

    private func confirm(_ report: DeviceReport) throws {
        if yes { return }
        guard Terminal.isInteractive else {
            throw CommandFailure("this needs a yes", fix: "add --yes", exitCode: .usage)
        }
        let files = keepData ? "" : " and \(report.dataSources) round-robin files"
        Terminal.complain("Remove \(report.name) with \(report.graphs) graphs\(files)? Type yes:")
        guard readLine() == "yes" else { throw CommandFailure("nothing was removed") }
    }
}
