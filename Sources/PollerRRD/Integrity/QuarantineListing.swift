import Foundation
import PollerModel

/// Reads what lies in the quarantine.
enum QuarantineListing {
    /// Of the text that says why a file is there.
    private static let largestReason = 1_024
    private static let noteSuffix = ".txt"

    /// - Parameter folder: the state folder.
    static func read(_ folder: String) throws(ArchiveFailure) -> QuarantineTally {
        let home = "\(folder)/\(Quarantine.name)"
        let entries: [FolderEntry]
        do {
            entries = try FolderEntry.list(home)
        } catch {
            throw .folder(path: home, operation: error.operation, detail: error.words)
        }
        // Names begin with the time.
        let files = entries.filter { !$0.name.hasSuffix(noteSuffix) }.sorted { $0.name < $1.name }
        return QuarantineTally(
            files: files.suffix(QuarantineTally.largestListing).map { entry in
                .init(
                    file: DeviceText("\(Quarantine.name)/\(entry.name)").text, bytes: entry.bytes,
                    reason: reason("\(home)/\(entry.name)\(noteSuffix)"))
            }, count: files.count)
    }

    private static func reason(_ path: String) -> String? {
        // Not of a FIFO, which would be waited for.
        guard let entry = try? FileManager.default.attributesOfItem(atPath: path),
            entry[.type] as? FileAttributeType == .typeRegular,
            let handle = FileHandle(forReadingAtPath: path)
        else { return nil }
        // A text that cannot be read says nothing, as one that is gone.
        guard let data = try? handle.read(upToCount: largestReason) else { return nil }
        return DeviceText(bytes: data).text
    }
}
