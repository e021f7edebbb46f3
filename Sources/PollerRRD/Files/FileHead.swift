import CRRD
import Glibc
import PollerModel

/// Reads heads of files and has them checked. One for each thread that opens files: the bytes of
/// the newest head stay in it until the next is read.
final class FileHead {
    /// Why a file's head could not be read, or what is wrong with it.
    enum Failure: Error, Hashable {
        case missing
        /// The kernel refused; the file itself may be sound.
        case unreadable(code: Int32)
        case unsound(HeadGuard.Flaw)
    }

    /// Most files' heads fit; a longer one makes the buffer grow.
    private static let usualBytes = 8 << 10

    private var buffer = [UInt8](repeating: 0, count: usualBytes)
    private(set) var layout = HeadLayout(version: 3, sourceCount: 1, archiveCount: 1)
    /// Those of the head that was read last, once it was found sound.
    var known = KnownDefinitions()
    /// Whether all blocks of the file are there. Writing into a hole of a full disk ends the
    /// process, because librrd maps the file.
    private(set) var isWhole = true

    /// - Parameters:
    ///   - path: a file; a symbolic link in its place is not followed.
    ///   - horizon: the latest time that can be true now.
    func read(_ path: String, horizon: Timestamp) throws(Failure) {
        let descriptor = crrd_open_to_read(path)
        guard descriptor >= 0 else {
            let code = errno
            switch code {
            case ENOENT, ENOTDIR: throw .missing
            case ELOOP: throw .unsound(.notAFile(kind: "a symbolic link"))
            case ENXIO: throw .unsound(.notAFile(kind: "a socket or device"))
            default: throw .unreadable(code: code)
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unsound(.notAFile(kind: Self.kind(status.st_mode)))
        }
        isWhole = Int64(status.st_blocks) * 512 >= Int64(status.st_size)
        // A clock that was set back to 1970 makes no file wrong: the file was changed when its
        // newest row says, so that clock and this one differ, and not the file.
        let horizon = max(horizon, Timestamp(seconds: Int64(status.st_mtim.tv_sec)))
        // Most heads are as long as the one before.
        var count = try fill(descriptor, max(HeadLayout.fixedBytes, layout.headBytes))
        do {
            layout = try buffer.withUnsafeBytes { bytes in
                try HeadGuard.layout(
                    UnsafeRawBufferPointer(rebasing: bytes[..<count]), size: Int64(status.st_size))
            }
            if layout.headBytes > count { count = try fill(descriptor, layout.headBytes) }
            guard count >= layout.headBytes else {
                throw HeadGuard.Flaw.shorter(bytes: Int64(count), wanted: layout.headBytes)
            }
            try withBytes { (bytes) throws(HeadGuard.Flaw) in
                try HeadGuard.check(
                    bytes, layout, size: Int64(status.st_size), horizon: horizon, known: &known)
            }
        } catch let flaw as HeadGuard.Flaw {
            throw .unsound(flaw)
        } catch let failure as Failure {
            throw failure
        } catch {
            preconditionFailure("only these two are thrown above: \(error)")
        }
    }

    /// The head that was read last.
    func withBytes<Value, Problem>(
        _ body: (UnsafeRawBufferPointer) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        try buffer.withUnsafeBytes { bytes in
            Result { () throws(Problem) in
                try body(UnsafeRawBufferPointer(rebasing: bytes[..<layout.headBytes]))
            }
        }.get()
    }

    /// So many of the file's first bytes, as far as it has them.
    private func fill(_ descriptor: Int32, _ wanted: Int) throws(Failure) -> Int {
        if wanted > buffer.count { buffer = [UInt8](repeating: 0, count: wanted) }
        let count = buffer.withUnsafeMutableBytes {
            pread(descriptor, $0.baseAddress, wanted, 0)
        }
        guard count >= 0 else { throw .unreadable(code: errno) }
        return count
    }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFIFO: "a FIFO"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}

extension FileHead.Failure {
    /// What a person reads behind the path.
    var words: String {
        switch self {
        case .missing: "is not there"
        case .unreadable(let code): "cannot be read: \(String(cString: strerror(code)))"
        case .unsound(let flaw): flaw.words
        }
    }
}
