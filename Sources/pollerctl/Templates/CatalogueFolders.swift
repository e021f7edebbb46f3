import ArgumentParser
import Foundation
import PollerDefinitions
import PollerModel

/// Where the shipped catalogue and the site's own are, without asking the daemon.
struct CatalogueFolders {
    /// The shipped resources first.
    let folders: [String]
    /// Where a site's own entries are written to.
    let siteFolder: String

    /// - Parameter resources: a site's folder in place of the settings', or a whole one in place
    ///   of all.
    init(_ settings: Settings, resources: String?) throws {
        siteFolder = resources ?? settings.resources.siteFolder
        if let resources, ResourceFolder.isWhole(resources) {
            folders = [resources]
            return
        }
        guard let shipped = ResourceFolder.find(settings) else {
            throw CommandFailure(
                "the shipped resources are not in \(settings.resources.place)",
                fix: "give --config with a file whose resources.folder names them")
        }
        folders = [shipped, siteFolder]
    }

    /// Says all that is wrong, and how much is well.
    ///
    /// - Parameter others: problems that were found before.
    func check(others: [Problem] = []) throws {
        let (catalogue, found) = CatalogueLoader.load(folders)
        let problems = others + found
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
}

/// The same as options of a command.
struct CatalogueOptions: ParsableArguments {
    static let installedSettings = "/etc/pollerd/pollerd.yaml"

    @Option(
        help: "A settings file, which names the folders; by default \(installedSettings).",
        completion: .file(extensions: ["yaml"]))
    var config: String?

    @Option(help: "A site's folder of resources, or a whole one.", completion: .directory)
    var resources: String?

    /// - Parameter folder: in place of `--resources`.
    func folders(_ folder: String? = nil) throws -> CatalogueFolders {
        guard folder == nil || resources == nil else {
            throw CommandFailure("--resources and a folder exclude each other", exitCode: .usage)
        }
        let (settings, problems) = InstalledSettings.load(config)
        for problem in problems { Terminal.complain("\(problem)") }
        guard problems.isEmpty || config == nil else {
            throw CommandFailure("the settings cannot be used")
        }
        return try CatalogueFolders(settings, resources: folder ?? resources)
    }
}
