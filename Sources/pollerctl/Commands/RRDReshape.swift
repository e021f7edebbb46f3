import ArgumentParser
import Foundation
import PollerModel

/// `pollerctl rrd reshape`
struct RRDReshape: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reshape",
        abstract: "Gives files another step, heartbeat or archives, with their history.",
        discussion: """
            Polling goes on meanwhile. Without --profile, files become what their definitions say: \
            data sources that a template gained are added, and those it lost are removed. Old files \
            stay below the state folder, in “reshaped”. Ctrl-C stops between two files; the same \
            command goes on where it stopped.

            Files of which samples are to come more often wait for the first of these, so that no \
            interval is lost: for up to two of their old steps.
            """)

    @Option(help: "Id or name of a device, with all its data sources; repeatable.")
    var device: [String] = []

    @Option(help: "Id of a data source; repeatable.")
    var dataSource: [Int64] = []

    @Flag(help: "All data sources of all devices.")
    var all = false

    @Option(help: "Name of the profile that they get; see pollerctl profile list.")
    var profile: String?

    @Flag(help: "Say what would change, and change nothing.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        guard all != (!device.isEmpty || !dataSource.isEmpty) else {
            throw CommandFailure(
                all
                    ? "--all leaves no choice of devices and data sources"
                    : "no file is named, and nothing was changed",
                fix: "give --device NAME, --data-source ID, or --all alone", exitCode: .usage)
        }
        let daemon = connection.daemon
        let order = Order(
            devices: try device.map { try daemon.device($0).id }, dataSources: dataSource,
            all: all, profile: profile, dryRun: dryRun)
        var last: ReshapeProgress?
        try daemon.order("/api/v1/rrd/reshape", order) { event in
            if let problem = event.problem { throw CommandFailure(problem) }
            guard let progress = event.reshaping else { return }
            last = progress
            if output.output == .jsonl { try Terminal.write(JSONText.encode(progress)) }
            Terminal.showProgress("\(progress.done) of \(progress.total) files")
        }
        Terminal.endProgress()
        guard let last else {
            throw CommandFailure(
                "pollerd ended before it said what it did", exitCode: .daemonUnreachable)
        }
        switch output.output {
        case .json: try Terminal.write(JSONText.encode(last))
        case .jsonl, .name: break
        case .table: print(Self.text(last), terminator: "")
        case .csv:
            try groups(last).write(.csv)
            // They have no place between rows of other things.
            for failure in Self.failures(last) { Terminal.complain(failure) }
        }
        guard last.failed > 0 else { return }
        if dryRun { throw CommandFailure("\(Self.files(last.failed)) would fail") }
        throw CommandFailure(
            "\(Self.files(last.failed)) could not be reshaped"
                + (last.reshaped > 0 ? "; the others were" : ""),
            fix: "see pollerctl rrd check")
    }

    private func groups(_ progress: ReshapeProgress) -> Listing<ReshapeProgress.Group> {
        Listing(
            items: progress.groups,
            columns: [
                Column("FILES", isNumber: true) { "\($0.files)" }, Column("EXAMPLE") { $0.example },
                Column("CHANGES") { $0.changes.joined(separator: "; ") },
            ], name: { $0.example })
    }

    /// What the daemon is asked.
    private struct Order: Encodable {
        let devices: [DeviceID]
        let dataSources: [Int64]
        let all: Bool
        let profile: String?
        let dryRun: Bool
    }

    static func text(_ progress: ReshapeProgress) -> String {
        var lines: [String] = []
        for group in progress.groups {
            lines.append("\(files(group.files)), for example \(group.example):")
            lines += group.changes.map { "  \($0)" }
        }
        if progress.reshaped > 0 {
            let verb = progress.isDryRun ? "would be reshaped" : "reshaped"
            lines.append(
                "\(files(progress.reshaped)) \(verb): \(mebibytes(progress.bytesBefore)) "
                    + "become \(mebibytes(progress.bytesAfter))")
        }
        if progress.unchanged > 0 {
            lines.append("\(files(progress.unchanged)) as they should be, and left alone")
        }
        if let folder = progress.undoFolder {
            lines.append("The old files are in \(folder), below the state folder.")
        }
        lines += failures(progress)
        if progress.done < progress.total {
            lines.append("\(files(progress.total - progress.done)) not looked at")
        }
        if progress.total == 0 { lines.append("There is no data source.") }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func failures(_ progress: ReshapeProgress) -> [String] {
        let untold = progress.failed - progress.failures.count
        return progress.failures.map { "✗ \($0)" } + (untold > 0 ? ["✗ and \(untold) more"] : [])
    }

    private static func files(_ count: Int) -> String { count == 1 ? "1 file" : "\(count) files" }

    private static func mebibytes(_ bytes: Int64) -> String {
        bytes < 10 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB"
    }
}
