import Glibc
package import PollerModel

/// Tries whether an address can be listened on.
package enum ListenProbe {
    /// sizeof(sockaddr_un.sun_path), man 7 unix.
    package static let longestSocketPath = 108

    /// The kernel's words, or nil when all is well.
    package static func failure(_ address: IPAddress, _ port: UInt16) -> String? {
        let descriptor = socket(
            address.isV4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue),
            0)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        var on: Int32 = 1
        // As the server does, so that a socket of a daemon that just ended is no hindrance.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        return bind(descriptor, address, port) == 0 ? nil : String(cString: strerror(errno))
    }

    private static func bind(_ descriptor: Int32, _ address: IPAddress, _ port: UInt16) -> Int32 {
        if address.isV4 {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &name.sin_addr) { $0.copyBytes(from: address.bytes) }
            return bind(descriptor, &name)
        }
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: address.bytes) }
        return bind(descriptor, &name)
    }

    private static func bind<Name>(_ descriptor: Int32, _ name: inout Name) -> Int32 {
        withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
    }
}
