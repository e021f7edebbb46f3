import ArgumentParser
import PollerModel

/// `pollerctl graph create DEVICE TEMPLATE…`, and with `--aggregate` a graph of many data sources.
struct GraphCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes graphs of a device, or one of many data sources.",
        usage: """
            pollerctl graph create DEVICE TEMPLATE... [--row ROW]... [--all] [--dry-run]
            pollerctl graph create --aggregate sum|stack|average|overlay --template TEMPLATE \
            --title TITLE (--source ID... | --device D... --name-like GLOB --tag TAG --site SITE \
            --device-template NAME --title-like GLOB) [--dry-run]
            """,
        discussion: """
            Of a device: it is asked which of the values it has, and what exists stays as it is. \
            pollerctl device offers DEVICE lists the templates that fit it.

            Of many data sources: they are named, or taken by what they are like, and each is \
            drawn as the template says. --dry-run lists them and makes nothing. For example, the \
            traffic of all uplinks of the core in one sum, in above zero and out below:

              pollerctl graph create --aggregate sum --mirrored --title Uplinks \\
                  --template interface_traffic --tag core --title-like "*uplink*"
            """)

    @Argument(help: "Id or name of the device.")
    var device: String?

    @Argument(help: "Graph template, or several of one table.")
    var template: [String] = []

    @OptionGroup(title: "Of a device") var rows: RowOptions
    @OptionGroup(title: "Of many data sources") var many: AggregateOptions

    @Flag(help: "Say what would be made, and make nothing.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    /// Rows of the table that templates draw.
    struct RowOptions: ParsableArguments {
        @Option(help: "Row of the template's table, by name or index; repeatable.")
        var row: [String] = []

        @Flag(help: "All rows of the template's table.")
        var all = false

        var isEmpty: Bool { row.isEmpty && !all }
    }

    func run() throws {
        let daemon = connection.daemon
        if many.aggregate != nil { return try makeAggregate(daemon) }
        guard let device, !template.isEmpty else {
            throw CommandFailure(
                device == nil ? "it is not said of what" : "no template is named",
                fix: "pollerctl graph create DEVICE TEMPLATE, or add --aggregate sum for a graph "
                    + "of many data sources", exitCode: .usage)
        }
        guard try many.order(daemon) == AggregateOrder() else {
            throw CommandFailure(
                "these options are of graphs of many data sources",
                fix: "add --aggregate sum, stack, average or overlay", exitCode: .usage)
        }
        var order = GraphOrder()
        order.templates = template
        order.rows = rows.row.isEmpty ? nil : rows.row
        order.allRows = rows.all ? true : nil
        order.dryRun = dryRun
        try daemon.makeGraphs(order, of: daemon.device(device), output.output)
    }

    private func makeAggregate(_ daemon: Daemon) throws {
        guard device == nil, rows.isEmpty else {
            throw CommandFailure(
                "a graph of many data sources is not of one device",
                fix: "give --device NAME to take those of a device, and --template for what draws "
                    + "them", exitCode: .usage)
        }
        var order = try many.order(daemon)
        order.dryRun = dryRun
        try daemon.post("/api/v1/aggregates", order, as: AggregateOrderReport.self)
            .write("Made", output.output)
    }
}
