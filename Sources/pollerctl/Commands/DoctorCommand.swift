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
            """)

    @Option(
        help: "The daemon's settings; by default \(CatalogueOptions.installedSettings).",
        completion: .file(extensions: ["yaml"]))
    var config: String?

    @Flag(help: "Let warnings fail too.")
    var strict = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let report = try examine()
        try write(report)
        let errors = report.findings.count { $0.severity == .error }
        let warnings = report.findings.count { $0.severity == .warning }
        guard errors > 0 || (strict && warnings > 0) else { return }
        throw CommandFailure(
            "\(Count.words(errors, "error")) and \(Count.words(warnings, "warning")) were found")
    }

    private func examine() throws -> HealthReport {
        let isInstalled = FileManager.default.isReadableFile(
            atPath: CatalogueOptions.installedSettings)
        let file = config ?? (isInstalled ? CatalogueOptions.installedSettings : nil)
        let (settings, problems) = file.map(SettingsLoader.load) ?? (Settings(), [])
        var options = connection
        // The settings say where the daemon listens, unless somebody says it here.
        if options.socket == nil, config != nil { options.socket = settings.admin.socket }
        do {
            return try options.daemon.get("/api/v1/doctor", as: HealthReport.self)
        } catch let failure as CommandFailure
            where [.daemonUnreachable, .notPermitted].contains(failure.exitCode)
        {
            return HealthReport(alone(settings, problems, failure))
        }
    }

    /// What can be seen from outside.
    private func alone(
        _ settings: Settings, _ problems: [Problem], _ failure: CommandFailure
    ) -> Examination {
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        var collector = HostCollector(settings: settings, problems: problems)
        collector.collect(at: now)
        let isDown = failure.exitCode == .daemonUnreachable
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
        for finding in report.findings {
            print(
                "\(finding.severity.sign) \(finding.place): \(finding.evidence) [\(finding.code.code)]"
            )
            print("    why: \(finding.why)")
            if let fix = finding.fix { print("    fix: \(fix)") }
        }
        if report.isWell { print("All is well: \(report.checks) checks") }
    }
}
