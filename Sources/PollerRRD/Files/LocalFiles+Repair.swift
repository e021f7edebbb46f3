import Glibc
import Logging
import PollerModel

/// What a death left behind.
extension LocalFiles {
    /// Puts right what a death interrupted. Once, before anything is written.
    func repair() {
        guard let interrupted = inFlight.interrupted() else { return }
        defer { inFlight.end() }
        let place = interrupted.path
        let isSound = interrupted.work == .read || takeBack(interrupted)
        let count = deaths.count(place)
        let reason =
            count >= Deaths.limit
            ? "the daemon died \(count) times in a row while it worked on it"
            : isSound ? nil : "an update was interrupted and cannot be taken back"
        guard let reason else { return }
        guard let obstacle = quarantine.take(place, because: reason, .damaged) else {
            return deaths.forget(place)
        }
        // Rows in a file whose head is half changed would be a place too far.
        if !isSound { unsound.insert(place) }
        logger.error(
            "\(path(place)): \(reason), and \(obstacle)",
            metadata: ["event": "file.quarantine_failed", "file": "\(place)"])
    }

    /// Takes an interrupted update back.
    ///
    /// - Returns: whether the file is as it was before, or is another one by now.
    private func takeBack(_ interrupted: InFlight.Interrupted) -> Bool {
        let path = path(interrupted.path)
        do {
            let isSame = try restore(interrupted.head, at: path)
            logger.notice(
                isSame
                    ? "\(path): an update that was interrupted is taken back and done again"
                    : "\(path) was replaced since an update of it was interrupted; it stays as it is",
                metadata: [
                    "event": isSame ? "file.repaired" : "file.replaced",
                    "file": "\(interrupted.path)",
                ])
            if isSame {
                events.report(
                    NewEvent(
                        .fileRepaired, of: .ofFile(interrupted.path),
                        "an update of \(interrupted.path) that was interrupted is taken back and done again",
                        details: ["file": interrupted.path]))
            }
            return true
        } catch {
            // What is not there is made anew.
            if error.code == ENOENT || error.code == ENOTDIR { return true }
            logger.error(
                "\(path): an update that was interrupted cannot be taken back: \(error.words)",
                metadata: ["event": "file.repair_failed", "file": "\(interrupted.path)"])
            return false
        }
    }

    /// - Returns: false when the file is not the one that the head is of.
    private func restore(_ bytes: [UInt8], at path: String) throws(SystemError) -> Bool {
        let descriptor = Glibc.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(operation: "opened") }
        defer { close(descriptor) }
        let layout: HeadLayout
        do {
            layout = try bytes.withUnsafeBytes { try HeadGuard.layout($0, size: .max) }
        } catch {
            return false
        }
        var found = [UInt8](repeating: 0, count: layout.headBytes)
        let count = pread(descriptor, &found, found.count, 0)
        guard count >= 0 else { throw SystemError(operation: "read") }
        guard bytes.count == layout.headBytes, count == found.count,
            found[..<layout.lastUpdate].elementsEqual(bytes[..<layout.lastUpdate]),
            // Updates only go forward: a file that is older came from a backup.
            Self.time(found, layout) >= Self.time(bytes, layout)
        else { return false }
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw SystemError(operation: "written")
        }
        return true
    }

    private static func time(_ head: [UInt8], _ layout: HeadLayout) -> Int64 {
        head.withUnsafeBytes { Int64(bitPattern: $0.word(layout.lastUpdate)) }
    }
}
