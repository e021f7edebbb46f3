import Foundation

/// A connected Unix socket with a read buffer.
final class UnixConnection {
    private let path: String
    private let descriptor: Int32
    private var buffer = Data()

    /// - Throws: why the daemon cannot be reached, and what to do.
    init(path: String, silenceSeconds: Int) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure(path, "no socket", errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            close(descriptor)
            throw CommandFailure("\(path) is too long for a Unix socket", exitCode: .usage)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        var limit = timeval(tv_sec: silenceSeconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            throw Self.failure(path, "cannot be reached", code)
        }
    }

    deinit { close(descriptor) }

    private static func failure(_ path: String, _ what: String, _ code: Int32) -> CommandFailure {
        let words = "pollerd \(what) at \(path): \(String(cString: strerror(code)))"
        return switch code {
        case EACCES, EPERM:
            CommandFailure(
                words, fix: "use sudo, or join the group of pollerd and log in again",
                exitCode: .notPermitted)
        default:
            CommandFailure(
                words,
                fix: "start pollerd, or name its socket with --socket or $POLLERD_SOCKET",
                exitCode: .daemonUnreachable)
        }
    }

    func write(_ data: Data) throws {
        var sent = 0
        while sent < data.count {
            let count = data.withUnsafeBytes {
                send(
                    descriptor, $0.baseAddress?.advanced(by: sent), data.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure(path, "stopped listening", errno)
            }
            sent += count
        }
    }

    /// A line without its end.
    func readLine() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 0x0a) {
                let line = buffer[..<end]
                buffer = Data(buffer[buffer.index(after: end)...])
                return String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
            }
            try fill()
        }
    }

    func read(exactly count: Int) throws -> Data {
        while buffer.count < count { try fill() }
        let data = Data(buffer.prefix(count))
        buffer = Data(buffer.dropFirst(count))
        return data
    }

    private func fill() throws {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = Foundation.read(descriptor, &piece, piece.count)
        if count < 0 {
            if errno == EINTR { return }
            throw Self.failure(path, "stopped answering", errno)
        }
        guard count > 0 else {
            throw CommandFailure(
                "pollerd at \(path) closed the connection in the middle of its answer",
                fix: "see its log", exitCode: .daemonUnreachable)
        }
        buffer += piece[..<count]
    }
}
