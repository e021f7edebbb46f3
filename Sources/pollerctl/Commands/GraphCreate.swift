import ArgumentParser
import PollerModel

/// `pollerctl graph create DEVICE TEMPLATE…`
struct GraphCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes graphs of a device that are not made by themselves.",
        discussion: """
            The device is asked which of the values it has. What exists stays as it is. \
            pollerctl device offers DEVICE lists the templates that fit it.
            """)

    @Argument(help: "Id or name of the device.")
    var device: String

    @Argument(help: "Graph template, or several of one table.")
    var template: [String]

    @Option(help: "Row of the template's table, by name or index; repeatable.")
    var row: [String] = []

    @Flag(help: "All rows of the template's table.")
    var all = false

    @Flag(help: "Say which graphs would be made, and make none.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        var order = GraphOrder()
        order.templates = template
        order.rows = row.isEmpty ? nil : row
        order.allRows = all ? true : nil
        order.dryRun = dryRun
        try daemon.makeGraphs(order, of: daemon.device(device), output.output)
    }
}
