import ArgumentParser
import PollerModel

/// `pollerctl graph shares [GRAPH]`
struct GraphShares: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shares", abstract: "Lists the links to graphs, without the links themselves.")

    @Argument(help: "Id of the only graph whose links are meant.")
    var graph: Int64?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let filter = graph.map { "?graph=\($0)" } ?? ""
        let shares = try connection.daemon.list("/api/v1/shares\(filter)", of: ShareReport.self)
        try Listing(
            items: shares,
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" },
                Column("GRAPH", isNumber: true) { "\($0.graphId)" },
                Column("TITLE") { $0.graphTitle ?? "" },
                Column("STATE") { $0.state.rawValue.replacing("_", with: " ") },
                Column("ALLOWS") { $0.allows }, Column("EXPIRES") { $0.expiresAt ?? "never" },
                Column("USES", isNumber: true) { "\($0.uses)" },
                Column("LAST USED") { $0.lastUsedAt ?? "" }, Column("BY") { $0.createdBy },
                Column("LABEL") { $0.label ?? "" },
            ], name: { "\($0.id)" }
        ).write(output.output)
    }
}
