import Foundation
import Logging
import PollerEngine
import PollerModel
import PollerRRD
import Synchronization

/// The store as the poller uses it: rows of some files in a call, several calls at once.
final class StoreLane {
    /// CPU time of all threads for the rows.
    var seconds: Double { otherSeconds + writerSeconds + syncSeconds }
    private(set) var writerSeconds = 0.0
    private(set) var syncSeconds = 0.0
    private var otherSeconds = 0.0
    private(set) var rows = 0
    private(set) var failures = 0
    private(set) var rowsWritten = 0
    private(set) var writes = 0

    private let files: BenchFiles
    private let call: Int
    private let clock: SlotClock
    private let store: JournaledStore
    private let writer: ThreadClock
    private let syncer: ThreadClock
    private var counters = StoreCounters()
    private var before: (writer: Double, sync: Double)

    /// Calls that wait at the same time.
    private static let window = 32

    /// - Parameter call: files whose rows are given at once.
    init(files: BenchFiles, call: Int, start: Timestamp, logger: Logger) throws {
        self.files = files
        self.call = call
        clock = SlotClock(start)
        store = try JournaledStore(
            storage: RoundRobinStorage(folder: files.folder), timekeeper: clock, logger: logger)
        writer = try ThreadClock(ofThread: "rrd-writer")
        syncer = try ThreadClock(ofThread: "rrd-sync")
        before = (try writer.seconds, try syncer.seconds)
    }

    /// Brings every file a row, and waits until the store has nothing left to do.
    func slot(at time: Timestamp) async throws {
        clock.set(time)
        let calls = stride(from: 0, to: files.count, by: call).map { first in
            (first..<min(first + call, files.count)).map {
                files.update($0, at: CollectionOfOne(time))
            }
        }
        let start = ProcessClock.seconds
        let (writerStart, syncStart) = (try writer.seconds, try syncer.seconds)
        failures += await send(calls)
        var last = -1.0
        // A thread that has waited for so long has nothing to do.
        while try writer.seconds != last {
            last = try writer.seconds
            try await Task.sleep(for: .milliseconds(5))
        }
        let own = try (writer.seconds - writerStart) + (syncer.seconds - syncStart)
        otherSeconds += ProcessClock.seconds - start - own
        // Those may work between two slots too.
        (writerSeconds, syncSeconds) = try (
            writer.seconds - before.writer, syncer.seconds - before.sync
        )
        rows += files.count
        (rowsWritten, writes) = (
            store.counters.rowsWritten - counters.rowsWritten,
            store.counters.writes - counters.writes
        )
    }

    func reset() {
        before.writer += writerSeconds
        before.sync += syncSeconds
        (writerSeconds, syncSeconds, otherSeconds, rows, failures) = (0, 0, 0, 0, 0)
        counters = store.counters
    }

    func stop() async { await store.stop() }

    private func send(_ calls: [[RoundRobinUpdate]]) async -> Int {
        await withTaskGroup(of: Int.self) { group in
            var failures = 0
            for (position, updates) in calls.enumerated() {
                if position >= Self.window, let one = await group.next() { failures += one }
                group.addTask { [store] in
                    await store.update(updates).count {
                        if case .failure = $0 { true } else { false }
                    }
                }
            }
            for await one in group { failures += one }
            return failures
        }
    }
}

/// A wall clock that stands still until the next slot. The other one runs as it does: what the
/// store does with its leisure belongs to the time that really passes.
final class SlotClock: Timekeeper {
    private let time: Mutex<Timestamp>

    init(_ start: Timestamp) { time = Mutex(start) }

    func set(_ next: Timestamp) { time.withLock { $0 = next } }

    var now: Moment {
        Moment(wall: time.withLock { $0 }, monotonic: SystemTimekeeper().now.monotonic)
    }

    /// Nobody sleeps by it.
    func sleep(until deadline: MonotonicTime) async throws(CancellationError) {}
}
