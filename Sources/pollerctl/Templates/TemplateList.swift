import ArgumentParser
import PollerDefinitions
import PollerModel

/// `pollerctl template list`
struct TemplateList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists what there is, shipped and of the site.")

    @Option(
        name: .customLong("class"),
        help: "Only device templates of this class: router, switch, ups, …")
    var deviceClass: String?

    @Option(help: "device-template, graph-template, data-template or data-query.")
    var kind: CatalogueKind?

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let all = try CatalogueText(catalogue.folders().folders).entries
        let entries = all.filter { entry in
            kind ?? entry.kind == entry.kind
                && (deviceClass == nil || entry.deviceClass == deviceClass)
        }
        let classes = Set(all.compactMap(\.deviceClass))
        if let deviceClass, entries.isEmpty, !classes.contains(deviceClass) {
            throw CommandFailure(
                "no device template is of the class “\(DeviceText(deviceClass).text)”"
                    + Suggestion.phrase(for: deviceClass, among: classes),
                fix: "there are \(classes.sorted().joined(separator: ", "))", exitCode: .notFound)
        }
        try Listing(
            items: entries.map(TemplateReport.init),
            columns: [
                Column("NAME") { $0.name }, Column("KIND") { $0.kind.rawValue },
                Column("CLASS") { $0.class ?? "" }, Column("TITLE") { $0.title },
                Column("FROM") { $0.site ? "site" : "shipped" }, Column("SOURCE") { $0.source },
            ], name: { $0.name }
        ).write(output.output)
    }
}

/// An entry as scripts read it.
struct TemplateReport: Encodable {
    let name: String
    let kind: CatalogueKind
    @ExplicitNull var `class`: String?
    let title: String
    let source: String
    let site: Bool
    let file: String
    let line: Int

    init(_ entry: CatalogueEntry) {
        name = entry.name
        kind = entry.kind
        title = DeviceText.printable(Array(entry.title.utf8))
        source = DeviceText.printable(Array(entry.source.utf8))
        site = entry.isSite
        file = entry.path
        line = entry.line
        _class = ExplicitNull(wrappedValue: entry.deviceClass)
    }
}
