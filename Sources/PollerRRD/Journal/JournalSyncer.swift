import CRRD
import Foundation

/// Brings the journal to the disk every second, on a thread of its own, so that nobody waits for
/// the disk. Removes segments once what was made of them is on the disk too.
final class JournalSyncer: @unchecked Sendable {
    static let intervalMilliseconds: Int64 = 1_000

    /// How long a disk may take for the last round. One that hangs must not hang the end.
    static let stopMilliseconds: Int64 = 5_000

    /// How it ended.
    enum End: Hashable {
        case done
        /// The disk took too long, and these segments are in the kernel's memory only, as far as
        /// anybody knows.
        case late(unsynced: [String])
    }

    /// What became of what was written.
    enum Outcome {
        /// The disk has it.
        case synced
        case failed(SystemError)
    }

    /// Open from the start: the kernel tells each descriptor once of what it could not write since.
    private let folderDescriptor: Int32
    /// fdatasync, or what tests have instead.
    private let sync: @Sendable (Int32) -> Int32
    // @unchecked: everything below is only touched under `condition`.
    private let condition = TimedCondition()
    private var dirty: [JournalSegment] = []
    /// Those that the disk is being asked to take.
    private var inRound: [JournalSegment] = []
    private var isFolderDirty = false
    private var released: [String] = []
    private var outcome: Outcome?
    private var filesFailure: SystemError?
    private var isStopping = false
    private var hasEnded = false

    /// - Parameter folder: of the journal, on the file system of the round-robin files.
    init(folder: String, sync: @escaping @Sendable (Int32) -> Int32 = { fdatasync($0) }) {
        folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        self.sync = sync
        let thread = Thread { [self] in
            // Not by Foundation, which loses a name that a thread gives itself too early.
            crrd_name_thread("rrd-sync")
            work()
        }
        thread.start()
    }

    deinit {
        if folderDescriptor >= 0 { close(folderDescriptor) }
    }

    /// Bytes were written to `segment`.
    func wrote(_ segment: JournalSegment) {
        condition.withLock {
            // Seldom more than the one that is being written and the one before it.
            if !dirty.contains(where: { $0 === segment }) { dirty.append(segment) }
        }
    }

    /// A segment was made.
    func folderChanged() { condition.withLock { isFolderDirty = true } }

    /// All rows of these segments are in their files.
    func release(_ paths: [String]) { condition.withLock { released += paths } }

    /// What happened since this was asked last; the first failure, where there was one.
    func takeOutcome() -> Outcome? {
        condition.withLock {
            defer { outcome = nil }
            return outcome
        }
    }

    /// Does what is left, then ends. Whoever calls this waits for the disk.
    @discardableResult
    func stop(patienceMilliseconds: Int64 = stopMilliseconds) -> End {
        condition.withLock {
            isStopping = true
            condition.broadcast()
            let end = ContinuousClock.now + .milliseconds(patienceMilliseconds)
            while !hasEnded {
                // Rounded up, so that the last millisecond is waited for and not spun through.
                let left = (end - ContinuousClock.now) / .milliseconds(1)
                guard left > 0, condition.wait(milliseconds: Int64(left.rounded(.up))) else {
                    break
                }
            }
            guard !hasEnded else { return .done }
            let waiting = dirty.filter { segment in !inRound.contains { $0 === segment } }
            return .late(unsynced: (inRound + waiting).map(\.path))
        }
    }

    /// As `stop`, on a thread of its own: no thread of the cooperative pool waits for the disk.
    func stopAside(patienceMilliseconds: Int64 = stopMilliseconds) async -> End {
        await withCheckedContinuation { continuation in
            Thread {
                continuation.resume(
                    returning: self.stop(patienceMilliseconds: patienceMilliseconds))
            }.start()
        }
    }

    private func work() {
        while wait() { round() }
        round()
        condition.withLock {
            hasEnded = true
            condition.broadcast()
        }
    }

    /// Until the next second; false when it is time to end.
    private func wait() -> Bool {
        condition.withLock {
            while !isStopping, condition.wait(milliseconds: Self.intervalMilliseconds) {}
            return !isStopping
        }
    }

    private func round() {
        let (segments, isFolderNew, free) = condition.withLock {
            defer { (dirty, isFolderDirty, released) = ([], false, []) }
            inRound = dirty
            return (dirty, isFolderDirty, released)
        }
        for segment in segments {
            if sync(segment.descriptor) == 0 {
                condition.withLock { outcome = outcome ?? .synced }
            } else {
                report(SystemError(operation: "brought to the disk"))
            }
        }
        condition.withLock { inRound = [] }
        guard isFolderNew || !free.isEmpty else { return }
        guard folderDescriptor >= 0 else {
            condition.withLock { released += free }
            return report(SystemError(code: ENOENT, operation: "opened"))
        }
        if isFolderNew, fsync(folderDescriptor) != 0 {
            report(SystemError(operation: "brought to the disk"))
        }
        guard !free.isEmpty else { return }
        // Rows of these segments are in files that only the kernel's memory may hold yet.
        guard crrd_sync_file_system(folderDescriptor) == 0 else {
            // The kernel says so once, and forgets what it could not write. So these segments stay:
            // the next start brings the files what they lack.
            let error = SystemError(operation: "brought to the disk")
            return condition.withLock { filesFailure = error }
        }
        for path in free where unlink(path) != 0 && errno != ENOENT {
            report(SystemError(operation: "removed"))
        }
    }

    /// Why what was written to files may not last, if that came about since this was asked last.
    func takeFilesFailure() -> SystemError? {
        condition.withLock {
            defer { filesFailure = nil }
            return filesFailure
        }
    }

    private func report(_ problem: SystemError) {
        condition.withLock {
            if case .failed = outcome { return }
            outcome = .failed(problem)
        }
    }
}
