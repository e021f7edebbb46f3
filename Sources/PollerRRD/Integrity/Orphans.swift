import CRRD
import Glibc
import PollerModel

/// Finds what lies below `rrd/` and belongs to no data source: files of devices that were removed
/// with their data kept, and what librrd or a reshaping that was interrupted left behind.
struct Orphans {
    static let root = "rrd"
    /// Folders below one of a device are no work of ours; what lies deeper is taken as one.
    private static let largestDepth = 8

    /// The state folder.
    let folder: String
    let isKnown: @Sendable (String) -> Bool
    let now: Timestamp

    /// One of them.
    struct Found {
        /// Relative to the state folder.
        let place: String
        let isNameExact: Bool
        let file: OrphanFile
    }

    /// The folders in which to look, one for each device, behind `rrd` itself.
    static func folders(below folder: String) throws(ArchiveFailure) -> [String] {
        try [root] + entries(root, below: folder).filter(\.isFolder).map { "\(root)/\($0.name)" }
    }

    /// Those of one of these folders.
    func find(in place: String) throws(ArchiveFailure) -> [Found] {
        try find(in: place, depth: 0)
    }

    private func find(in place: String, depth: Int) throws(ArchiveFailure) -> [Found] {
        var found: [Found] = []
        let entries = try Self.entries(place, below: folder) { !isKnown("\(place)/\($0)") }
        for entry in entries {
            let inner = "\(place)/\(entry.name)"
            if entry.isFolder, depth < Self.largestDepth {
                // The folders of devices are looked into on their own.
                if place != Self.root { found += try find(in: inner, depth: depth + 1) }
                continue
            }
            guard now.seconds - entry.modified.seconds >= OrphanFile.youngestSeconds else {
                continue
            }
            found.append(
                Found(
                    place: inner, isNameExact: entry.isNameExact,
                    file: OrphanFile(
                        file: DeviceText(inner).text, bytes: entry.bytes,
                        modified: entry.modified, now: now)))
        }
        return found
    }

    private static func entries(
        _ place: String, below folder: String, where isWanted: (String) -> Bool = { _ in true }
    ) throws(ArchiveFailure) -> [FolderEntry] {
        let path = "\(folder)/\(place)"
        do {
            return try FolderEntry.list(path, where: isWanted)
        } catch {
            throw .folder(path: path, operation: error.operation, detail: error.words)
        }
    }
}

/// A folder of its own for what one purge moves away.
struct ArchiveShelf {
    private static let root = "archive"
    /// Purges within the same second.
    private static let largestCopies = 100

    /// Relative to the state folder.
    let place: String
    private let folder: String

    /// - Parameters:
    ///   - folder: the state folder.
    ///   - now: gives it its name.
    init(in folder: String, now: Timestamp) throws(ArchiveFailure) {
        self.folder = folder
        let home = "\(folder)/\(Self.root)"
        guard mkdir(home, 0o750) == 0 || errno == EEXIST else { throw Self.failure(home) }
        let stamp = Timestamp(seconds: now.seconds).rfc3339.filter { $0 != "-" && $0 != ":" }
        for copy in 0..<Self.largestCopies {
            let place = "\(Self.root)/\(stamp)" + (copy == 0 ? "" : ".\(copy)")
            if mkdir("\(folder)/\(place)", 0o750) == 0 {
                self.place = place
                return
            }
            guard errno == EEXIST else { throw Self.failure("\(folder)/\(place)") }
        }
        throw Self.failure("\(home)/\(stamp)")
    }

    private static func failure(_ path: String) -> ArchiveFailure {
        .folder(path: path, operation: "made", detail: String(cString: strerror(errno)))
    }

    /// Moves a file here, below the folders that it was below.
    ///
    /// - Throws: what the kernel said; it is where it was then.
    func take(_ file: String) throws(SystemError) {
        let target = "\(folder)/\(place)/\(file)"
        var folders = ""
        for part in file.split(separator: "/").dropLast() {
            folders += "/\(part)"
            guard mkdir("\(folder)/\(place)\(folders)", 0o750) == 0 || errno == EEXIST else {
                throw SystemError(operation: "moved")
            }
        }
        // Never over another one.
        guard crrd_rename_new("\(folder)/\(file)", target) == 0 else {
            throw SystemError(operation: "moved")
        }
    }

    /// Removes the folders that a file was the last one in, up to `rrd` itself.
    func clear(above file: String) {
        var parts = file.split(separator: "/").dropLast()
        while parts.count > 1, rmdir("\(folder)/\(parts.joined(separator: "/"))") == 0 {
            parts = parts.dropLast()
        }
    }
}
