import ArgumentParser
import Foundation
import Logging
import PollerDefinitions
import PollerModel
import PollerRRD
import PollerSNMP
import PollerSecrets

/// The daemon.
@main
struct Pollerd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pollerd",
        abstract: "Polls SNMP agents, keeps round-robin archives, and serves graphs.",
        discussion: "Runs in the foreground until SIGTERM or SIGINT. It never starts a process.")

    @Option(help: "Settings file.", completion: .file(extensions: ["yaml"]))
    var config = "/etc/pollerd/pollerd.yaml"

    @Flag(help: "Check settings, catalogue, state folder, database, fonts and address; then end.")
    var check = false

    @Flag(help: "Print the versions of pollerd and its libraries; then end.")
    var version = false

    func run() async throws {
        if version { return print(Self.versions.joined(separator: "\n")) }
        let (settings, settingsProblems) = SettingsLoader.load(config)
        var start = StartCheck(settings: settings, problems: settingsProblems)
        start.run()
        guard start.problems.isEmpty else {
            for problem in start.problems { complain("pollerd: \(problem)") }
            throw ExitCode.failure
        }
        guard !check else { return print(start.summary) }
        guard let resources = start.resources, let catalogue = start.catalogue else {
            preconditionFailure("a check without problems leaves what it read")
        }
        do {
            try await Composition(
                settings: settings, settingsFile: config, catalogue: catalogue,
                resources: resources, warnings: start.warnings
            ).run()
        } catch let problem as Problem {
            complain("pollerd: \(problem)")
            throw ExitCode.failure
        }
    }

    /// Of pollerd and its libraries, a line each.
    static var versions: [String] {
        [
            "pollerd \(Product.version)", "librrd \(RRDLibrary.version)",
            "net-snmp \(SNMPLibrary.version)", "OpenSSL \(CryptographyLibrary.version)",
            "SQLite \(Inventory.sqliteVersion)",
        ]
    }

    private func complain(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
