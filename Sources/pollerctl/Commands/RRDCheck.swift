import ArgumentParser
import PollerModel

/// `pollerctl rrd check`
struct RRDCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Looks at round-robin files, and says what is wrong with them; changes nothing.",
        discussion: """
            Each data source has a file. It is looked at whether the file is there, sound, complete \
            and readable by librrd, made as its profile says, nobody else's, and fed: a file without \
            a new row is told when its device is up. Without --device and --data-source, files \
            that belong to no data source, and those in quarantine, are listed too.

            An error is a file that loses rows, or may; a warning is one that keeps them, but not \
            as it should. Ends with 0 where there are no errors, with 10 where a file is \
            damaged, else with 1.
            """)

    @Option(help: "Only files of this device, by id or name; may be given several times.")
    var device: [String] = []

    @Option(
        name: .customLong("data-source"),
        help: "Only the file of this data source, by id; may be given several times.")
    var dataSource: [Int64] = []

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let report = try daemon.get(
            "/api/v1/rrd/check" + query(daemon), as: ArchiveCheckReport.self)
        switch output.output {
        case .table: print(ArchiveCheckText.text(report), terminator: "")
        case .json: try Terminal.write(JSONText.encode(report))
        case .jsonl, .csv, .name: try listing(report).write(output.output)
        }
        guard report.errors > 0 else { return }
        if report.damaged > 0 {
            throw CommandFailure(
                "\(Count.words(report.damaged, "file")) cannot be used any more",
                exitCode: .damaged)
        }
        throw CommandFailure("the check found \(Count.words(report.errors, "error"))")
    }

    private func query(_ daemon: Daemon) throws -> String {
        let devices = try device.map { "\(try daemon.device($0).id)" }
        let parameters = [("device", devices), ("data_source", dataSource.map { "\($0)" })]
        let query = parameters.filter { !$0.1.isEmpty }.map {
            "\($0.0)=\($0.1.joined(separator: ","))"
        }
        return query.isEmpty ? "" : "?" + query.joined(separator: "&")
    }

    private func listing(
        _ report: ArchiveCheckReport
    ) -> Listing<ArchiveCheckReport.Finding> {
        Listing(
            items: report.findings,
            columns: [
                Column("SEVERITY") { $0.severity.rawValue }, Column("CODE") { $0.code.rawValue },
                Column("DATA SOURCE", isNumber: true) { "\($0.dataSource)" },
                Column("DEVICE") { $0.device }, Column("FILE") { $0.file },
                Column("DETAIL") { $0.detail }, Column("FIX") { $0.fix },
            ], name: { $0.file })
    }
}

/// A check as a person reads it.
enum ArchiveCheckText {
    static func text(_ report: ArchiveCheckReport) -> String {
        var text = ""
        for finding in report.findings {
            text += "\(pad(finding.severity.rawValue))\(finding.file) \(finding.detail)\n"
            text += pad("") + "data source \(finding.dataSource) of \(finding.device): "
            text += "\(finding.fix)\n"
        }
        if report.findingsLeftOut > 0 {
            text +=
                "… and \(Count.words(report.findingsLeftOut, "more finding", "more findings"))\n"
        }
        for resting in report.resting {
            text += pad("at rest") + Count.words(resting.dataSources, "file")
            text += " of \(resting.device) may be old: \(resting.reason)\n"
        }
        if let orphans = report.orphans { text += self.text(orphans) }
        if let quarantine = report.quarantine { text += self.text(quarantine) }
        text += "Checked \(Count.words(report.checked, "file")): "
        text +=
            report.errors + report.warnings == 0
            ? "all are sound.\n"
            : "\(Count.words(report.errors, "error")), "
                + "\(Count.words(report.warnings, "warning")).\n"
        return text
    }

    /// - Parameter count: of all there are.
    static func lines(_ files: [OrphanFile], of count: Int) -> String {
        let left = count - files.count
        return files.map { file in
            "  \(file.file)  \(file.bytes) bytes, unchanged for "
                + "\(DurationText.words(file.ageSeconds))\n"
        }.joined() + (left > 0 ? "  … and \(left) more\n" : "")
    }

    private static func text(_ orphans: OrphanTally) -> String {
        guard orphans.count > 0 else { return "" }
        return "\nBelong to no data source: \(Count.words(orphans.count, "file")), "
            + "\(orphans.bytes) bytes (pollerctl rrd purge moves them away)\n"
            + lines(orphans.files, of: orphans.count) + "\n"
    }

    private static func text(_ quarantine: QuarantineTally) -> String {
        guard quarantine.count > 0 else { return "" }
        let left = quarantine.count - quarantine.files.count
        let files = quarantine.files.map { file in
            "  \(file.file)  \(file.bytes) bytes: \(file.reason ?? "nothing says why")\n"
        }
        return "\nIn quarantine: \(Count.words(quarantine.count, "file"))\n"
            + (left > 0 ? "  \(left) older ones, and\n" : "") + files.joined() + "\n"
    }

    private static func pad(_ word: String) -> String {
        word + String(repeating: " ", count: max(1, 9 - word.count))
    }
}

/// Numbers with what they count.
enum Count {
    static func words(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }
}
