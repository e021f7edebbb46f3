import ArgumentParser
import Foundation
import PollerDefinitions
import PollerHealth
import PollerModel

/// `pollerctl doctor`: works with and without the daemon.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at everything, and says what is wrong, why it matters and what to do.",
        discussion: """
            A daemon that runs is asked what it knows of itself and of its machine. When it does not \
            answer, settings, state folder, database, fonts and addresses are looked at from here: \
            run it as the daemon's user then, or as root. Exit code 0: nothing, or only warnings; \
            1: errors, with --strict also warnings. The codes are explained in the reference, at \
            /help/health.

            With --fix, what needs nobody's decision is repaired here, as the user who calls it, and \
            all is looked at again: rights that are too wide, folders that are missing, files and \
            sockets that a killed daemon left, SQLite's log and its indexes. Nothing is removed that \
            somebody may want. With --dry-run it is only said.
            """)

    @Option(
        help: "The daemon's settings; by default \(CatalogueOptions.installedSettings).",
        completion: .file(extensions: ["yaml"]))
    var config: String?

    @Flag(help: "Let warnings fail too.")
    var strict = false

    @Flag(help: "Show also what is only good to know, though all is well.")
    var notes = false

    @Flag(help: "Repair what needs nobody's decision, then look again.")
    var fix = false

    @Flag(help: "With --fix: only say what would be done.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func validate() throws {
        guard !dryRun || fix else { throw ValidationError("--dry-run is for --fix.") }
        guard !fix || connection.server == nil else {
            throw ValidationError("--fix repairs on this machine, and --server is another one.")
        }
    }

    func run() throws {
        let repairs = try fix ? repair() : []
        let report = try examine(isFresh: repairs.contains { $0.outcome == .done })
        try write(report)
        let failures = repairs.count { $0.outcome == .failed }
        let errors = report.findings.count { $0.severity == .error }
        let warnings = report.findings.count { $0.severity == .warning }
        guard failures == 0 else {
            // What was found may be a warning, and what was wanted was not done.
            throw CommandFailure(
                "\(Count.words(failures, "repair")) could not be done; "
                    + "\(Count.words(errors, "error")) and "
                    + "\(Count.words(warnings, "warning")) were found")
        }
        guard errors > 0 || (strict && warnings > 0) else { return }
        throw CommandFailure(
            "\(Count.words(errors, "error")) and \(Count.words(warnings, "warning")) were found")
    }

    /// Says what is done before it is done.
    private func repair() throws -> [RepairReport] {
        let (settings, problems) = InstalledSettings.load(config)
        // In place of what cannot be read are defaults, and those are another daemon's.
        if let first = problems.first {
            throw CommandFailure(
                "nothing was repaired, for the settings are not right: "
                    + "\(first.place): \(first.what)",
                fix: first.fix, exitCode: .usage)
        }
        try checkIsMeant(settings)
        var collector = HostCollector(settings: settings, problems: problems)
        collector.collect(at: Self.now)
        collector.checkIndexes()
        let repairs = collector.facts.repairs
        let repairer = Repairer(stateFolder: settings.state.folder)
        if repairs.isEmpty { Terminal.complain("There is nothing to repair without a decision.") }
        for repair in repairs {
            Terminal.complain((dryRun ? "would " : "will ") + repair.words)
        }
        let reports = repairer.run(repairs, isPlanned: dryRun)
        for report in reports where report.outcome != .planned {
            let reason = report.reason.map { ": \($0)" } ?? ""
            Terminal.complain("\(report.outcome.rawValue): \(report.repair)\(reason)")
            if let fix = report.fix { Terminal.complain("    fix: \(fix)") }
        }
        return reports
    }

    /// What is repaired belongs to the daemon that is asked, and not to another one, or to none.
    private func checkIsMeant(_ settings: Settings) throws {
        guard config == nil else { return }
        let installed = CatalogueOptions.installedSettings
        if access(installed, F_OK) == 0, access(installed, R_OK) != 0 {
            throw CommandFailure(
                "--fix repairs what settings name, and \(installed) cannot be read: "
                    + String(cString: strerror(errno)),
                fix: "sudo pollerctl doctor --fix", exitCode: .usage)
        }
        guard FileManager.default.isReadableFile(atPath: installed) else {
            throw CommandFailure(
                "--fix repairs what settings name, and there are none at \(installed)",
                fix: "name them: --config FILE", exitCode: .usage)
        }
        let asked = connection.socketPath
        guard asked == settings.admin.socket else {
            throw CommandFailure(
                "nothing was repaired: pollerd at \(asked) has other settings than \(installed), "
                    + "which name \(settings.admin.socket) and \(settings.state.folder)",
                fix: "name its own: --config FILE", exitCode: .usage)
        }
    }

    private static var now: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    /// - Parameter isFresh: whether what a daemon found a moment ago is not good enough.
    private func examine(isFresh: Bool) throws -> HealthReport {
        let (settings, problems) = InstalledSettings.load(config)
        let options = connection.following(config, settings)
        do {
            return try options.daemon.get(
                "/api/v1/doctor" + (isFresh ? "?fresh=1" : ""), as: HealthReport.self)
        } catch let failure as CommandFailure
            where [.daemonUnreachable, .notPermitted].contains(failure.exitCode)
        {
            // Whoever asked elsewhere, or at another socket, learned nothing of the daemon here.
            let isAsked =
                options.server == nil && problems.isEmpty
                && options.socketPath == settings.admin.socket
            return HealthReport(alone(settings, problems, failure, isAsked: isAsked))
        }
    }

    /// What can be seen from outside.
    ///
    /// - Parameter isAsked: whether it is the daemon of these settings that was asked.
    private func alone(
        _ settings: Settings, _ problems: [Problem], _ failure: CommandFailure, isAsked: Bool
    ) -> Examination {
        let now = Self.now
        var collector = HostCollector(settings: settings, problems: problems)
        collector.collect(at: now)
        collector.checkIndexes()
        collector.lookUpNames()
        let isDown = failure.exitCode == .daemonUnreachable
        if isDown, isAsked { collector.noteUnreachable() }
        let daemon = Finding(
            .daemonDown, place: "pollerd",
            what: isDown
                ? "does not answer: \(failure.words)" : "cannot be asked: \(failure.words)",
            fix: isDown
                ? "start it: systemctl start pollerd; its log says why it ended: journalctl -u pollerd"
                : failure.fix)
        return Examination(at: now, collector.facts.findings + [daemon], isOfDaemon: false)
    }

    private func write(_ report: HealthReport) throws {
        guard output.output == .table else {
            if output.output == .json { return try Terminal.write(JSONText.encode(report)) }
            return try Listing(
                items: report.findings,
                columns: [
                    Column("SEVERITY") { $0.severity.rawValue }, Column("CODE") { $0.code.code },
                    Column("PLACE") { $0.place }, Column("EVIDENCE") { $0.evidence },
                    Column("FIX") { $0.fix ?? "" },
                ], name: { $0.code.code }
            ).write(output.output)
        }
        for finding in report.findings where !report.isWell || notes {
            print(
                "\(finding.severity.sign) \(finding.place): \(finding.evidence) [\(finding.code.code)]"
            )
            print("    why: \(finding.why)")
            if let fix = finding.fix { print("    fix: \(fix)") }
        }
        guard report.isWell else { return }
        let count = report.findings.count
        let more = count == 0 || notes ? "" : ", \(Count.words(count, "note")) (--notes shows)"
        print("All is well: \(report.checks) checks\(more)")
    }
}

/// The settings of the daemon on this machine.
enum InstalledSettings {
    /// - Parameter file: nil: where they are installed.
    /// - Returns: nil when there are none.
    static func path(_ file: String?) -> String? {
        let installed = CatalogueOptions.installedSettings
        return file ?? (FileManager.default.isReadableFile(atPath: installed) ? installed : nil)
    }

    /// - Parameter file: nil: where they are installed, else the defaults.
    static func load(_ file: String?) -> (settings: Settings, problems: [Problem]) {
        path(file).map(SettingsLoader.load) ?? (Settings(), [])
    }
}
