import ArgumentParser
import Foundation
import PollerModel

/// `pollerctl graph render GRAPH > FILE`
struct GraphRender: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Draws a graph and writes the PNG to standard output.",
        discussion: "Times: now-6h, now-1d/d, 2026-11-25T16:00:00Z or Unix seconds.")

    @Argument(help: "Id of the graph.")
    var graph: Int64

    @Option(help: "Beginning of the range.")
    var from: String?

    @Option(help: "End of the range.")
    var to: String?

    @Option(help: "Width of the plot in points.")
    var width: Int?

    @Option(help: "Height of the plot in points.")
    var height: Int?

    @Option(help: "light or dark.")
    var theme: String?

    @Option(help: "Pixels for each point: 1 or 2.")
    var scale: Int?

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        guard !Terminal.showsOutput else {
            throw CommandFailure(
                "a picture is no text for a terminal",
                fix: "pollerctl graph render \(graph) > graph.png", exitCode: .usage)
        }
        let parameters: [(String, String?)] = [
            ("from", from), ("to", to), ("width", width.map(String.init)),
            ("height", height.map(String.init)), ("theme", theme),
            ("scale", scale.map(String.init)),
        ]
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-./:")
        let query = parameters.compactMap { key, value in
            value?.addingPercentEncoding(withAllowedCharacters: allowed).map { "\(key)=\($0)" }
        }.joined(separator: "&")
        try Terminal.write(connection.daemon.getBytes("/graphs/\(graph).png?\(query)"))
    }
}
