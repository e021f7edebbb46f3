import ArgumentParser
import Foundation

/// Which stretch of time a graph shows.
struct RangeOptions: ParsableArguments {
    static let times = "Times: now-6h, now-1d/d, 2026-11-25T16:00:00Z or Unix seconds."

    @Option(help: "Beginning; by default a day ago, or when what it draws was added.")
    var from: String?

    @Option(help: "End of the range; by default now.")
    var to: String?

    var parameters: [(String, String?)] { [("from", from), ("to", to)] }
}

/// How a graph is looked at.
struct ViewOptions: ParsableArguments {
    @Option(help: "bits or bytes, where the graph shows one of them.")
    var units: String?

    @Option(help: "linear, log, or percent of what the interface can carry.")
    var axis: String?

    @Option(help: "What a kilo is: si (1000) or iec (1024).")
    var base: String?

    @Option(help: "Draw the same time a day or a week before behind it: day or week.")
    var compare: String?

    @Option(help: "Draw and tell this percentile: 95.")
    var percentile: String?

    @Flag(inversion: .prefixedNo, help: "The line at what the interface can carry.")
    var capacity: Bool?

    @Flag(inversion: .prefixedNo, help: "The largest value within each point.")
    var peaks: Bool?

    var parameters: [(String, String?)] {
        [
            ("units", units), ("axis", axis), ("base", base), ("compare", compare),
            ("percentile", percentile), ("capacity", capacity.map { $0 ? "1" : "0" }),
            ("peaks", peaks.map { $0 ? "1" : "0" }),
        ]
    }
}

/// How large a picture is, and for which page.
struct SizeOptions: ParsableArguments {
    @Option(help: "Width of the plot in points.")
    var width: Int?

    @Option(help: "Height of the plot in points.")
    var height: Int?

    @Option(help: "light or dark.")
    var theme: String?

    @Option(help: "Pixels for each point: 1 or 2.")
    var scale: Int?

    @Flag(help: "Leave out title and legend.")
    var noLegend = false

    var parameters: [(String, String?)] {
        [
            ("width", width.map(String.init)), ("height", height.map(String.init)),
            ("theme", theme), ("scale", scale.map(String.init)),
            ("legend", noLegend ? "0" : nil),
        ]
    }
}

/// In which form a graph is written.
enum GraphFileFormat: String, ExpressibleByArgument, CaseIterable {
    case png, svg, csv, json

    /// Whether a terminal can show it.
    var isText: Bool { self != .png }
}

/// The query of an address.
enum AddressQuery {
    /// `?from=now-6h&…`; empty where nothing is asked for.
    static func text(_ parameters: [(String, String?)]) -> String {
        let pairs = parameters.compactMap { key, value in
            value.map { "\(key)=\(QueryText.escaped($0))" }
        }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }
}

/// Where something is written to.
enum OutputFile {
    /// - Parameter path: nil is standard output. A file appears whole or not at all.
    static func write(_ data: Data, to path: String?) throws {
        guard let path else { return try Terminal.write(data) }
        do {
            try data.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandFailure(
                "\(path) cannot be written: \(error.localizedDescription)",
                fix: "name a file in a folder that exists and that you may write to")
        }
    }
}
