import ArgumentParser
import PollerModel

/// Graphs of rows of a device's table, asked for beside the listing of the rows.
struct RowGraphOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: "Make graphs of these rows, by name or index, and say what became of it.")
    var graph: [String] = []

    @Flag(help: "Make graphs of all rows.")
    var all = false

    @Option(help: "Graph template; repeatable. By default those that are made by themselves.")
    var template: [String] = []

    @Flag(help: "Say which graphs would be made, and make none.")
    var dryRun = false

    /// The order these options are; nil when the rows are to be listed.
    func order(of query: String) throws -> GraphOrder? {
        guard !graph.isEmpty || all else {
            guard template.isEmpty, !dryRun else {
                throw CommandFailure(
                    "\(dryRun ? "--dry-run" : "--template") is of graphs that are made",
                    fix: "add --graph NAME, or --all", exitCode: .usage)
            }
            return nil
        }
        var order = GraphOrder()
        order.query = query
        order.templates = template.isEmpty ? nil : template
        order.rows = graph.isEmpty ? nil : graph
        order.allRows = all ? true : nil
        order.dryRun = dryRun
        return order
    }
}

extension Daemon {
    /// Has graphs made, and lists what became of each.
    func makeGraphs(_ order: GraphOrder, of device: DeviceReport, _ format: OutputFormat) throws {
        let report = try post(
            "/api/v1/devices/\(device.id)/graphs", order, as: GraphOrderReport.self)
        try Listing(
            items: report.items,
            columns: [
                Column("OUTCOME") { Self.word($0.outcome, report.dryRun) },
                Column("GRAPH", isNumber: true) { $0.graphId.map { "\($0)" } ?? "" },
                Column("TEMPLATE") { $0.template }, Column("INDEX") { $0.index ?? "" },
                Column("WHAT") { $0.words },
            ], name: { $0.words }
        ).write(format)
        if format == .table { Terminal.complain(Self.summary(report, of: device)) }
        guard report.count(.impossible) > 0,
            report.count(.made) + report.count(.exists) == 0
        else { return }
        throw CommandFailure(
            "no graph could be made of \(device.name)",
            fix: "see pollerctl device offers \(device.id)")
    }

    private static func word(_ outcome: GraphOutcome.Kind, _ isDryRun: Bool) -> String {
        outcome == .made && isDryRun ? "would be made" : outcome.rawValue
    }

    private static func summary(_ report: GraphOrderReport, of device: DeviceReport) -> String {
        let made = report.count(.made)
        let graphs = made == 1 ? "1 graph" : "\(made) graphs"
        var parts = [report.dryRun ? "\(graphs) would be made" : "\(graphs) made"]
        if report.count(.exists) > 0 { parts.append("\(report.count(.exists)) existed") }
        if report.count(.impossible) > 0 {
            parts.append("\(report.count(.impossible)) not possible")
        }
        return "\(device.name): " + parts.joined(separator: ", ")
            + (report.dryRun || made == 0 ? "." : "; the first rates follow the second poll.")
    }
}
