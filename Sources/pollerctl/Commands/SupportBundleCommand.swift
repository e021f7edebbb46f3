import ArgumentParser
import Foundation
import PollerDefinitions
import PollerHealth
import PollerModel

/// `pollerctl support-bundle [FILE]`
struct SupportBundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "support-bundle",
        abstract: "Puts into one archive what helps others to understand this installation.",
        discussion: """
            It lists the files of the archive and what was taken out of them, asks, and writes it. \
            Secrets are never in it. Names and addresses of devices are replaced, each by the same \
            word wherever it stands, unless --with-names says otherwise. When the daemon does not \
            answer, what can be seen from outside is put together: settings, machine, state folder \
            and findings.
            """)

    @Argument(
        help: "File to write; - is standard output. By default pollerd-support-TIME.tar.gz here.",
        completion: .file())
    var file: String?

    @Flag(help: "Only list what would be in it.")
    var preview = false

    @Flag(help: "Keep names and addresses of devices.")
    var withNames = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Print the list as JSON.")
    var json = false

    @Option(
        help: "The daemon's settings; by default \(CatalogueOptions.installedSettings).",
        completion: .file(extensions: ["yaml"]))
    var config: String?

    @OptionGroup var connection: DaemonOptions

    /// What is listed, and what makes the archive once somebody wants it.
    private struct Offer {
        let report: SupportReport
        /// Behind `.tar` in the name of the file.
        let suffix: String
        let make: () throws -> Data
    }

    func run() throws {
        let offer = try offer()
        try show(offer.report)
        guard !preview else { return }
        try confirm()
        let archive = try offer.make()
        guard file != "-" else { return try Terminal.write(archive) }
        let path = file ?? offer.report.fileName + offer.suffix
        try write(archive, to: path)
        Terminal.complain("Wrote \(path) (\(archive.count) bytes)")
    }

    private func offer() throws -> Offer {
        let (settings, _) = InstalledSettings.load(config)
        let (daemon, names) = (connection.following(config, settings).daemon, withNames)
        do {
            let report = try daemon.get(
                "/api/v1/support-bundle?with_names=\(names)", as: SupportReport.self)
            return Offer(report: report, suffix: ".gz") {
                try daemon.postForBytes(
                    "/api/v1/support-bundle", SupportOrder(withNames: names))
            }
        } catch let failure as CommandFailure where failure.exitCode == .daemonUnreachable {
            Terminal.complain("pollerd does not answer, so this is what can be seen from outside")
            let bundle = try OutsideBundle(config, hasNames: names).bundle
            return Offer(report: SupportReport(bundle), suffix: "") { Data(bundle.archive) }
        }
    }

    private func show(_ report: SupportReport) throws {
        if json { return try Terminal.write(JSONText.encode(report)) }
        for file in report.files {
            var notes: [String] = []
            if file.secretsRemoved > 0 { notes.append("\(file.secretsRemoved) secrets removed") }
            if file.namesRemoved > 0 {
                notes.append("\(file.namesRemoved) names and addresses replaced")
            }
            if file.cut { notes.append("its end is left out") }
            Terminal.complain(
                "\(file.name)  \(file.bytes) bytes"
                    + (notes.isEmpty ? "" : "  (\(notes.joined(separator: ", ")))"))
        }
        Terminal.complain("Never in it: \(report.never.joined(separator: ", ")).")
        Terminal.complain(
            report.withNames
                ? "Names and addresses of devices are in it."
                : "Names and addresses are replaced; --with-names keeps them.")
    }

    private func confirm() throws {
        if yes { return }
        guard Terminal.isInteractive else {
            throw CommandFailure("this needs a yes", fix: "add --yes", exitCode: .usage)
        }
        Terminal.complain("Write it? Type yes:")
        guard readLine() == "yes" else { throw CommandFailure("nothing was written") }
    }

    /// For whoever writes it only, and never over something.
    private func write(_ archive: Data, to path: String) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let isThere = errno == EEXIST
            throw CommandFailure(
                "\(path) cannot be written: \(String(cString: strerror(errno)))",
                fix: isThere ? "name another file" : nil, exitCode: isThere ? .conflict : .failed)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: archive)
            try handle.close()
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}

/// A bundle of what can be seen while the daemon does not answer.
private struct OutsideBundle {
    let bundle: SupportBundle

    init(_ file: String?, hasNames: Bool) throws {
        let (settings, problems) = InstalledSettings.load(file)
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        var collector = HostCollector(settings: settings, problems: problems)
        collector.collect(at: now)
        collector.checkIndexes()
        var facts = collector.facts
        facts.removeQuotations(keepsNames: hasNames)
        let examination = Examination(at: now, facts.findings, isOfDaemon: false)
        var drafts = MachineReport(
            settings,
            versions: ["pollerctl \(Product.version)", "SQLite \(Inventory.sqliteVersion)"],
            isServing: false
        ).drafts()
        drafts.append(
            SupportBundle.Draft(
                "doctor.json",
                String(decoding: try JSONText.encode(HealthReport(examination)), as: UTF8.self)))
        if let path = InstalledSettings.path(file), let resources = collector.resources {
            drafts.append(
                SupportBundle.Draft("settings.txt", Self.settings(path, resources)))
        }
        var scrubber = Scrubber(keepsNames: hasNames)
        for (index, name) in settings.web.hosts.enumerated() {
            scrubber.add(name: name, pseudonym: "web-host-\(index + 1)")
        }
        if let host = settings.web.outsideURL?.host {
            scrubber.add(name: host, pseudonym: "web-host")
        }
        bundle = SupportBundle(drafts, scrubber: scrubber, hasNames: hasNames, at: now)
    }

    /// Of known keys only, without comments.
    private static func settings(_ file: String, _ resources: String) -> String {
        do {
            let listing = try SettingsListing(reference: "\(resources)/pollerd.yaml", path: file)
            return listing.entries.map { "\($0.key): \($0.value)\n" }.joined()
        } catch {
            return "\(error.place) cannot be read\n"
        }
    }
}
