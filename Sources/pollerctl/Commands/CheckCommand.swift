import ArgumentParser
import PollerDefinitions
import PollerModel

/// `pollerctl check`: works without the daemon.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks settings and catalogue files, and says all that is wrong with them.",
        discussion: "pollerd --check also looks at the state folder, fonts and addresses.")

    @Option(help: "A folder of resources.", completion: .directory)
    var resources: String?

    @Option(help: "A settings file.", completion: .file(extensions: ["yaml"]))
    var config: String?

    func run() throws {
        guard resources != nil || config != nil else {
            throw CommandFailure(
                "there is nothing to check", fix: "give --config FILE or --resources DIR",
                exitCode: .usage)
        }
        var problems: [Problem] = []
        var folders: [String] = []
        if let config {
            let (settings, found) = SettingsLoader.load(config)
            problems += found
            if !settings.resources.folder.isEmpty {
                folders = [settings.resources.folder, settings.resources.siteFolder]
            }
        }
        if let resources { folders = [resources] }
        var summary = "settings"
        if !folders.isEmpty {
            let (catalogue, found) = CatalogueLoader.load(folders)
            problems += found
            summary =
                "\(catalogue.deviceTemplates.count) device templates, "
                + "\(catalogue.graphTemplates.count) graph templates, "
                + "\(catalogue.dataTemplates.count) data templates, "
                + "\(catalogue.dataQueries.count) data queries, \(catalogue.profiles.count) profiles"
        }
        for problem in problems { Terminal.complain("\(problem)") }
        guard problems.isEmpty else {
            throw CommandFailure(
                "\(problems.count) \(problems.count == 1 ? "problem" : "problems")")
        }
        print("All is well: \(summary)")
    }
}
