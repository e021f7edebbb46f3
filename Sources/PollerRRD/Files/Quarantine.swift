import CRRD
import Foundation
import Logging
import PollerModel

/// Moves files that must not be opened out of the way. Nothing is ever deleted there: each file
/// stays beside a text that says why it was moved.
final class Quarantine {
    static let name = "quarantine"
    /// Files of one place that were moved within the same second.
    private static let largestCopies = 100

    private let folder: String
    private let logger: Logger
    private let events: any EventLog
    /// Files that were moved since the start.
    private(set) var count = 0

    /// - Parameter folder: the state folder.
    init(folder: String, logger: Logger, events: any EventLog) {
        self.folder = folder
        self.logger = logger
        self.events = events
    }

    /// - Parameters:
    ///   - place: relative to the state folder.
    ///   - reason: words that follow the file's name.
    ///   - code: of what is wrong with the file.
    /// - Returns: why something is left in the place; nil when nothing is.
    func take(
        _ place: String, because reason: String, _ code: ArchiveFinding.Code
    ) -> String? {
        let path = "\(folder)/\(place)"
        let home = "\(folder)/\(Self.name)"
        guard mkdir(home, 0o750) == 0 || errno == EEXIST else {
            return "\(home) cannot be made: \(Self.words(errno))"
        }
        let flat = place.replacing("/", with: "-")
        // A name for people; nothing is decided by it.
        let seconds = Int64(Date().timeIntervalSince1970)
        let stamp = Timestamp(seconds: seconds).rfc3339.filter { $0 != "-" && $0 != ":" }
        let prefix = "\(home)/\(stamp)"
        for copy in 0..<Self.largestCopies {
            let target = prefix + (copy == 0 ? "" : ".\(copy)") + "-\(flat)"
            // Never over a file that is there already.
            guard crrd_rename_new(path, target) == 0 else {
                if errno == EEXIST { continue }
                return "it cannot be moved to \(home): \(Self.words(errno))"
            }
            count += 1
            note("\(path) \(reason).\n", at: target + ".txt")
            logger.error(
                "\(path) \(reason); it was moved to \(target), and a new file takes its place",
                metadata: [
                    "event": "file.quarantined", "file": "\(place)", "reason": "\(code.rawValue)",
                ])
            events.report(
                NewEvent(
                    .fileQuarantined, of: .ofFile(place),
                    "\(place) \(reason); it was moved to \(target), and a new file takes its place",
                    details: ["file": place, "moved_to": target]))
            return nil
        }
        return "\(home) has too many copies of it"
    }

    private func note(_ text: String, at path: String) {
        do {
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            logger.warning(
                "\(path), which tells why the file beside it was moved there, cannot be written: \(error.localizedDescription)",
                metadata: ["event": "file.note_failed", "file": "\(path)"])
        }
    }

    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
