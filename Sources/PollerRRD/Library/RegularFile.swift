import Glibc

/// Files whose folder others may have put something into.
enum RegularFile {
    /// All of a file, which is not waited for: what is no file, and a symbolic link, are refused.
    ///
    /// - Parameter largestBytes: one that is larger is not read.
    /// - Throws: the kernel's reason, or the one it would give.
    static func contents(_ path: String, largestBytes: Int) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(operation: "opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError(operation: "opened") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw SystemError(code: EISDIR, operation: "read")
        default: throw SystemError(code: ESPIPE, operation: "read")
        }
        guard status.st_size <= largestBytes else {
            throw SystemError(code: EFBIG, operation: "read")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(
                    descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled,
                    off_t(filled))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(operation: "read") }
            if count == 0 { break }
            filled += count
        }
        // In place: a segment is large, and nearly always whole.
        bytes.removeLast(bytes.count - filled)
        return bytes
    }
}
