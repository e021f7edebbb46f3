import ArgumentParser
import PollerModel

/// `pollerctl graph edit GRAPH`
struct GraphEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Changes what is given about a graph of many data sources, and nothing else.",
        discussion: """
            What says which members it has replaces all that said it before: a list of --source, \
            or --device, --name-like, --tag, --site, --device-template and --title-like together.
            """)

    @Argument(help: "Id of the graph.")
    var graph: Int64

    @OptionGroup var change: AggregateOptions

    @Flag(help: "Say what it would be, and change nothing.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        var order = try change.order(daemon)
        guard order != AggregateOrder() else {
            throw CommandFailure(
                "nothing was asked for, and nothing was changed",
                fix: "give an option, for example --title TITLE; see pollerctl graph edit --help",
                exitCode: .usage)
        }
        order.dryRun = dryRun
        try daemon.patch("/api/v1/graphs/\(graph)", order, as: AggregateOrderReport.self)
            .write("Changed", output.output)
    }
}
