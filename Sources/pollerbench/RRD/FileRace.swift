import CBench
import Foundation
import Logging
import PollerModel
import PollerRRD

/// The same rows into three sets of files, one way each: the store, its files without a journal,
/// and the C loop. One slot at a time, the ways one after the other.
final class FileRace {
    let profile: Profile
    let batch: Int
    /// Whether there are the two ways without a store.
    let hasRivals: Bool
    let store: StoreLane?
    private(set) var limitSeconds = 0.0
    private(set) var directSeconds = 0.0
    /// Of each of the two.
    private(set) var rivalRows = 0
    private(set) var rivalFailures = 0
    /// What the journal alone takes for the same rows.
    private(set) var journalSeconds = 0.0
    private(set) var journalRows = 0

    private let limitFiles: BenchFiles
    private let directFiles: BenchFiles
    private let direct: UnjournaledFiles
    private let journal: JournalAlone
    private let call: Int
    private let start: Timestamp
    private var slots = 0

    /// - Parameter call: files whose rows the store is given at once.
    init(
        home: String, count: Int, profile: Profile, batch: Int, call: Int, hasRivals: Bool
    ) throws {
        let logger = Logger(label: "pollerbench") { _ in SwiftLogNoOpLogHandler() }
        self.profile = profile
        self.batch = batch
        self.hasRivals = hasRivals || batch == 1
        // On a slot; files begin a batch earlier, since each is first written with a whole one.
        let step = profile.step.milliseconds
        let now = Timestamp(seconds: Int64(time(nil)) - 400 * 86_400)
        start = Timestamp(milliseconds: now.milliseconds / step * step)
        let birth = start.advanced(milliseconds: -Int64(batch + 1) * step)
        let files = { (name: String) in
            BenchFiles(folder: "\(home)/\(name)", count: count, profile: profile)
        }
        limitFiles = files("c")
        directFiles = files("unjournaled")
        if self.hasRivals {
            try directFiles.create(since: birth, logger: logger)
            // librrd lets each file's archives begin at a row of its own; copies can be compared.
            try FileManager.default.copyItem(atPath: directFiles.folder, toPath: limitFiles.folder)
        }
        try FileManager.default.createDirectory(
            atPath: directFiles.folder, withIntermediateDirectories: true)
        direct = try UnjournaledFiles(
            storage: RoundRobinStorage(folder: directFiles.folder), logger: logger)
        self.call = call
        try FileManager.default.createDirectory(
            atPath: "\(home)/journal", withIntermediateDirectories: true)
        journal = JournalAlone(folder: "\(home)/journal")
        if batch > 1 {
            let files = files("store")
            try files.create(since: birth, logger: logger)
            store = try StoreLane(files: files, call: call, start: start, logger: logger)
        } else {
            store = nil
        }
    }

    /// One row for every file; of the rivals, those files whose turn it is get a batch.
    func slot() async throws {
        let time = start.advanced(milliseconds: Int64(slots) * profile.step.milliseconds)
        try await store?.slot(at: time)
        if hasRivals {
            try runLimit(at: time)
            runDirect(at: time)
            runJournal(at: time)
        }
        slots += 1
    }

    /// What was counted until now was only to warm up.
    func reset() {
        store?.reset()
        (limitSeconds, directSeconds, rivalRows, rivalFailures) = (0, 0, 0, 0)
        (journalSeconds, journalRows) = (0, 0)
    }

    func stop() async {
        await store?.stop()
        journal.stop()
    }

    /// How many files of the C loop have other bytes than those without a journal.
    func differences() throws -> Int {
        try limitFiles.positions.count { position in
            try Data(contentsOf: URL(filePath: limitFiles.path(position)))
                != Data(contentsOf: URL(filePath: directFiles.path(position)))
        }
    }

    private func runLimit(at time: Timestamp) throws {
        var result = cbench_rrd_result()
        let step = profile.step.milliseconds
        let error = limitFiles.folder.withCString { folder in
            var plan = cbench_rrd_plan()
            plan.folder = folder
            plan.file_count = UInt32(limitFiles.count)
            plan.files_in_folder = UInt32(BenchFiles.inFolder)
            plan.first = UInt32(slots % batch)
            plan.stride = UInt32(batch)
            plan.row_count = UInt32(batch)
            plan.first_milliseconds = time.milliseconds - Int64(batch - 1) * step
            plan.step_milliseconds = step
            return cbench_rrd(&plan, &result)
        }
        guard error == 0 else { throw BenchFailure(words: String(cString: strerror(error))) }
        limitSeconds += Double(result.cpu_nanoseconds) / 1e9
        rivalRows += Int(result.rows)
        rivalFailures += Int(result.failures)
    }

    private func runDirect(at time: Timestamp) {
        let step = profile.step.milliseconds
        let times = (0..<batch).map {
            time.advanced(milliseconds: Int64($0 - batch + 1) * step)
        }
        let updates = stride(from: slots % batch, to: directFiles.count, by: batch).map {
            directFiles.update($0, at: times)
        }
        let before = ProcessClock.threadSeconds
        let results = direct.write(updates, horizon: time)
        directSeconds += ProcessClock.threadSeconds - before
        rivalFailures += results.count { if case .failure = $0 { true } else { false } }
    }

    private func runJournal(at time: Timestamp) {
        for first in stride(from: 0, to: directFiles.count, by: call) {
            let updates = (first..<min(first + call, directFiles.count)).map {
                directFiles.update($0, at: CollectionOfOne(time))
            }
            journal.prepare(updates)
            let before = ProcessClock.threadSeconds
            let isDone = journal.append()
            journalSeconds += ProcessClock.threadSeconds - before
            journalRows += updates.count
            if !isDone { rivalFailures += updates.count }
        }
    }
}
