import ArgumentParser
import PollerModel

/// `pollerctl data-source list`
struct DataSourceList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists data sources and their last values.")

    @OptionGroup var filter: DeviceFilter
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let sources = try daemon.list(
            "/api/v1/data-sources\(filter.query(daemon))", of: DataSourceReport.self)
        try Listing(
            items: sources,
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" },
                Column("DEVICE", isNumber: true) { "\($0.deviceId)" },
                Column("TEMPLATE") { $0.template }, Column("INDEX") { $0.index ?? "" },
                Column("PROFILE") { $0.profile },
                Column("EVERY", isNumber: true) {
                    $0.stepSeconds.map { DurationText.words($0) } ?? "-"
                },
                Column("TIME") { $0.time ?? "-" },
                Column("VALUES") { source in
                    source.values.map { "\($0.name)=\($0.rate.map(\.plainText) ?? "U")" }
                        .joined(separator: " ")
                },
            ], name: { "\($0.id)" }
        ).write(output.output)
    }
}
