import ArgumentParser
import PollerModel

/// `pollerctl graph delete GRAPH…`
struct GraphDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Removes graphs; what no other graph draws is not measured any more.",
        discussion: """
            They do not come back by themselves. Round-robin files stay where they are, unless \
            --remove-data is given; pollerctl rrd purge puts aside those that nobody has.
            """)

    @Argument(help: "Ids of the graphs.")
    var graph: [Int64]

    @Flag(help: "Remove the round-robin files too that no other graph draws.")
    var removeData = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var connection: DaemonOptions

    /// Graphs that a question names.
    private static let mostTitles = 10

    func run() throws {
        let daemon = connection.daemon
        var seen: Set<Int64> = []
        let graphs = try graph.filter { seen.insert($0).inserted }.map {
            try daemon.get("/api/v1/graphs/\($0)", as: GraphReport.self)
        }
        try confirm(graphs)
        for graph in graphs {
            try daemon.delete("/api/v1/graphs/\(graph.id)?keep_data=\(removeData ? 0 : 1)")
            print("Removed graph \(graph.id), \(graph.title)")
        }
    }

    private func confirm(_ graphs: [GraphReport]) throws {
        if yes { return }
        guard Terminal.isInteractive else {
            throw CommandFailure("this needs a yes", fix: "add --yes", exitCode: .usage)
        }
        let titles =
            graphs.prefix(Self.mostTitles).map(\.title).joined(separator: ", ")
            + (graphs.count > Self.mostTitles ? ", …" : "")
        let data = removeData ? " with their round-robin files" : ""
        Terminal.complain("Remove \(graphs.count) graphs (\(titles))\(data)? Type yes:")
        guard readLine() == "yes" else { throw CommandFailure("nothing was removed") }
    }
}
