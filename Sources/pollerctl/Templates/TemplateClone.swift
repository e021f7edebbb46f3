import ArgumentParser
import PollerDefinitions

/// `pollerctl template clone NAME NEW`
struct TemplateClone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clone",
        abstract: "Copies an entry into the site's resources, under a new name.",
        discussion: """
            The copy is a YAML file of its own; the entry it was made of never changes with it. \
            With --deep, what the entry refers to is copied too: mine_interface_traffic and so \
            on. Nothing that exists is written over. pollerd reads the copy when it starts again.
            """)

    @Argument(help: "Name of the entry.")
    var name: String

    @Argument(help: "Name of the copy: a-z, 0-9 and _.")
    var new: String

    @Option(help: "device-template, graph-template, data-template or data-query.")
    var kind: CatalogueKind?

    @Flag(help: "Copy what it refers to as well, and refer to the copies.")
    var deep = false

    @OptionGroup var catalogue: CatalogueOptions

    func run() throws {
        let places = try catalogue.folders()
        let all = CatalogueText(places.folders)
        let entry = try all.find(name, kind)
        do {
            let clone = try CatalogueClone(
                of: entry, as: new, isDeep: deep, in: all, siteFolder: places.siteFolder)
            try clone.write()
            try check(clone, places)
            for file in clone.files { print(file.path) }
        } catch let failure as CatalogueClone.Failure {
            let problem = failure.problem
            throw CommandFailure(
                "\(problem.place): \(problem.what)", fix: problem.fix,
                exitCode: failure == .taken(problem) ? .conflict : .failed)
        }
        guard entry.kind == .deviceTemplate else { return }
        Terminal.complain(
            """
            Devices that \(entry.name) fits have the copy too, once pollerd is started again: give \
            it object_ids, descriptions or probes of its own.
            """)
    }

    /// A copy of what is wrong already would be wrong as well: then there is none.
    private func check(_ clone: CatalogueClone, _ places: CatalogueFolders) throws {
        let paths = clone.files.map(\.path)
        let problems = CatalogueLoader.load(places.folders).problems.filter { problem in
            paths.contains { problem.place.hasPrefix($0) }
        }
        guard !problems.isEmpty else { return }
        clone.undo()
        for problem in problems { Terminal.complain("\(problem)") }
        throw CommandFailure("the copy would be wrong, and was not made")
    }
}
