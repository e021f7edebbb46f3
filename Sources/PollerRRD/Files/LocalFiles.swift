import Glibc
import Logging
import PollerModel

/// Round-robin files below one folder of this machine. Only the writer's thread uses it.
final class LocalFiles: ArchiveBackend {
    /// Another program that reads a file keeps librrd from writing it for as long.
    private static let lockedAttempts = 5
    private static let lockedPauseMicroseconds: UInt32 = 5_000
    private static let lockedWords = "could not lock RRD"

    let largestWrite = 16
    let inspector: FileInspector?

    private let folder: String
    private let locks: FileLocks
    let inFlight: InFlight
    let quarantine: Quarantine
    let logger: Logger
    let events: any EventLog
    private let head = FileHead()
    private var text = RowText()
    var deaths: Deaths
    /// Files whose file system does not give them all their blocks.
    private var compressed: Set<String> = []
    /// Files of which it was said that they have another step.
    private var differing: Set<String> = []
    /// Files that a death left half changed, and that could neither be repaired nor moved away.
    var unsound: Set<String> = []

    /// - Parameters:
    ///   - storage: in the state folder, which exists, and whose path holds neither % nor
    ///     backslash: `SettingsLoader` refuses such a one, because librrd reads them as syntax.
    ///   - journalFolder: where what is in flight is remembered.
    /// - Throws: why that cannot be.
    init(
        storage: RoundRobinStorage, journalFolder: String, logger: Logger,
        events: any EventLog = NoEvents()
    ) throws(SystemError) {
        folder = storage.folder
        locks = storage.locks
        inFlight = try InFlight(folder: journalFolder)
        inspector = FileInspector(storage: storage, inFlight: inFlight)
        deaths = Deaths(folder: journalFolder)
        quarantine = Quarantine(folder: storage.folder, logger: logger, events: events)
        self.logger = logger
        self.events = events
    }

    var quarantinedCount: Int { quarantine.count }

    func create(_ file: RoundRobinFile, start: Timestamp) throws(StoreFailure) {
        let path = path(file.path)
        var status = stat()
        // A link that leads nowhere is there too.
        guard lstat(path, &status) != 0 else { return }
        try make(file, start: start)
    }

    func write(_ writes: [ArchiveWrite], horizon: Timestamp) -> [Result<Void, StoreFailure>] {
        writes.map { write in
            Result { () throws(StoreFailure) in try self.write(write, horizon: horizon) }
        }
    }

    private func write(_ write: ArchiveWrite, horizon: Timestamp) throws(StoreFailure) {
        guard !write.rows.isEmpty else { return }
        let file = write.file
        let path = path(file.path)
        guard !unsound.contains(file.path) else {
            throw .failed(
                path: path, operation: "updated",
                detail:
                    "an update was interrupted and cannot be taken back; move the file away and "
                    + "restart pollerd")
        }
        try open(file, at: path, since: write.rows.time(0), horizon: horizon)
        let newest = head.lastUpdate
        guard let first = write.rows.indices.first(where: { write.rows.time($0) > newest }) else {
            return settled(file)
        }
        let places: [Int?]
        do {
            places = try RowText.places(of: file, in: head)
        } catch {
            throw .failed(path: path, operation: "updated", detail: error.reason)
        }
        text.set(write.rows, from: first, places: places)
        do {
            try head.withBytes { (bytes) throws(SystemError) in
                try inFlight.begin(file.path, head: bytes)
            }
        } catch {
            throw .failed(
                path: "\(folder)/journal/\(InFlight.name)", operation: error.operation,
                detail: error.words)
        }
        defer { inFlight.end() }
        do {
            try locks.withLocked(file.path) { () throws(RRDLibrary.Failure) in
                try update(path)
            }
        } catch {
            throw .failed(path: path, operation: "updated", detail: error.words)
        }
        settled(file)
    }

    private func settled(_ file: RoundRobinFile) {
        if !deaths.isEmpty { deaths.forget(file.path) }
    }

    private func update(_ path: String) throws(RRDLibrary.Failure) {
        var attempt = 1
        while true {
            do {
                return try text.withRows { (rows, count) throws(RRDLibrary.Failure) in
                    try RRDLibrary.update(path, rows: rows, count: count)
                }
            } catch {
                guard error.words.hasPrefix(Self.lockedWords), attempt < Self.lockedAttempts else {
                    throw error
                }
                attempt += 1
                usleep(Self.lockedPauseMicroseconds)
            }
        }
    }

    func lastRow(
        _ file: RoundRobinFile, horizon: Timestamp
    ) throws(StoreFailure) -> RoundRobinLastRow {
        try read(path(file.path), horizon: horizon)
        let texts = head.lastTexts
        var values: [String: RoundRobinValue] = [:]
        for source in file.sources {
            values[source.name] = texts[source.name].map { RowText.value($0, kind: source.kind) }
        }
        return RoundRobinLastRow(time: head.lastUpdate, values: values)
    }

    func series(
        _ wanted: SeriesRead, horizon: Timestamp
    ) throws(StoreFailure) -> RoundRobinSeries {
        let place = wanted.path
        let path = path(place)
        try read(path, horizon: horizon)
        do {
            try inFlight.begin(place, head: nil)
        } catch {
            // Only the count of deaths would miss it.
            logger.debug("\(place) is read unmarked: \(error.words)")
        }
        defer { inFlight.end() }
        do {
            return try locks.withLocked(place) { () throws(RRDLibrary.Failure) in
                try RRDLibrary.rows(
                    path, function: wanted.function, start: wanted.range.start.seconds,
                    end: wanted.range.end.seconds, stepSeconds: wanted.rowSeconds)
            }
        } catch {
            throw .failed(path: path, operation: "read", detail: error.words)
        }
    }

    func plan(
        _ file: RoundRobinFile, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapePlan {
        try Reshaper.plan(path(file.path), to: file, horizon: horizon)
    }

    func reshape(
        _ file: RoundRobinFile, undoPath: String, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapeReport {
        try locks.withLocked(file.path) { () throws(ReshapeFailure) in
            try Reshaper.reshape(
                path(file.path), to: file, keepOldAt: path(undoPath), horizon: horizon)
        }
    }

    func remove(_ place: String) throws(StoreFailure) {
        let path = path(place)
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
            throw .failed(path: path, operation: "removed", detail: Self.words(errno))
        }
        // The device's folder goes with its last file; while it has others it stays.
        _ = rmdir(parent(of: path))
    }

    // MARK: Files

    func path(_ place: String) -> String { "\(folder)/\(place)" }

    private func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Reads the head of a file that must be there.
    private func read(_ path: String, horizon: Timestamp) throws(StoreFailure) {
        do {
            try head.read(path, horizon: horizon)
        } catch {
            throw .failed(path: path, operation: "read", detail: "it \(error.words)")
        }
    }

    /// Reads the head of a file that is to be written; makes it when it is missing, and in place of
    /// one that is unsound.
    private func open(
        _ file: RoundRobinFile, at path: String, since first: Timestamp, horizon: Timestamp
    ) throws(StoreFailure) {
        do {
            try head.read(path, horizon: horizon)
            if !head.hasSources(file.sources), let reason = foreignness(of: file) {
                try replace(file, because: reason, .sourcesDiffer, since: first)
                try read(path, horizon: horizon)
            }
        } catch let failure as FileHead.Failure {
            switch failure {
            case .missing:
                try make(file, start: first.advanced(seconds: -file.step.seconds))
                logger.warning(
                    "\(path) was not there, and a new one was begun: if it had a history, restore it from a backup with pollerd stopped",
                    metadata: [
                        "event": "file.begun_anew", "file": "\(file.path)",
                        "reason": "\(ArchiveFinding.Code.missing.rawValue)",
                    ])
            case .unreadable(let code):
                throw .failed(path: path, operation: "opened", detail: Self.words(code))
            case .unsound(let flaw):
                try replace(file, because: flaw.words, .damaged, since: first)
            }
            try read(path, horizon: horizon)
        } catch let failure as StoreFailure {
            throw failure
        } catch {
            preconditionFailure("only these two are thrown above: \(error)")
        }
        tellStep(of: file, at: path)
        if !head.isWhole { try fill(file) }
    }

    /// Says once that a file keeps its rows at another step than they are written.
    private func tellStep(of file: RoundRobinFile, at path: String) {
        guard head.step != file.step.seconds else {
            if !differing.isEmpty { differing.remove(file.path) }
            return
        }
        guard differing.insert(file.path).inserted else { return }
        logger.warning(
            "\(path) has a step of \(head.step) s, and is written every \(file.step.seconds) s: pollerctl rrd reshape --data-source ID puts it right",
            metadata: [
                "event": "file.differs", "file": "\(file.path)",
                "reason": "\(ArchiveFinding.Code.stepDiffers.rawValue)",
            ])
    }

    /// What the file whose head was read last holds, if that is nothing of what it should hold.
    private func foreignness(of file: RoundRobinFile) -> String? {
        let found = head.sources.map(\.name)
        let wanted = file.sources.map(\.name)
        guard Set(found).isDisjoint(with: wanted) else { return nil }
        return "holds \(found.joined(separator: ", ")) instead of \(wanted.joined(separator: ", "))"
    }

    private func replace(
        _ file: RoundRobinFile, because reason: String, _ code: ArchiveFinding.Code,
        since first: Timestamp
    ) throws(StoreFailure) {
        if let obstacle = quarantine.take(file.path, because: reason, code) {
            throw .failed(
                path: path(file.path), operation: "updated",
                detail: "it \(reason), and \(obstacle)")
        }
        try make(file, start: first.advanced(seconds: -file.step.seconds))
    }

    private func make(_ file: RoundRobinFile, start: Timestamp) throws(StoreFailure) {
        let path = path(file.path)
        let device = parent(of: path)
        for folder in [parent(of: device), device] {
            guard mkdir(folder, 0o750) == 0 || errno == EEXIST else {
                throw .failed(path: folder, operation: "created", detail: Self.words(errno))
            }
        }
        do {
            // One second before, because librrd takes no row at the very start.
            try RRDLibrary.create(
                path, step: file.step,
                lastUpdate: max(start.seconds - 1, HeadGuard.earliestUpdate),
                definitions: file.definitions)
        } catch {
            throw .failed(
                path: path, operation: "created", detail: obstacle(to: file) ?? error.words)
        }
        // librrd creates 0644 whatever the umask says.
        _ = chmod(path, 0o640)
    }

    /// Why the kernel does not let a file be made; nil when it does. librrd keeps that for itself:
    /// of a full disk it says nothing, and of a read-only one "Cannot create temporary file".
    private func obstacle(to file: RoundRobinFile) -> String? {
        let probe = "\(path(file.path)).probe"
        let descriptor = Glibc.open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return Self.words(errno) }
        defer {
            close(descriptor)
            unlink(probe)
        }
        let code = posix_fallocate(descriptor, 0, off_t(file.bytes))
        return code == 0 ? nil : Self.words(code)
    }

    /// Gives a file that was restored with holes all its blocks.
    private func fill(_ file: RoundRobinFile) throws(StoreFailure) {
        guard !compressed.contains(file.path) else { return }
        let path = path(file.path)
        let descriptor = Glibc.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .failed(path: path, operation: "opened", detail: Self.words(errno))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .failed(path: path, operation: "opened", detail: Self.words(errno))
        }
        let code = posix_fallocate(descriptor, 0, status.st_size)
        guard code == 0 else {
            throw .failed(
                path: path, operation: "updated",
                detail: "it has holes, and they cannot be filled: \(Self.words(code))")
        }
        // On a file system that compresses, a file never has all of them. Elsewhere it may be
        // restored with holes once more.
        guard fstat(descriptor, &status) == 0, Int64(status.st_blocks) * 512 >= status.st_size
        else {
            compressed.insert(file.path)
            return
        }
        logger.notice(
            "\(path) had holes, which could have ended the process on a full disk; they are filled",
            metadata: ["event": "file.filled", "file": "\(file.path)"])
    }
}

/// What the store and the renderer share: the folder, and the locks on its files.
package final class RoundRobinStorage: Sendable {
    let folder: String
    let locks = FileLocks()

    package init(folder: String) { self.folder = folder }
}

extension RoundRobinFile {
    /// The size of the file.
    var bytes: Int {
        HeadLayout(version: 3, sourceCount: sources.count, archiveCount: archives.count).headBytes
            + archives.reduce(0) { $0 + $1.rows } * sources.count * 8
    }

    /// DS and RRA lines (RRDtool manual, rrdcreate). No bounds: what is too large is refused
    /// before it is written, with its reason; librrd would drop it without a word.
    var definitions: [String] {
        sources.map { "DS:\($0.name):\($0.kind.rawValue):\(heartbeatSeconds):U:U" }
            + archives.map {
                "RRA:\($0.function.rawValue):\($0.unknownShare):\($0.stepsPerRow):\($0.rows)"
            }
    }
}
