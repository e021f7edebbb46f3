import ArgumentParser
import PollerModel

/// `pollerctl device delete DEVICE…`
struct DeviceDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Removes devices, their graphs and their round-robin files.",
        discussion: """
            With --keep-data the files stay where they are; pollerctl rrd check lists them from \
            then on as nobody's, and pollerctl rrd purge puts them aside.
            """)

    @OptionGroup var selection: SelectionOptions

    @Flag(help: "Leave the round-robin files where they are.")
    var keepData = false

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let selection = selection.selection
        let devices = try selection.resolve(daemon)
        if !dryRun { try confirm(devices) }
        if selection.isOne, !dryRun, output.output == .table {
            let device = devices[0]
            try daemon.delete("/api/v1/devices/\(device.id)?keep_data=\(keepData ? 1 : 0)")
            return print(
                "Removed \(device.name)" + (keepData ? "; its files are kept" : " and its files"))
        }
        var order = DeviceBatchOrder(devices: devices.map(\.id), action: .delete)
        order.keepData = keepData
        order.dryRun = dryRun
        try DeviceBatch(daemon: daemon, devices: devices, output: output.output).run(
            order, done: "removed")
    }

    /// Devices that a question names.
    private static let mostNames = 10

    private func confirm(_ devices: [DeviceSummary]) throws {
        if yes { return }
        guard Terminal.isInteractive else {
            throw CommandFailure("this needs a yes", fix: "add --yes", exitCode: .usage)
        }
        let graphs = devices.reduce(0) { $0 + $1.graphs }
        let files = devices.reduce(0) { $0 + $1.dataSources }
        let names =
            devices.prefix(Self.mostNames).map(\.name).joined(separator: ", ")
            + (devices.count > Self.mostNames ? ", …" : "")
        let what = devices.count == 1 ? names : "\(devices.count) devices (\(names))"
        let data = keepData ? "" : " and \(files) round-robin files"
        Terminal.complain("Remove \(what) with \(graphs) graphs\(data)? Type yes:")
        guard readLine() == "yes" else { throw CommandFailure("nothing was removed") }
    }
}
