import ArgumentParser
import PollerModel

/// `pollerctl graph numbers GRAPH`
struct GraphNumbers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "numbers",
        abstract: "Prints what a graph shows in numbers: last, average, maximum, peak and total.",
        discussion: """
            The numbers are those of the picture with the same options. A dash is a number that is \
            not known.

            \(RangeOptions.times)
            """)

    @Argument(help: "Id of the graph.")
    var graph: Int64

    @OptionGroup var range: RangeOptions
    @OptionGroup var view: ViewOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let query = AddressQuery.text(range.parameters + view.parameters)
        let report = try connection.daemon.get(
            "/api/v1/graphs/\(graph)/numbers\(query)", as: GraphNumbersReport.self)
        switch output.output {
        case .table:
            print(facts(report), terminator: "\n")
            try listing(report) { report.text($0, of: $1) }.write(.table)
        case .json, .jsonl: try Terminal.write(JSONText.encode(report))
        case .csv, .name:
            try listing(report) { $1.number($0)?.plainText ?? "" }.write(output.output)
        }
    }

    private func facts(_ report: GraphNumbersReport) -> String {
        let total = report.totalUnit.map { $0.isEmpty ? "" : ", totals in \($0)" } ?? ""
        let gaps = report.unknown.map { "\($0.from) to \($0.to)" }
        let facts: [(String, String?)] = [
            ("Title", report.title), ("Range", "\(report.from) to \(report.to)"),
            ("Unit", report.unit + total), ("Numbers of", report.resolution),
            ("Known", report.knownText),
            ("Unknown", gaps.isEmpty ? nil : Self.shortened(gaps)),
        ]
        let notes: [(String, String?)] = report.notes.map { ("Note", $0) }
        return Facts.text(facts + notes)
    }

    private static let mostGaps = 3

    private static func shortened(_ gaps: [String]) -> String {
        let more = gaps.count - mostGaps
        return gaps.prefix(mostGaps).joined(separator: ", ") + (more > 0 ? ", \(more) more" : "")
    }

    private func listing(
        _ report: GraphNumbersReport,
        _ text: @escaping (NumberColumn, GraphNumbersReport.Series) -> String
    ) -> Listing<GraphNumbersReport.Series> {
        // A script finds the same columns whatever is known.
        let columns = output.output == .table ? report.columns : NumberColumn.allCases
        let numbers = columns.map { column in
            Column<GraphNumbersReport.Series>(
                report.heading(column).uppercased(), isNumber: true
            ) { text(column, $0) }
        }
        return Listing(
            items: report.series,
            columns: [Column("SERIES") { $0.label }] + numbers + [
                Column("KNOWN", isNumber: true) { "\($0.knownRows)/\($0.expectedRows)" }
            ], name: { $0.label })
    }
}
