/// Why a round-robin file was not turned into another layout. Unless it says otherwise, the file
/// is as it was.
package enum ReshapeFailure: Error, Hashable, Sendable {
    /// The kernel or the guard refused the file.
    case unreadable(path: String, reason: String)
    /// What the file is to become is no round-robin file; nothing was made.
    case impossible(path: String, reason: String)
    /// The file, or what it would become, is larger than is read into memory.
    case tooLarge(path: String, bytes: Int64)
    /// librrd's or the kernel's own words.
    case failed(path: String, operation: String, detail: String)
    /// What was written does not read back as what was meant; nothing was replaced.
    case notAsMeant(path: String, detail: String)
    /// What waits for the file could not be written into it, or nobody works any more.
    case store(StoreFailure)
    /// Files of an rrdcached are not ours to replace.
    case elsewhere(path: String)
    /// There is already another undo copy at this place; it is somebody's history.
    case undoExists(path: String)

    /// Larger files are left alone: they are read into memory at once.
    package static let largestFileBytes = 64 << 20

    package var code: String {
        switch self {
        case .unreadable: "reshape_unreadable"
        case .impossible: "reshape_impossible"
        case .tooLarge: "reshape_too_large"
        case .failed: "reshape_failed"
        case .notAsMeant: "reshape_not_as_meant"
        case .store(let failure): failure.code
        case .elsewhere: "reshape_elsewhere"
        case .undoExists: "reshape_undo_exists"
        }
    }

    package var words: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) \(reason)"
        case .impossible(let path, let reason): "\(path) cannot become this: \(reason)"
        case .tooLarge(let path, let bytes):
            "\(path) would take \(bytes) bytes; at most \(Self.largestFileBytes) are read at once"
        case .failed(let path, let operation, let detail):
            "\(path) could not be \(operation): \(detail)"
        case .notAsMeant(let path, let detail):
            "\(path) was left as it is, because its new form was not right: \(detail)"
        case .store(let failure): failure.words
        case .elsewhere(let path):
            "\(path) belongs to an rrdcached; reshape it on its machine with rrdtool"
        case .undoExists(let path):
            "an older undo copy lies at \(path); remove it or name another place"
        }
    }
}
