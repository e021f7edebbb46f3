import ArgumentParser
import PollerModel

/// `pollerctl graph edit GRAPH`
struct GraphEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Changes what is given about a graph, and nothing else.",
        discussion: """
            Of a graph of one device: how it is drawn, its title, axis and series. --unset takes \
            something back to what its template says; the page of the graph lists what was saved.

            Of a graph of many data sources: what it is made of, and how it is put together. \
            What says which members it has replaces all that said it before: a list of --source, \
            or --device, --name-like, --tag, --site, --device-template and --title-like together.
            """)

    @Argument(help: "Id of the graph.")
    var graph: Int64

    @OptionGroup(title: "Any graph and many data sources") var change: AggregateOptions
    @OptionGroup(title: "One device") var drawing: GraphDrawingOptions

    @Flag(help: "Say what it would be, and change nothing.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let report = try daemon.get("/api/v1/graphs/\(graph)", as: GraphReport.self)
        switch report.kind {
        case .device: try editDrawing(daemon)
        case .aggregate: try editAggregate(daemon)
        }
    }

    /// A graph of one device.
    private func editDrawing(_ daemon: Daemon) throws {
        let other = try change.order(daemon)
        var titleOnly = AggregateOrder()
        titleOnly.title = other.title
        guard other == titleOnly else {
            throw CommandFailure(
                "graph \(graph) is of one device, and has no members",
                fix: "see pollerctl graph edit --help for what it has", exitCode: .usage)
        }
        var order = try drawing.order()
        order.title = other.title
        guard order != GraphEditOrder() else { throw Self.nothing }
        order.dryRun = dryRun ? true : nil
        let edited = try daemon.patch(
            "/api/v1/graphs/\(graph)", order, as: GraphEditOrderReport.self)
        switch output.output {
        case .json, .jsonl: try Terminal.write(JSONText.encode(edited))
        case .csv, .name: print(edited.graph.title)
        case .table:
            print(edited.dryRun ? "Nothing was done. It would be:" : "Changed graph \(graph).")
            print(
                Facts.text([
                    ("Id", "\(edited.graph.id)"), ("Title", edited.graph.title),
                    ("Template", edited.graph.template),
                    ("Version", edited.graph.edit.map { "\($0.version)" }),
                    ("URL", edited.graph.url),
                ]), terminator: "")
        }
    }

    private static var nothing: CommandFailure {
        CommandFailure(
            "nothing was asked for, and nothing was changed",
            fix: "give an option, for example --title TITLE; see pollerctl graph edit --help",
            exitCode: .usage)
    }

    private func editAggregate(_ daemon: Daemon) throws {
        guard try drawing.order() == GraphEditOrder() else {
            throw CommandFailure(
                "graph \(graph) is of many data sources, and drawn as its template says",
                fix: "see pollerctl graph edit --help for what it has", exitCode: .usage)
        }
        var order = try change.order(daemon)
        guard order != AggregateOrder() else { throw Self.nothing }
        order.dryRun = dryRun
        try daemon.patch("/api/v1/graphs/\(graph)", order, as: AggregateOrderReport.self)
            .write("Changed", output.output)
    }
}
