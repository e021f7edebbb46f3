import ArgumentParser
import PollerDefinitions
import PollerModel

/// `pollerctl template …`: works without the daemon.
struct TemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "What Pollerd knows of devices: list, show, check, clone.",
        discussion: """
            Device templates, graph templates, data templates and data queries are YAML files: \
            shipped ones, and over them a site's own. pollerd reads them when it starts.
            """,
        subcommands: [
            TemplateList.self, TemplateShow.self, TemplateCheck.self, TemplateClone.self,
        ])
}

extension CatalogueKind: ExpressibleByArgument {}

extension CatalogueText {
    /// The entry an argument names.
    func find(_ name: String, _ kind: CatalogueKind?) throws -> CatalogueEntry {
        if let entry = entry(name, kind: kind) { return entry }
        let known = entries.filter { kind ?? $0.kind == $0.kind }.map(\.name)
        throw CommandFailure(
            "there is no \(kind?.words ?? "template") “\(DeviceText(name).text)”"
                + Suggestion.phrase(for: name, among: known),
            fix: "see pollerctl template list", exitCode: .notFound)
    }
}
