import Foundation
import PollerModel

/// What lies in a state folder, as far as `doctor` has to look.
struct FolderScan {
    /// Entries that are looked at; a fleet has more files than anybody waits for.
    static let largestScan = 20_000
    /// Files that are named.
    static let namedFiles = 3
    /// Of a segment of the journal without a record in it.
    private static let emptySegmentBytes: Int64 = 4_096

    private let folder: String
    private var status = stat()
    /// Relative to the folder: those of another owner.
    private(set) var foreign: [String] = []
    private(set) var foreignCount = 0
    /// Devices that have round-robin files, or had.
    private(set) var deviceFolders = 0
    private var scanned = 0
    /// Of round-robin files, as far as they were looked at.
    private var fileBytes: Int64 = 0
    /// Files of pollerd's own that were to live for a moment, and are old.
    private(set) var leftovers: [String] = []
    /// What lives longer than this was left; the longest of them takes seconds.
    private static let oldLeftoverSeconds = 3_600
    private let now: Timestamp

    /// - Parameter kept: folders in it that are looked into.
    init(_ folder: String, kept: [String], at now: Timestamp) {
        self.folder = folder
        self.now = now
        guard stat(folder, &status) == 0 else { return }
        for name in Self.entries(folder) {
            look(name)
            guard kept.contains(name) else { continue }
            for inner in Self.entries("\(folder)/\(name)") {
                look("\(name)/\(inner)")
                guard name == "rrd", DeviceID(text: inner) != nil else { continue }
                deviceFolders += 1
                guard scanned < Self.largestScan else { continue }
                for file in Self.entries("\(folder)/\(name)/\(inner)") {
                    look("\(name)/\(inner)/\(file)")
                }
            }
        }
    }

    private static func entries(_ path: String) -> [String] {
        // What is not there, or is no folder, has none.
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    private mutating func look(_ name: String) {
        guard scanned < Self.largestScan else { return }
        scanned += 1
        var found = stat()
        guard lstat("\(folder)/\(name)", &found) == 0 else { return }
        if name.hasPrefix("rrd/"), name.hasSuffix(".rrd") { fileBytes += Int64(found.st_size) }
        if Self.isForAMoment(name), found.st_mode & S_IFMT == S_IFREG,
            now.seconds - Int64(found.st_mtim.tv_sec) > Self.oldLeftoverSeconds
        {
            leftovers.append("\(folder)/\(name)")
        }
        guard found.st_uid != status.st_uid else { return }
        foreignCount += 1
        if foreign.count < Self.namedFiles { foreign.append(name) }
    }

    /// Whether pollerd gives such names to files that it removes itself: when it tries the folder,
    /// and while it gives a file another shape.
    private static func isForAMoment(_ name: String) -> Bool {
        name.hasPrefix(HostCollector.probePrefix)
            || (name.hasPrefix("rrd/") && name.contains(".rrd.reshape"))
    }

    /// nil when there were too many to look at.
    var allFileBytes: Int64? { scanned < Self.largestScan ? fileBytes : nil }

    /// Whether others may change what is in the folder; in one with the sticky bit they may not.
    var isExposed: Bool { status.st_mode & 0o002 != 0 && status.st_mode & S_ISVTX == 0 }

    /// Those of the folders that are not there.
    func lacking(_ names: [String]) -> [String] {
        names.filter { access("\(folder)/\($0)", F_OK) != 0 }
    }

    func size(_ name: String) -> Int64 {
        var found = stat()
        return lstat("\(folder)/\(name)", &found) == 0 ? Int64(found.st_size) : 0
    }

    /// Those of the folders that lie on another file system.
    func split(_ names: [String]) -> [String] {
        names.filter { name in
            var found = stat()
            // What is not there is made, on the state folder's own file system.
            return stat("\(folder)/\(name)", &found) == 0 && found.st_dev != status.st_dev
        }
    }

    /// Those of the files that others may read.
    func exposed(_ names: [String]) -> [String] {
        names.filter { name in
            var found = stat()
            return lstat("\(folder)/\(name)", &found) == 0 && found.st_mode & 0o007 != 0
        }
    }

    func room() -> HostFacts.Room? {
        var found = statvfs()
        guard statvfs(folder, &found) == 0 else { return nil }
        let unit = Int64(clamping: found.f_frsize)
        return HostFacts.Room(
            freeBytes: Int64(clamping: found.f_bavail) * unit,
            totalBytes: Int64(clamping: found.f_blocks) * unit,
            freeInodes: Int64(clamping: found.f_favail), totalInodes: Int64(clamping: found.f_files)
        )
    }

    /// Files in the quarantine, without the texts that say why.
    func quarantined(_ name: String) -> Int {
        Self.entries("\(folder)/\(name)").count { !$0.hasSuffix(".txt") }
    }

    /// The segments of the journal with something in them.
    func segments(_ name: String) -> (bytes: Int64, oldest: Timestamp?) {
        var bytes: Int64 = 0
        var oldest: Timestamp?
        for entry in Self.entries("\(folder)/\(name)") where entry.hasSuffix(".journal") {
            var found = stat()
            guard lstat("\(folder)/\(name)/\(entry)", &found) == 0,
                found.st_size > Self.emptySegmentBytes
            else { continue }
            bytes += Int64(found.st_size)
            let changed = Timestamp(seconds: Int64(found.st_mtim.tv_sec))
            oldest = min(oldest ?? changed, changed)
        }
        return (bytes, oldest)
    }
}
