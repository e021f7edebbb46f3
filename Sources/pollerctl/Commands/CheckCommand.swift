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
        let (settings, problems) = config.map(SettingsLoader.load) ?? (Settings(), [])
        try CatalogueFolders(settings, resources: resources).check(others: problems)
    }
}
