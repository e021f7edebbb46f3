import ArgumentParser
import PollerDefinitions
import PollerModel

/// `pollerctl template show NAME`
struct TemplateShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows an entry as it is written, and what belongs to it.",
        discussion: """
            A name is looked for among device templates, then graph templates, data templates \
            and data queries; --kind chooses.
            """)

    @Argument(help: "Its name.")
    var name: String

    @Option(help: "device-template, graph-template, data-template or data-query.")
    var kind: CatalogueKind?

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    /// Another entry, in short.
    private struct Other: Encodable {
        let kind: CatalogueKind
        let name: String
    }

    private struct Report: Encodable {
        let template: TemplateReport
        let refersTo: [Other]
        let usedBy: [Other]
        let text: String
    }

    func run() throws {
        let all = CatalogueText(try catalogue.folders().folders)
        let entry = try all.find(name, kind)
        let report = Report(
            template: TemplateReport(entry),
            refersTo: entry.references.map { Other(kind: $0.kind, name: $0.name) },
            usedBy: all.users(of: entry).map { Other(kind: $0.kind, name: $0.name) },
            text: entry.text)
        switch output.output {
        case .json, .jsonl: try Terminal.write(JSONText.encode(report))
        case .name: print(entry.name)
        case .table, .csv: print(text(report), terminator: "")
        }
    }

    private func text(_ report: Report) -> String {
        let names = { (others: [Other]) -> String? in
            others.isEmpty
                ? nil : others.map { "\($0.name) (\($0.kind.words))" }.joined(separator: ", ")
        }
        let template = report.template
        let facts = Facts.text([
            ("Name", template.name), ("Kind", template.kind.words), ("Class", template.class),
            ("Title", template.title), ("Source", template.source),
            ("File", "\(template.file):\(template.line)" + (template.site ? "" : ", shipped")),
            ("Refers to", names(report.refersTo)), ("Used by", names(report.usedBy)),
        ])
        let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { DeviceText.printable(Array($0.utf8)).isEmpty ? "" : Self.printable($0) }
        return facts + "\n" + lines.joined(separator: "\n").trimmed + "\n"
    }

    /// A line with its indentation.
    private static func printable(_ line: Substring) -> String {
        String(line.prefix { $0 == " " }) + DeviceText.printable(Array(line.utf8))
    }
}
