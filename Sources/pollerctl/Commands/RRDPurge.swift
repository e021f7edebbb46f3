import ArgumentParser
import PollerModel

/// `pollerctl rrd purge`
struct RRDPurge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Moves files that belong to no data source out of the way; deletes none.",
        discussion: """
            They are those of devices that were deleted with --keep-data, and what lies below rrd/ \
            in the state folder for other reasons. They go to archive/TIME/ in the state folder, \
            below the folders that they were in. What was changed in the last \
            \(OrphanFile.youngestSeconds / 60) minutes stays: its device may just be being added.
            """)

    @Flag(help: "Say what would be moved, and move nothing.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        if !dryRun { try confirm() }
        let report = try purge(dryRun: dryRun)
        switch output.output {
        case .json: try Terminal.write(JSONText.encode(report))
        case .table: print(text(report), terminator: "")
        case .jsonl, .csv, .name: try listing(report).write(output.output)
        }
        guard report.keptCount > 0 else { return }
        for kept in report.kept { Terminal.complain("\(kept.file) \(kept.reason)") }
        throw CommandFailure(
            "\(Count.words(report.keptCount, "file")) stayed where they were")
    }

    private func purge(dryRun: Bool) throws -> PurgeReport {
        try connection.daemon.post(
            "/api/v1/rrd/purge", PurgeOrder(dryRun: dryRun), as: PurgeReport.self)
    }

    private func confirm() throws {
        if yes { return }
        guard Terminal.isInteractive else {
            throw CommandFailure("this needs a yes", fix: "add --yes", exitCode: .usage)
        }
        let planned = try purge(dryRun: true)
        guard planned.count > 0 else { return }
        Terminal.complain(lines(planned) + "Move \(total(planned)) to archive/? Type yes:")
        guard readLine() == "yes" else { throw CommandFailure("nothing was moved") }
    }

    private func text(_ report: PurgeReport) -> String {
        guard report.count > 0 else {
            return report.keptCount > 0 ? "" : "Every file below rrd/ belongs to a data source.\n"
        }
        return lines(report)
            + (report.folder.map { "Moved \(total(report)) to \($0)/\n" }
                ?? "Would move \(total(report)) to archive/\n")
    }

    private func total(_ report: PurgeReport) -> String {
        "\(Count.words(report.count, "file")) with \(report.bytes) bytes"
    }

    private func lines(_ report: PurgeReport) -> String {
        ArchiveCheckText.lines(report.files, of: report.count)
    }

    private func listing(_ report: PurgeReport) -> Listing<OrphanFile> {
        Listing(
            items: report.files,
            columns: [
                Column("FILE") { $0.file }, Column("BYTES", isNumber: true) { "\($0.bytes)" },
                Column("MODIFIED") { $0.modified },
            ], name: { $0.file })
    }
}
