import ArgumentParser
import PollerDefinitions
import PollerModel

/// `pollerctl check`: works without the daemon.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks settings and catalogue files, and says all that is wrong with them.",
        discussion: """
            What a site adds is checked together with the shipped resources it refers to. \
            pollerd --check also looks at the state folder, fonts and addresses.
            """)

    @Option(
        help: "A folder of resources: a site's own, or a whole one, which has pages in it.",
        completion: .directory)
    var resources: String?

    @Option(help: "A settings file.", completion: .file(extensions: ["yaml"]))
    var config: String?

    func run() throws {
        guard resources != nil || config != nil else {
            throw CommandFailure(
                "there is nothing to check", fix: "give --config FILE or --resources DIR",
                exitCode: .usage)
        }
        let (settings, settingsProblems) = config.map(SettingsLoader.load) ?? (Settings(), [])
        let (catalogue, found) = CatalogueLoader.load(try folders(settings))
        let problems = settingsProblems + found
        for problem in problems { Terminal.complain("\(problem)") }
        guard problems.isEmpty else {
            throw CommandFailure(
                "\(problems.count) \(problems.count == 1 ? "problem" : "problems")")
        }
        print(
            "All is well: \(catalogue.deviceTemplates.count) device templates, "
                + "\(catalogue.graphTemplates.count) graph templates, "
                + "\(catalogue.dataTemplates.count) data templates, "
                + "\(catalogue.dataQueries.count) data queries, \(catalogue.profiles.count) profiles"
        )
    }

    /// The shipped resources, and over them the site's own.
    private func folders(_ settings: Settings) throws -> [String] {
        if let resources, ResourceFolder.isWhole(resources) { return [resources] }
        guard let shipped = ResourceFolder.find(settings) else {
            throw CommandFailure(
                "the shipped resources are not in \(settings.resources.place)",
                fix: "give --config with a file whose resources.folder names them")
        }
        return [shipped, resources ?? settings.resources.siteFolder]
    }
}
