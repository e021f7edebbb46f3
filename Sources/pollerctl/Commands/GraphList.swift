import ArgumentParser
import PollerModel

/// `pollerctl graph list`
struct GraphList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists graphs.")

    @OptionGroup var filter: DeviceFilter

    @Option(help: "Only those of one device each (device), or of many data sources (aggregate).")
    var kind: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let device = try filter.query(daemon)
        let query =
            device
            + (kind.map { "\(device.isEmpty ? "?" : "&")kind=\(QueryText.escaped($0))" } ?? "")
        let graphs = try daemon.list("/api/v1/graphs\(query)", of: GraphReport.self)
        try Listing(
            items: graphs,
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" }, Column("TITLE") { $0.title },
                Column("TEMPLATE") { $0.template },
                Column("AGGREGATE") { $0.aggregate?.arrangement.rawValue ?? "" },
                Column("DEVICE", isNumber: true) { $0.deviceId.map { "\($0)" } ?? "" },
                Column("INDEX") { $0.index ?? "" }, Column("URL") { $0.url },
            ], name: { $0.title }
        ).write(output.output)
    }
}
