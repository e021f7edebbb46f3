import ArgumentParser
import PollerModel

/// `pollerctl device rows DEVICE QUERY`
struct DeviceRows: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rows",
        abstract: "Lists the rows of one of a device's tables, and makes graphs of them.",
        discussion: "As they were read last; pollerctl device reindex reads them again.")

    @Argument(help: "Id or name of the device.")
    var device: String

    @Argument(help: "Name of the data query, as in interfaces.")
    var query: String

    @OptionGroup(title: "Graphs") var graphs: RowGraphOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        if let order = try graphs.order(of: query) {
            return try daemon.makeGraphs(order, of: daemon.device(device), output.output)
        }
        let rows = try daemon.rows(query, of: daemon.device(device).id)
        if rows.isEmpty, output.output == .table {
            Terminal.complain("No row is known of it: pollerctl device reindex \(device)")
        }
        let fields = Set(rows.flatMap(\.fields.keys)).sorted()
        try Listing(
            items: rows,
            columns: [Column("INDEX") { $0.index }]
                + fields.map { field in Column(field) { $0.fields[field]?.text ?? "" } }
                + [
                    Column("GRAPHED") { $0.graphed ? "yes" : "no" },
                    Column("PRESENT") { $0.present ? "yes" : "no" },
                ], name: { $0.index }
        ).write(output.output)
    }
}

extension Daemon {
    /// All rows of one of a device's tables, in the order of their indexes.
    func rows(_ query: String, of device: DeviceID) throws -> [QueryRowReport] {
        let path = "/api/v1/devices/\(device)/rows?query=\(QueryText.escaped(query))"
        return try list(path, of: QueryRowReport.self)
            .map { (arcs: OID($0.index)?.arcs ?? [], row: $0) }
            .sorted { $0.arcs.lexicographicallyPrecedes($1.arcs) }.map(\.row)
    }
}
