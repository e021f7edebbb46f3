import Foundation
import Glibc

/// Where a daemon listens.
enum Endpoint {
    /// Its admin socket.
    case unix(path: String)
    /// Its pages' address, without TLS.
    case tcp(host: String, port: UInt16)

    /// For people.
    var text: String {
        switch self {
        case .unix(let path): path
        case .tcp(let host, let port): "\(host):\(port)"
        }
    }

    var fix: String {
        switch self {
        case .unix: "start pollerd, or name its socket with --socket or $POLLERD_SOCKET"
        case .tcp: "start pollerd, or correct --server; a firewall may be between"
        }
    }
}

/// A connected socket with a read buffer.
final class DaemonConnection {
    private let endpoint: Endpoint
    private let descriptor: Int32
    private var buffer = Data()

    /// - Throws: why the daemon cannot be reached, and what to do.
    init(_ endpoint: Endpoint, silenceSeconds: Int) throws {
        self.endpoint = endpoint
        descriptor =
            switch endpoint {
            case .unix(let path): try Self.connect(path: path, endpoint)
            case .tcp(let host, let port): try Self.connect(host: host, port: port, endpoint)
            }
        var limit = timeval(tv_sec: silenceSeconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    private static func connect(path: String, _ endpoint: Endpoint) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw CommandFailure("\(path) is too long for a Unix socket", exitCode: .usage)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(endpoint, "no socket", errno) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            throw failure(endpoint, "cannot be reached", code)
        }
        return descriptor
    }

    /// Tries all addresses of a name, one after the other.
    private static func connect(
        host: String, port: UInt16, _ endpoint: Endpoint
    ) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &found)
        guard code == 0 else {
            throw CommandFailure(
                "\(host) cannot be resolved: \(String(cString: gai_strerror(code)))",
                fix: endpoint.fix, exitCode: .daemonUnreachable)
        }
        defer { freeaddrinfo(found) }
        var last = ECONNREFUSED
        var next = found
        while let info = next?.pointee {
            let descriptor = socket(
                info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
            if descriptor >= 0, Glibc.connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 {
                return descriptor
            }
            last = errno
            if descriptor >= 0 { close(descriptor) }
            next = info.ai_next
        }
        throw failure(endpoint, "cannot be reached", last)
    }

    deinit { close(descriptor) }

    private static func failure(
        _ endpoint: Endpoint, _ what: String, _ code: Int32
    ) -> CommandFailure {
        let words = "pollerd \(what) at \(endpoint.text): \(String(cString: strerror(code)))"
        return switch code {
        case EACCES, EPERM:
            CommandFailure(
                words, fix: "use sudo, or join the group of pollerd and log in again",
                exitCode: .notPermitted)
        default: CommandFailure(words, fix: endpoint.fix, exitCode: .daemonUnreachable)
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
                throw Self.failure(endpoint, "stopped listening", errno)
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
            throw Self.failure(endpoint, "stopped answering", errno)
        }
        guard count > 0 else {
            throw CommandFailure(
                "pollerd at \(endpoint.text) closed the connection in the middle of its answer",
                fix: "see its log", exitCode: .daemonUnreachable)
        }
        buffer += piece[..<count]
    }
}
