import Foundation

/// A socket of a test's own on 127.0.0.1, closed when nobody has it any more.
package final class LoopbackSocket: Sendable {
    package enum Kind: Sendable { case udp, tcp }

    package let descriptor: Int32

    package init(_ kind: Kind) throws {
        let type = kind == .udp ? SOCK_DGRAM : SOCK_STREAM
        // A program that starts meanwhile must not keep it open.
        descriptor = socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure() }
    }

    deinit { close(descriptor) }

    package func bind(to port: UInt16) throws {
        try call(port) { Foundation.bind(descriptor, $0, $1) }
    }

    package func connect(to port: UInt16) throws {
        try call(port) { Foundation.connect(descriptor, $0, $1) }
    }

    private func call(
        _ port: UInt16, _ function: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Self.failure() }
    }

    private static func failure() -> Unexpected { Unexpected(String(cString: strerror(errno))) }

    /// A TCP port on 127.0.0.1 where connections are taken in.
    package static func listening() throws -> (socket: LoopbackSocket, port: UInt16) {
        let port = try Ports.freeTCP()
        let socket = try LoopbackSocket(.tcp)
        try socket.bind(to: port)
        guard listen(socket.descriptor, 128) == 0 else { throw Unexpected("listen failed") }
        return (socket, port)
    }
}
