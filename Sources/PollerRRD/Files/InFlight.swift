import CRRD
import Glibc
import PollerModel

/// Remembers which file librrd works on, and what its head was before, in a file of its own: a
/// death in the middle of an update leaves the head half changed, and with it all rows a place too
/// far. At the next start the head is put back, and the journal brings the rows again.
///
/// A death that comes again and again from the same file is told by it too.
final class InFlight {
    /// What a death interrupted.
    struct Interrupted: Hashable {
        enum Work: UInt64 {
            case update = 1
            case read = 2
        }
        let work: Work
        /// As it was given to `begin`.
        let path: String
        /// The head before the update; empty for reading.
        let head: [UInt8]
    }

    static let name = "inflight"
    private static let idle: UInt64 = 0
    private static let headerBytes = 32
    private static let largestPathBytes = 4_096
    /// What the file has of the disk from the start: on a full disk, files that are there can be
    /// written all the same.
    private static let usualBytes = 128 << 10

    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// - Throws: what the kernel said when the file could not be made.
    init(folder: String) throws(SystemError) {
        path = "\(folder)/\(Self.name)"
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw SystemError(operation: "opened") }
        // Where there is no room now, there may be when it is needed.
        _ = posix_fallocate(descriptor, 0, off_t(Self.usualBytes))
    }

    deinit { close(descriptor) }

    /// From now until `end`, a death is the death of this file.
    ///
    /// - Parameter head: nil when nothing is changed.
    func begin(_ path: String, head: UnsafeRawBufferPointer?) throws(SystemError) {
        buffer.removeAll(keepingCapacity: true)
        let work: Interrupted.Work = head == nil ? .read : .update
        append(work.rawValue)
        append(UInt64(path.utf8.count))
        append(UInt64(head?.count ?? 0))
        append(0)
        buffer += path.utf8
        if let head { buffer.append(contentsOf: head) }
        let sum = buffer.withUnsafeBytes {
            crrd_checksum($0.baseAddress.map { $0 + Self.headerBytes }, $0.count - Self.headerBytes)
        }
        buffer.withUnsafeMutableBytes {
            $0.storeBytes(of: UInt64(sum).littleEndian, toByteOffset: 24, as: UInt64.self)
        }
        let count = buffer.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == buffer.count else { throw SystemError(operation: "written") }
    }

    func end() {
        var state = Self.idle
        // What cannot be cleared is found at the next start, and is put right once more.
        _ = pwrite(descriptor, &state, 8, 0)
    }

    /// What a death before this start interrupted; nil when it interrupted nothing.
    func interrupted() -> Interrupted? {
        var header = [UInt8](repeating: 0, count: Self.headerBytes)
        guard pread(descriptor, &header, header.count, 0) == header.count else { return nil }
        let words = header.withUnsafeBytes { bytes in (0..<4).map { bytes.word($0 * 8) } }
        guard let work = Interrupted.Work(rawValue: words[0]),
            words[1] <= Self.largestPathBytes, words[2] <= HeadGuard.largestHeadBytes
        else { return nil }
        let (pathBytes, headBytes) = (Int(words[1]), Int(words[2]))
        var content = [UInt8](repeating: 0, count: pathBytes + headBytes)
        let count = pread(descriptor, &content, content.count, off_t(Self.headerBytes))
        // A death while this was being written came before librrd touched the file.
        guard count == content.count, UInt64(crrd_checksum(content, content.count)) == words[3],
            let path = String(validating: content[..<pathBytes], as: UTF8.self)
        else { return nil }
        return Interrupted(work: work, path: path, head: Array(content[pathBytes...]))
    }

    private func append(_ word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { buffer.append(contentsOf: $0) }
    }
}
