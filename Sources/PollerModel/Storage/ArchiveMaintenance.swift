/// Looks after round-robin files: what they are, whether they are sound, and which of them nobody
/// needs any more. It works in small pieces between those of the store, so that rows are accepted
/// all the while.
package protocol ArchiveMaintenance: Sendable {
    /// Looks at files, and changes none: also a damaged one stays where it is. `results[i]` belongs
    /// to `files[i]`.
    func observe(
        _ files: [RoundRobinFile]
    ) async throws(ArchiveFailure) -> [ArchiveObservation]

    /// What lies below `rrd/` and belongs to no data source.
    ///
    /// - Parameter isKnown: whether a path relative to the state folder belongs to one, now.
    func orphans(
        unless isKnown: @escaping @Sendable (String) -> Bool
    ) async throws(ArchiveFailure) -> OrphanTally

    /// Moves all of that to `archive/<time>/`, below the state folder too. Nothing is deleted but
    /// folders that are left empty. Whether a file is known is asked again as it is moved.
    func purge(
        unless isKnown: @escaping @Sendable (String) -> Bool
    ) async throws(ArchiveFailure) -> PurgeResult

    /// What was moved out of the way because it must not be opened, and why; the newest last.
    func quarantined() async throws(ArchiveFailure) -> QuarantineTally

    /// What the head of a file says, once all that waits for it is in it.
    func info(_ place: ArchivePlace) async throws(ArchiveFailure) -> RoundRobinInfo
}

/// Why files could not be looked after.
package enum ArchiveFailure: Error, Hashable, Sendable {
    /// They are an rrdcached's.
    case elsewhere
    case missing(ArchivePlace)
    /// It must not be opened; `words` follow its name.
    case damaged(ArchivePlace, words: String)
    /// A folder that cannot be read or made.
    case folder(path: String, operation: String, detail: String)
    case store(StoreFailure)

    package var code: String {
        switch self {
        case .elsewhere: "files_elsewhere"
        case .missing: "file_missing"
        case .damaged: "file_damaged"
        case .folder: "folder_failed"
        case .store(let failure): failure.code
        }
    }

    package var words: String {
        switch self {
        case .elsewhere: "this cannot be done: the round-robin files lie on another machine"
        case .missing(let place): "there is no file \(place)"
        case .damaged(let place, let words): "\(place) \(words)"
        case .folder(let path, let operation, let detail):
            "\(path) could not be \(operation): \(detail)"
        case .store(let failure): failure.words
        }
    }

    package var fix: String? {
        switch self {
        case .elsewhere: "look after them there, with rrdtool"
        case .missing: "see pollerctl data-source list, and pollerctl rrd check"
        case .damaged: "see pollerctl rrd check"
        case .folder: "check the permissions of the state folder, and its room (df, df -i)"
        case .store: nil
        }
    }
}

/// A file that belongs to no data source.
package struct OrphanFile: Sendable, Hashable, Codable {
    /// Something younger is none, because its device may just be being added.
    package static let youngestSeconds: Int64 = 600

    /// Relative to the state folder, printable.
    package let file: String
    package let bytes: Int64
    /// When it was changed last.
    package let modified: String
    package let ageSeconds: Int64

    package init(file: String, bytes: Int64, modified: Timestamp, now: Timestamp) {
        self.file = file
        self.bytes = bytes
        self.modified = modified.rfc3339
        ageSeconds = max(0, now.seconds - modified.seconds)
    }
}

/// Such files: all counted, the first of them told.
package struct OrphanTally: Sendable, Hashable, Codable {
    package static let largestListing = 1_000

    package private(set) var files: [OrphanFile] = []
    package private(set) var count = 0
    package private(set) var bytes: Int64 = 0

    package init() {}

    package mutating func add(_ file: OrphanFile) {
        if files.count < Self.largestListing { files.append(file) }
        count += 1
        bytes += file.bytes
    }
}

/// What became of the files that belong to no data source.
package struct PurgeResult: Sendable, Hashable {
    /// Where they are now, relative to the state folder; nil when there was none to move.
    package var folder: String?
    package var moved = OrphanTally()
    /// Those that could not be moved: the first of them, and why.
    package var kept: [Kept] = []
    package var keptCount = 0

    package struct Kept: Sendable, Hashable, Codable {
        package let file: String
        /// What words follow the file's name.
        package let reason: String

        package init(file: String, reason: String) {
            self.file = file
            self.reason = reason
        }
    }

    package init() {}

    package mutating func keep(_ file: String, because reason: String) {
        if kept.count < OrphanTally.largestListing { kept.append(Kept(file: file, reason: reason)) }
        keptCount += 1
    }
}

/// What lies in the quarantine: all counted, the newest told.
package struct QuarantineTally: Sendable, Hashable, Codable {
    package static let largestListing = 100

    package let files: [File]
    package let count: Int

    package struct File: Sendable, Hashable, Codable {
        /// Relative to the state folder, printable. Its name begins with the time at which it was
        /// moved.
        package let file: String
        package let bytes: Int64
        /// null when the text beside it is gone.
        @ExplicitNull package var reason: String?

        package init(file: String, bytes: Int64, reason: String?) {
            self.file = file
            self.bytes = bytes
            _reason = ExplicitNull(wrappedValue: reason)
        }
    }

    package init(files: [File] = [], count: Int = 0) {
        self.files = files
        self.count = count
    }
}
