import ArgumentParser
import PollerModel

/// `pollerctl device reindex DEVICE…`
struct DeviceReindex: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Reads tables of devices again now: interfaces, disks and whatever they have.",
        discussion: """
            Rows that moved keep their history, rows that are new get their graphs, and of rows \
            that are gone the history stays.
            """)

    @OptionGroup var selection: SelectionOptions

    @Option(help: "Name of the only data query to read.")
    var query: String?

    @Flag(help: "Say which devices would be asked, and ask none.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let selection = selection.selection
        let devices = try selection.resolve(daemon)
        if selection.isOne, !dryRun { return try read(devices[0], daemon) }
        var order = DeviceBatchOrder(devices: devices.map(\.id), action: .reindex)
        order.query = query
        order.dryRun = dryRun
        try DeviceBatch(daemon: daemon, devices: devices, output: output.output).run(
            order, done: "read again")
    }

    private func read(_ device: DeviceSummary, _ daemon: Daemon) throws {
        let filter = query.map { "?query=\(QueryText.escaped($0))" } ?? ""
        let tables = try daemon.post(
            "/api/v1/devices/\(device.id)/reindex\(filter)", as: ListReport<TableReading>.self
        ).items
        if tables.isEmpty, output.output == .table {
            Terminal.complain("\(device.name) has no tables that are known.")
        }
        try Listing(
            items: tables,
            columns: [
                Column("TABLE") { $0.query }, Column("OUTCOME") { $0.outcome.rawValue },
                Column("ROWS", isNumber: true) { "\($0.presentRows)" },
                Column("GONE", isNumber: true) { "\($0.rows - $0.presentRows)" },
                Column("WHAT") { $0.words },
            ], name: { $0.query }
        ).write(output.output)
        guard let failed = tables.first(where: { $0.outcome == .failed }) else { return }
        throw CommandFailure(
            "\(device.name): \(failed.words)", fix: failed.fix,
            exitCode: ExitStatus(code: failed.code ?? ""))
    }
}
