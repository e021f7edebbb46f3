import Glibc
package import PollerModel

/// Where an rrdcached listens. Addresses only: a name would have to be resolved, and that can
/// hang where no deadline reaches.
package enum CachedAddress: Hashable, Sendable, CustomStringConvertible {
    /// An absolute path of at most `longestPath` bytes.
    case unix(path: String)
    case network(IPAddress, port: UInt16)

    /// rrdcached's own (RRDtool manual, rrdcached: -l).
    package static let defaultPort: UInt16 = 42_217
    /// sizeof(sockaddr_un.sun_path) with the NUL at its end, man 7 unix.
    package static let longestPath = 107

    package var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .network(let address, let port):
            address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)"
        }
    }

    var family: Int32 {
        switch self {
        case .unix: AF_UNIX
        case .network(let address, _): address.isV4 ? AF_INET : AF_INET6
        }
    }

    /// Lends the kernel's form of it. nil when a path is too long for that.
    func withName<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value? {
        switch self {
        case .unix(let path):
            guard path.utf8.count <= Self.longestPath else { return nil }
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
            return Self.lend(name, body)
        case .network(let address, let port) where address.isV4:
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &name.sin_addr) { $0.copyBytes(from: address.bytes) }
            return Self.lend(name, body)
        case .network(let address, let port):
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: address.bytes) }
            return Self.lend(name, body)
        }
    }

    private static func lend<Name, Value>(
        _ name: Name, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        withUnsafePointer(to: name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Name>.size))
            }
        }
    }
}
