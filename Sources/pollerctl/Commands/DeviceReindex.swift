import ArgumentParser
import PollerModel

/// `pollerctl device reindex DEVICE…`
struct DeviceReindex: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Reads tables of devices again now: interfaces, disks and whatever they have.",
        discussion: """
            Rows that moved keep their history, rows that are new get their graphs, and of rows \
            that are gone the history stays. With --recognise, what each device is, is found out \
            again first, because its firmware or the templates are others than when it was added: \
            tables and graphs of templates that are new to it are added, and nothing is removed.
            """)

    @OptionGroup var selection: SelectionOptions

    @Option(help: "Name of the only data query to read.")
    var query: String?

    @Flag(help: "Find out again what each device is, too.")
    var recognise = false

    @Flag(help: "Say which devices would be asked, and ask none.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        guard !recognise || query == nil else {
            throw CommandFailure(
                "--recognise reads all tables", fix: "leave --query out", exitCode: .usage)
        }
        let daemon = connection.daemon
        let selection = selection.selection
        let devices = try selection.resolve(daemon)
        if selection.isOne, !dryRun { return try read(devices[0], daemon) }
        var order = DeviceBatchOrder(
            devices: devices.map(\.id), action: recognise ? .recognise : .reindex)
        order.query = query
        order.dryRun = dryRun
        try DeviceBatch(daemon: daemon, devices: devices, output: output.output).run(
            order, done: "read again")
    }

    private func read(_ device: DeviceSummary, _ daemon: Daemon) throws {
        if recognise {
            let report = try daemon.post(
                "/api/v1/devices/\(device.id)/recognise", as: RecognitionReport.self)
            if output.output == .table { Terminal.complain("\(device.name): \(report.words).") }
            guard output.output == .json || output.output == .jsonl else {
                return try list(report.tables, of: device)
            }
            return try Terminal.write(JSONText.encode(report))
        }
        let filter = query.map { "?query=\(QueryText.escaped($0))" } ?? ""
        let tables = try daemon.post(
            "/api/v1/devices/\(device.id)/reindex\(filter)", as: ListReport<TableReading>.self
        ).items
        if tables.isEmpty, output.output == .table {
            Terminal.complain("\(device.name) has no tables that are known.")
        }
        try list(tables, of: device)
        guard let failed = tables.first(where: { $0.outcome == .failed }) else { return }
        throw CommandFailure(
            "\(device.name): \(failed.words)", fix: failed.fix,
            exitCode: ExitStatus(code: failed.code ?? ""))
    }

    private func list(_ tables: [TableReading], of device: DeviceSummary) throws {
        // Of most tables that are looked for, a device has none.
        let isShort = output.output == .table
        let shown = isShort ? tables.filter { $0.rows > 0 || $0.outcome != .complete } : tables
        try Listing(
            items: shown,
            columns: [
                Column("TABLE") { $0.query }, Column("OUTCOME") { $0.outcome.rawValue },
                Column("ROWS", isNumber: true) { "\($0.presentRows)" },
                Column("GONE", isNumber: true) { "\($0.rows - $0.presentRows)" },
                Column("WHAT") { $0.words },
            ], name: { $0.query }
        ).write(output.output)
        if isShort, shown.count < tables.count {
            Terminal.complain(
                "\(tables.count - shown.count) more tables were looked for, and it has none of them."
            )
        }
    }
}
