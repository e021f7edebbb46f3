import PollerModel

/// A graph of many data sources, for eyes.
struct AggregateText {
    let graph: GraphReport
    let aggregate: AggregateReport

    private var members: [AggregateReport.Member] { aggregate.members ?? [] }

    /// - Parameter isDryRun: whether it is only what it would be, so that it has no id.
    func facts(isDryRun: Bool = false) -> String {
        let isMany = members.count == 1 ? "1 data source" : "\(members.count) data sources"
        return Facts.text([
            ("Id", isDryRun && graph.id.rawValue == 0 ? nil : "\(graph.id)"),
            ("Title", graph.title), ("Template", graph.template),
            ("Drawn as", "\(aggregate.arrangement.rawValue) of \(isMany)" + manners),
            ("Members", aggregate.rule.map { "by rule: \($0.words)" } ?? "a list"),
            ("Unknowns", unknowns), ("Colours", aggregate.palette.words),
            ("Left out", aggregate.leftOut.flatMap(leftOut)),
            ("Missing", missing), ("URL", isDryRun ? nil : graph.url),
        ])
    }

    private var manners: String {
        [
            aggregate.mirrored ? "mirrored" : nil, aggregate.total ? "with the total" : nil,
            aggregate.skip.isEmpty ? nil : "without \(aggregate.skip.joined(separator: ", "))",
        ].compactMap { $0 }.map { ", \($0)" }.joined()
    }

    private var unknowns: String {
        switch aggregate.unknowns {
        case .strict: "strict: one unknown member makes the whole unknown"
        case .known: "known: of the members that are known, which are counted"
        }
    }

    private func leftOut(_ count: Int) -> String? {
        count == 0
            ? nil : "\(count) more that the rule takes; the first \(members.count) are drawn"
    }

    private var missing: String? {
        guard let ids = aggregate.missing, !ids.isEmpty else { return nil }
        return "data source " + ids.map(\.description).joined(separator: ", ")
    }

    var listing: Listing<AggregateReport.Member> {
        Listing(
            items: members,
            columns: [
                Column("LEGEND") { $0.label }, Column("DEVICE") { $0.device },
                Column("SOURCE", isNumber: true) { "\($0.dataSourceId)" },
                Column("GRAPH", isNumber: true) { $0.graphId.map { "\($0)" } ?? "" },
                Column("TITLE") { $0.title },
            ], name: { $0.label })
    }
}

extension Palette {
    fileprivate var words: String {
        switch self {
        case .named(let name): name.rawValue
        case .own(let colors): colors.map(\.text).joined(separator: ", ")
        }
    }
}

extension AggregateOrderReport {
    /// Tells what became of an order, in any format.
    ///
    /// - Parameter done: “Made” or “Changed”.
    func write(_ done: String, _ format: OutputFormat) throws {
        guard let aggregate = graph.aggregate else { return }
        let text = AggregateText(graph: graph, aggregate: aggregate)
        switch format {
        case .json, .jsonl: try Terminal.write(JSONText.encode(self))
        case .csv: try text.listing.write(.csv)
        case .name: print(graph.title)
        case .table:
            print(dryRun ? "Nothing was done. It would be:" : "\(done) graph \(graph.id).")
            print(text.facts(isDryRun: dryRun), terminator: "")
            guard aggregate.members?.isEmpty == false else {
                return Terminal.complain(
                    "Nothing is like that now: the graph is empty until something is.")
            }
            print("")
            try text.listing.write(.table)
        }
    }
}
