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

    /// The file grows in such steps; most heads need one.
    private static let pageBytes = 64 << 10

    private let path: String
    private let descriptor: Int32
    /// The file in memory: two calls of the kernel less for each update, and what is written here
    /// outlives the process all the same.
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// - Throws: what the kernel said when the file could not be made.
    init(folder: String) throws(SystemError) {
        path = "\(folder)/\(Self.name)"
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw SystemError(operation: "opened") }
        // Where there is no room now, there may be when it is needed.
        _ = posix_fallocate(descriptor, 0, off_t(Self.usualBytes))
    }

    deinit {
        unmap()
        close(descriptor)
    }

    /// From now until `end`, a death is the death of this file.
    ///
    /// - Parameter head: nil when nothing is changed.
    func begin(_ path: String, head: UnsafeRawBufferPointer?) throws(SystemError) {
        let (pathBytes, headBytes) = (path.utf8.count, head?.count ?? 0)
        let count = Self.headerBytes + pathBytes + headBytes
        if count > memory.count { try grow(to: count) }
        let content = UnsafeMutableRawBufferPointer(
            rebasing: memory[Self.headerBytes..<count])
        content.copyBytes(from: path.utf8)
        if let head {
            UnsafeMutableRawBufferPointer(rebasing: content[pathBytes...]).copyMemory(from: head)
        }
        store(UInt64(pathBytes), at: 8)
        store(UInt64(headBytes), at: 16)
        store(UInt64(crrd_checksum(content.baseAddress, content.count)), at: 24)
        store((head == nil ? Interrupted.Work.read : .update).rawValue, at: 0)
    }

    func end() {
        guard memory.isEmpty else { return store(Self.idle, at: 0) }
        // After a start. What cannot be cleared is found at the next, and is put right once more.
        var state = Self.idle
        _ = pwrite(descriptor, &state, 8, 0)
    }

    /// Maps the file in at least this length. All of its blocks are there then: to write where
    /// there is none on a full disk would end the process.
    private func grow(to count: Int) throws(SystemError) {
        let size = (count + Self.pageBytes - 1) / Self.pageBytes * Self.pageBytes
        let code = posix_fallocate(descriptor, 0, off_t(size))
        guard code == 0 else { throw SystemError(code: code, operation: "written") }
        let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else { throw SystemError(operation: "written") }
        unmap()
        memory = UnsafeMutableRawBufferPointer(start: start, count: size)
    }

    private func unmap() {
        if let start = memory.baseAddress { munmap(start, memory.count) }
    }

    private func store(_ word: UInt64, at offset: Int) {
        memory.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
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
}
