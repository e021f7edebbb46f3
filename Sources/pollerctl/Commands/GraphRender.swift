import ArgumentParser
import Foundation

/// `pollerctl graph render GRAPH > FILE`
struct GraphRender: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Draws a graph and writes the picture, or its rows, to standard output.",
        discussion: """
            csv and json are the rows that the picture is drawn from: each with the time at which \
            it ends, in UTC, and nothing where the value is unknown.

            \(RangeOptions.times)
            """)

    @Argument(help: "Id of the graph.")
    var graph: Int64

    @Option(help: "png, svg, csv or json.")
    var format = GraphFileFormat.png

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "Write to this file.", completion: .file())
    var output: String?

    @OptionGroup var range: RangeOptions
    @OptionGroup var size: SizeOptions
    @OptionGroup var view: ViewOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        guard output != nil || format.isText || !Terminal.showsOutput else {
            throw CommandFailure(
                "a picture is no text for a terminal",
                fix: "pollerctl graph render \(graph) -o graph.png", exitCode: .usage)
        }
        let query = AddressQuery.text(range.parameters + size.parameters + view.parameters)
        try OutputFile.write(
            connection.daemon.getBytes("/graphs/\(graph).\(format.rawValue)\(query)"), to: output)
    }
}
