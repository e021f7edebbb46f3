import ArgumentParser
import CBench
import Foundation
import Logging
import PollerModel
import PollerRRD

/// `pollerbench reshape`: many files from five minutes to one while rows are accepted.
struct ReshapeBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reshape",
        abstract: "Reshapes files from 300 s to 60 s under load, and looks at every row.",
        discussion: """
            Each file has fifty hours of known counters. While one after the other is reshaped, \
            all of them take a row for each minute, as fast as the store accepts them. Then every \
            row of the minutes is compared with the counters, and each archive's mean with the \
            old file's.
            """)

    @Option(help: "Files.")
    var files = 5_000

    @Option(help: "Folder for the files, which are removed afterwards.")
    var folder = NSTemporaryDirectory()

    private static let historyRows = 600
    /// Minutes behind the last reshaping.
    private static let lastMinutes = 5
    private static let portion = 50

    func run() async throws {
        RRDLibrary.start()
        let home = "\(folder)/pollerbench-reshape-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true)
        // Left behind, it is a folder whose name says whose it was.
        defer { try? FileManager.default.removeItem(atPath: home) }
        let old = BenchFiles(
            folder: home, count: files, profile: try .shipped("five_minutes", rows: nil))
        let new = BenchFiles(
            folder: home, count: files, profile: try .shipped("one_minute", rows: nil))
        let now = Int64(time(nil)) / 300 * 300 - 86_400
        let start = Timestamp(seconds: now)
        try fill(old, until: start)

        let clock = SlotClock(start)
        let store = try JournaledStore(
            storage: RoundRobinStorage(folder: home), timekeeper: clock,
            logger: Logger(label: "pollerbench") { _ in SwiftLogNoOpLogHandler() })
        let load = MinuteLoad(files: new, store: store, clock: clock, start: start)
        // From here on the samples come each minute, and the files are still those of five.
        try await load.minute()
        let before = ProcessClock.seconds
        let feeding = Task { try await load.run() }
        var worst = 0.0
        var failures = 0
        for first in stride(from: 0, to: files, by: Self.portion) {
            let portion = (first..<min(first + Self.portion, files)).map { new.file($0) }
            for result in await store.reshape(portion, undoFolder: "reshaped") {
                switch result {
                case .success(let report): worst = max(worst, Self.error(report))
                case .failure: failures += 1
                }
            }
        }
        load.stop()
        try await feeding.value
        let seconds = ProcessClock.seconds - before
        let during = load.minutes
        for _ in 0..<Self.lastMinutes { try await load.minute() }
        let lost = try await compare(new, store, since: start, minutes: load.minutes)
        await store.stop()

        var figures = Figures(bench: "reshape", of: "300 s to 60 s")
        figures.add("files", files)
        figures.add("failures", failures)
        figures.add("minutes_meanwhile", during)
        figures.add("rows_accepted", load.minutes * files)
        figures.add("rows_refused", load.refused)
        figures.add("rows_compared", lost.compared)
        figures.add("rows_missing", lost.missing)
        figures.add("rows_wrong", lost.wrong)
        figures.add("worst_mean_error_ppm", worst * 1e6)
        figures.add("cpu_milliseconds_per_file_with_load", seconds * 1e3 / Double(files))
        figures.print()
    }

    private func fill(_ files: BenchFiles, until start: Timestamp) throws {
        let logger = Logger(label: "pollerbench") { _ in SwiftLogNoOpLogHandler() }
        let step = files.profile.step.seconds
        let birth = start.advanced(seconds: -Int64(Self.historyRows + 1) * step)
        try files.create(since: birth, logger: logger)
        let writer = try UnjournaledFiles(
            storage: RoundRobinStorage(folder: files.folder), logger: logger)
        let times = (0...Self.historyRows).map {
            start.advanced(seconds: Int64($0 - Self.historyRows) * step)
        }
        for position in files.positions {
            for case .failure(let failure) in writer.write(
                [files.update(position, at: times)], horizon: start)
            {
                throw BenchFailure(words: failure.words)
            }
        }
    }

    /// The largest relative difference between a new archive's mean over what is known, and the
    /// old file's over the same time. Sums alone cannot be compared: a row of half a day is known as
    /// a whole when half of it was.
    private static func error(_ report: ReshapeReport) -> Double {
        report.archives.flatMap(\.sources).reduce(0) { worst, source in
            let (before, after) = (source.before, source.after)
            guard before.knownSeconds > 0, after.knownSeconds > 0 else { return worst }
            let mean = before.integral / before.knownSeconds
            return max(worst, abs(after.integral / after.knownSeconds - mean) / mean)
        }
    }

    /// Every minute of every file against the counters.
    private func compare(
        _ files: BenchFiles, _ store: JournaledStore, since start: Timestamp, minutes: Int
    ) async throws -> (compared: Int, missing: Int, wrong: Int) {
        var (compared, missing, wrong) = (0, 0, 0)
        for position in files.positions {
            let read = SeriesRead(
                path: files.file(position).path, function: .average,
                range: try TimeRange(
                    start: start, end: start.advanced(seconds: Int64(minutes) * 60 - 1)),
                rowSeconds: 60)
            let series = try await store.series([read])[0].get()
            for minute in 0..<minutes {
                let from = start.milliseconds + Int64(minute) * 60_000
                for (source, name) in series.names.enumerated() {
                    compared += 1
                    guard let rate = series.value(row: minute, of: name) else {
                        missing += 1
                        continue
                    }
                    let counts = [from, from + 60_000].map {
                        cbench_rrd_counter(UInt32(position), UInt32(source), $0)
                    }
                    let truth = Double(counts[1] &- counts[0]) / 60
                    if abs(rate - truth) > truth * 1e-6 { wrong += 1 }
                }
            }
        }
        return (compared, missing, wrong)
    }
}

/// A row for every file, minute by minute.
private final class MinuteLoad: @unchecked Sendable {
    private let files: BenchFiles
    private let store: JournaledStore
    private let clock: SlotClock
    private let start: Timestamp
    // @unchecked: one task at a time runs it; `isStopped` is all that another one sets.
    private(set) var minutes = 0
    private(set) var refused = 0
    private let isStopped = StopFlag()

    init(files: BenchFiles, store: JournaledStore, clock: SlotClock, start: Timestamp) {
        self.files = files
        self.store = store
        self.clock = clock
        self.start = start
    }

    func stop() { isStopped.raise() }

    func run() async throws {
        while !isStopped.isRaised { try await minute() }
    }

    func minute() async throws {
        minutes += 1
        let time = start.advanced(seconds: Int64(minutes) * 60)
        clock.set(time)
        for first in stride(from: 0, to: files.count, by: BenchFiles.inFolder) {
            let updates = (first..<min(first + BenchFiles.inFolder, files.count)).map {
                files.update($0, at: CollectionOfOne(time))
            }
            for case .failure in await store.update(updates) { refused += 1 }
        }
    }
}
