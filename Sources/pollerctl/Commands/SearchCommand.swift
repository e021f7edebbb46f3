import ArgumentParser
import PollerModel

/// `pollerctl search TEXT`
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract:
            "Finds devices, interfaces, graphs and pages by any part of what they are called.",
        discussion: """
            Names, addresses, aliases, locations, sites, tags and titles. All words have to be \
            there, in any order; capitals do not matter, and nothing has a special meaning. \
            Hardware addresses are found in any notation. Best first.
            """)

    @Argument(help: "What to look for.")
    var text: [String]

    @Option(help: "device, row, graph or page: only things of this kind.")
    var kind: String?

    @Option(help: "How many of each kind, 500 at most.")
    var limit = 20

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let query = AddressQuery.text([
            ("q", text.joined(separator: " ")), ("kind", kind), ("limit", "\(limit)"),
        ])
        let report = try connection.daemon.get("/api/v1/search\(query)", as: SearchReport.self)
        if output.output == .json { return try Terminal.write(JSONText.encode(report)) }
        let found = report.groups.flatMap { group in group.items.map { (group.kind, $0) } }
        if output.output == .table {
            if found.isEmpty { Terminal.complain("Nothing is called so.") }
            for group in report.groups where group.count > group.items.count || group.isCut {
                Terminal.complain(
                    "\(group.title): \(group.items.count) of "
                        + (group.isCut ? "more than " : "") + "\(group.count)")
            }
        }
        try Listing(
            items: found.map { Found(kind: $0, item: $1) },
            columns: [
                Column("KIND") { $0.kind },
                Column("ID", isNumber: true) { $0.item.id.map { "\($0)" } ?? "-" },
                Column("NAME") { $0.item.name }, Column("WHERE") { $0.item.detail },
                Column("PATH") { $0.item.path },
            ], name: { $0.item.name }
        ).write(output.output)
    }

    /// A line of the listing.
    private struct Found: Encodable {
        let kind: String
        let item: SearchReport.Item

        private enum CodingKeys: CodingKey { case kind }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(kind, forKey: .kind)
            try item.encode(to: encoder)
        }
    }
}
