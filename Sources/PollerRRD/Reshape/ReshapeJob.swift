import Glibc
import PollerModel

/// The steps of one file's reshaping, in the order of their declaration.
struct ReshapeJob {
    /// What the new file is called until it takes the old one's place. librrd puts six letters
    /// behind it while it makes the file.
    static let temporarySuffix = ".reshape"

    let plan: ReshapePlan
    private let path: String
    private let undoPath: String
    private let definition: RoundRobinFile
    private let horizon: Timestamp
    private let old: RoundRobinContents

    private var temporary: String { path + Self.temporarySuffix }

    /// Reads the old file.
    init(
        _ path: String, to definition: RoundRobinFile, undoPath: String, horizon: Timestamp
    ) throws(ReshapeFailure) {
        if let reason = ReshapePlanner.flaw(definition) {
            throw .impossible(path: path, reason: reason)
        }
        let bytes = try ContentsReader.bytes(path, horizon: horizon)
        do {
            old = try ContentsReader.contents(bytes, horizon: horizon)
        } catch {
            throw .unreadable(path: path, reason: error.words)
        }
        plan = ReshapePlanner.plan(old, bytes: Int64(bytes.count), to: definition)
        guard plan.bytesAfter <= ReshapeFailure.largestFileBytes else {
            throw .tooLarge(path: path, bytes: plan.bytesAfter)
        }
        self.path = path
        self.undoPath = undoPath
        self.definition = definition
        self.horizon = horizon
    }

    /// Removes what an attempt left that was killed.
    func removeLeftovers() throws(ReshapeFailure) {
        let folder = Self.parent(of: path)
        guard let list = opendir(folder) else { throw .kernel(folder, "read") }
        defer { closedir(list) }
        let prefix =
            (path.split(separator: "/").last.map(String.init) ?? "")
            + Self.temporarySuffix
        while let entry = readdir(list) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix(prefix) else { continue }
            let leftover = "\(folder)/\(name)"
            guard unlink(leftover) == 0 || errno == ENOENT else {
                throw .kernel(leftover, "removed")
            }
        }
    }

    /// Has librrd make the new file, empty.
    func create() throws(ReshapeFailure) {
        do {
            try RRDLibrary.create(
                temporary, step: definition.step, lastUpdate: old.lastUpdateSeconds,
                definitions: definition.definitions)
        } catch {
            throw .failed(path: temporary, operation: "created", detail: error.words)
        }
    }

    /// Fills it, and returns what it holds now.
    func fill() throws(ReshapeFailure) -> [UInt8] {
        var bytes = try ContentsReader.bytes(temporary, horizon: horizon)
        let layout: HeadLayout
        do {
            layout = try bytes.withUnsafeBytes { bytes in
                Result { () throws(HeadGuard.Flaw) in
                    try HeadGuard.layout(bytes, size: Int64(bytes.count))
                }
            }.get()
        } catch {
            throw .unreadable(path: temporary, reason: error.words)
        }
        ContentsWriter.fill(
            &bytes, layout, with: Resampler.contents(of: old, as: definition))
        try ContentsWriter.write(bytes, to: temporary)
        return bytes
    }

    /// Reads the new file back through the guard and through librrd.
    ///
    /// - Parameter bytes: what was written.
    /// - Throws: `.notAsMeant` when it is not what it should be.
    func verify(_ bytes: [UInt8]) throws(ReshapeFailure) -> [ReshapeReport.Archive] {
        guard try ContentsReader.bytes(temporary, horizon: horizon) == bytes else {
            throw .notAsMeant(path: path, detail: "other bytes than were written came back")
        }
        let new: RoundRobinContents
        do {
            new = try ContentsReader.contents(bytes, horizon: horizon)
        } catch {
            throw .notAsMeant(path: path, detail: "the new file \(error.words)")
        }
        let check = ReshapeCheck(old: old, new: new, definition: definition)
        do {
            try check.compareWithLibrary(temporary)
            return try check.archives()
        } catch {
            throw .notAsMeant(path: path, detail: error.words)
        }
    }

    /// Gives the old file a second name.
    func keepOld() throws(ReshapeFailure) {
        let folder = Self.parent(of: undoPath)
        try makeFolders(folder)
        if link(path, undoPath) != 0 {
            guard errno == EEXIST else { throw .kernel(undoPath, "made the undo copy") }
            // An attempt that was killed here has left the same file under both names.
            guard try identity(undoPath) == identity(path) else {
                throw .undoExists(path: undoPath)
            }
        }
        try synchronize(folder)
    }

    /// Puts the new file in the old one's place.
    func replace() throws(ReshapeFailure) {
        guard rename(temporary, path) == 0 else { throw .kernel(path, "replaced") }
        try synchronize(Self.parent(of: path))
    }

    // MARK: Folders

    private func makeFolders(_ folder: String) throws(ReshapeFailure) {
        var made = folder.hasPrefix("/") ? "" : "."
        for name in folder.split(separator: "/") {
            made += "/\(name)"
            guard mkdir(made, 0o750) == 0 || errno == EEXIST || access(made, F_OK) == 0 else {
                throw .kernel(made, "made")
            }
        }
    }

    /// Which file a name stands for.
    private func identity(_ path: String) throws(ReshapeFailure) -> [UInt64] {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw .kernel(path, "read") }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }

    private func synchronize(_ folder: String) throws(ReshapeFailure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .kernel(folder, "opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .kernel(folder, "brought to the disk") }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
