import Foundation
import Logging
import PollerDefinitions
import PollerEngine
import PollerModel

/// Tells of the daemon's own start and end, and of what changed between two runs.
struct DaemonDiary {
    private enum Note: String {
        /// `running` from a start to the end of it.
        case run
        case settings
        case templates
    }

    private static let running = "running"
    private static let stopped = "stopped"

    let inventory: Inventory
    let events: EventRecorder
    let logger: Logger

    /// - Parameter folders: of the catalogue.
    func begin(_ settings: Settings, folders: [String], devices: Int) {
        if note(.run) == Self.running {
            let last = Inventory.lastAlive(at: inventory.path).map { ", last at \($0.rfc3339)" }
            events.report(
                NewEvent(
                    .daemonUnclean,
                    "pollerd ran before without an end\(last ?? ""): it was killed, it crashed, or "
                        + "the machine went off; what it had accepted is in the journal"))
        }
        events.report(
            NewEvent(
                .daemonStarted, "pollerd \(Product.version) started, with \(devices) devices",
                details: ["version": Product.version]))
        setNote(.run, Self.running)
        tell(
            .settings, of: Self.digest(of: settings), .settingsChanged,
            "pollerd started with other settings than before")
        tell(
            .templates, of: Self.digest(ofFolders: folders), .templatesChanged,
            "pollerd started with another catalogue than before")
    }

    func end() async {
        events.report(NewEvent(.daemonStopped, "pollerd stopped"))
        await events.write()
        setNote(.run, Self.stopped)
    }

    private func tell(_ note: Note, of digest: String, _ kind: EventKind, _ words: String) {
        let before = self.note(note)
        guard before != digest else { return }
        // At the very first start there is nothing to compare with.
        if before != nil { events.report(NewEvent(kind, words)) }
        setNote(note, digest)
    }

    /// Of what the settings say, not of how the file is written. There are no secrets in them.
    private static func digest(of settings: Settings) -> String {
        String(StableHash.fnv1a("\(settings)".utf8), radix: 16)
    }

    /// Of all catalogue files, by name and content.
    private static func digest(ofFolders folders: [String]) -> String {
        var hash = StableHash.fnv1a("".utf8)
        for folder in folders {
            // A folder that is not there has no files.
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() where name.hasSuffix(".yaml") {
                let content = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
                hash = StableHash.fnv1a("\(hash) \(name) ".utf8) ^ StableHash.fnv1a(content)
            }
        }
        return String(hash, radix: 16)
    }

    // MARK: Notes

    private func note(_ note: Note) -> String? {
        do {
            return try inventory.eventNote(note.rawValue)
        } catch {
            complain(error)
            return nil
        }
    }

    private func setNote(_ note: Note, _ text: String) {
        do {
            try inventory.setEventNote(note.rawValue, to: text)
        } catch {
            complain(error)
        }
    }

    private func complain(_ failure: InventoryFailure) {
        logger.warning(
            "what changed since the last start is not told: \(failure.words)",
            metadata: ["event": "inventory.failed"])
    }
}
