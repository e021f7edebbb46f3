import ArgumentParser
import PollerModel

/// `pollerctl graph list`
struct GraphList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists graphs.")

    @OptionGroup var filter: DeviceFilter
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let graphs = try daemon.list("/api/v1/graphs\(filter.query(daemon))", of: GraphReport.self)
        try Listing(
            items: graphs,
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" }, Column("TITLE") { $0.title },
                Column("TEMPLATE") { $0.template },
                Column("DEVICE", isNumber: true) { "\($0.deviceId)" },
                Column("INDEX") { $0.index ?? "" }, Column("URL") { $0.url },
            ], name: { $0.title }
        ).write(output.output)
    }
}
