import ArgumentParser
import CBench
import Foundation
import Logging
import PollerModel
import PollerRRD

/// `pollerbench rrd`: rows into round-robin files, beside a C loop over rrd_updatex_r.
struct RRDBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rrd",
        abstract: "Writes rows into round-robin files, and counts CPU time.",
        discussion: """
            Three times as many files are made. Then each slot of the profile brings a row to \
            every file. Of the first files they go through the store with its journal, which \
            writes them in batches of its own size: 60 rows where the step is 10 s or shorter, \
            else 12. Of the second, a share is written in each slot with a batch of rows and \
            without a journal; of the third a C loop writes the same. The ways take turns, so \
            that they meet the same noise. A batch of 1 leaves the store out. CPU times are those \
            of all threads of each way; figures are for a row, which has two values. \
            journal_share is what the journal by itself adds to files without one, store_share \
            what the whole store adds: checks, the journal, buffers, and the way to another \
            thread and back. ratio is the whole store beside the C loop.
            """)

    @Option(help: "Files of each way.")
    var files = 2_000

    @Option(help: "Rows that are written at once: 1, 12 or 60.")
    var batch = 12

    @Option(help: "Name of a shipped profile; one that fits the batch when left out.")
    var profile: String?

    @Option(help: "Rows of each file that are measured, in whole batches.")
    var samples: Int?

    @Option(help: "Files whose rows the store is given at once; usually those of a device.")
    var call = BenchFiles.inFolder

    @Option(help: "Rows of an archive at most, for smaller files.")
    var rows: Int?

    @Option(help: "Folder for the files, which are removed afterwards.")
    var folder = NSTemporaryDirectory()

    @Flag(help: "Leave out what the store is compared with: for profilers.")
    var storeOnly = false

    func run() async throws {
        guard files > 0, call > 0, [1, 12, 60].contains(batch) else {
            throw ValidationError("--files and --call are above 0, and --batch 1, 12 or 60")
        }
        let profile = try Profile.shipped(
            profile ?? (batch == 60 ? "ten_seconds" : "one_minute"), rows: rows)
        guard batch == 1 || (batch == 60) == (profile.step.seconds <= 10) else {
            throw ValidationError("the store writes 60 rows at once of steps up to 10 s, else 12")
        }
        RRDLibrary.start()
        let home = "\(folder)/pollerbench-rrd-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true)
        // Left behind, it is a folder whose name says whose it was.
        defer { try? FileManager.default.removeItem(atPath: home) }
        let race = try FileRace(
            home: home, count: files, profile: profile, batch: batch, call: call,
            hasRivals: !storeOnly)
        // Once through every file, so that all are in memory and the batches are whole.
        for _ in 0..<batch { try await race.slot() }
        race.reset()
        let batches = max(1, (samples ?? (batch == 1 ? 4 : 2 * batch)) / batch)
        for _ in 0..<batches * batch { try await race.slot() }
        try print(race)
        await race.stop()
    }

    private func print(_ race: FileRace) throws {
        var figures = Figures(bench: "rrd", of: "batch \(batch)")
        figures.add("profile", race.profile.name)
        figures.add("archives", race.profile.archives.count)
        figures.add("files", files)
        figures.add("files_in_a_call", call)
        if let lane = race.store {
            figures.add("rows", lane.rows)
            figures.add("failures", lane.failures)
            add("", lane.seconds, rows: lane.rows, to: &figures)
            figures.add(
                "writer_microseconds_per_row", lane.writerSeconds * 1e6 / Double(lane.rows))
            figures.add("sync_microseconds_per_row", lane.syncSeconds * 1e6 / Double(lane.rows))
            figures.add("rows_in_a_write", Double(lane.rowsWritten) / Double(max(1, lane.writes)))
        }
        if race.hasRivals {
            let (limit, direct) = (race.limitSeconds, race.directSeconds)
            figures.add("files_that_differ", try race.differences())
            add("c_", limit, rows: race.rivalRows, to: &figures)
            add("unjournaled_", direct, rows: race.rivalRows, to: &figures)
            figures.add("unjournaled_ratio", direct / limit)
            figures.add("rival_failures", race.rivalFailures)
            if let lane = race.store {
                let own = lane.seconds / Double(lane.rows) * Double(race.rivalRows)
                let journal = race.journalSeconds / Double(race.journalRows)
                figures.add("journal_microseconds_per_row", journal * 1e6)
                figures.add(
                    "journal_share", journal / (direct / Double(race.rivalRows)))
                figures.add("store_share", own / direct - 1)
                figures.add("ratio", own / limit)
            }
        }
        figures.print()
    }

    private func add(
        _ prefix: String, _ seconds: Double, rows: Int, to figures: inout Figures
    ) {
        figures.add("\(prefix)updates_per_cpu_second", Double(rows / batch) / seconds)
        figures.add("\(prefix)samples_per_cpu_second", Double(rows) / seconds)
        figures.add("\(prefix)microseconds_per_row", seconds * 1e6 / Double(rows))
    }
}
