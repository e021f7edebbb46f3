import CRRD
import Foundation

/// Brings the journal to the disk every second, on a thread of its own, so that nobody waits for
/// the disk. Removes segments once what was made of them is on the disk too.
final class JournalSyncer: @unchecked Sendable {
    static let intervalMilliseconds: Int64 = 1_000

    /// What became of what was written.
    enum Outcome {
        /// The disk has it.
        case synced
        case failed(SystemError)
    }

    private let folder: String
    // @unchecked: everything below is only touched under `condition`.
    private let condition = TimedCondition()
    private var dirty: [JournalSegment] = []
    private var isFolderDirty = false
    private var released: [String] = []
    private var outcome: Outcome?
    private var isStopping = false
    private var hasEnded = false

    /// - Parameter folder: of the journal, on the file system of the round-robin files.
    init(folder: String) {
        self.folder = folder
        let thread = Thread { [self] in
            // Not by Foundation, which loses a name that a thread gives itself too early.
            crrd_name_thread("rrd-sync")
            work()
        }
        thread.start()
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

    /// Does what is left, then ends.
    func stop() {
        condition.withLock {
            isStopping = true
            condition.broadcast()
            while !hasEnded { condition.wait() }
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
            return (dirty, isFolderDirty, released)
        }
        for segment in segments {
            if fdatasync(segment.descriptor) == 0 {
                condition.withLock { outcome = outcome ?? .synced }
            } else {
                report(SystemError(operation: "brought to the disk"))
            }
        }
        guard isFolderNew || !free.isEmpty else { return }
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return report(SystemError(operation: "opened")) }
        defer { close(descriptor) }
        if isFolderNew, fsync(descriptor) != 0 {
            report(SystemError(operation: "brought to the disk"))
        }
        guard !free.isEmpty else { return }
        // Rows of these segments are in files that only the kernel's memory may hold yet.
        guard crrd_sync_file_system(descriptor) == 0 else {
            condition.withLock { released += free }
            return report(SystemError(operation: "brought to the disk"))
        }
        for path in free where unlink(path) != 0 && errno != ENOENT {
            report(SystemError(operation: "removed"))
        }
    }

    private func report(_ problem: SystemError) {
        condition.withLock {
            if case .failed = outcome { return }
            outcome = .failed(problem)
        }
    }
}
