import Glibc
import PollerModel

/// An address and a port in the kernel's form.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length: socklen_t

    init(_ address: IPAddress, port: UInt16 = 0) {
        if address.isV4 {
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            rebound(to: sockaddr_in.self) { name in
                name.sin_family = sa_family_t(AF_INET)
                name.sin_port = port.bigEndian
                withUnsafeMutableBytes(of: &name.sin_addr) { $0.copyBytes(from: address.bytes) }
            }
        } else {
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            rebound(to: sockaddr_in6.self) { name in
                name.sin6_family = sa_family_t(AF_INET6)
                name.sin6_port = port.bigEndian
                withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: address.bytes) }
            }
        }
    }

    /// Room for whatever the kernel fills in.
    init() { length = socklen_t(MemoryLayout<sockaddr_storage>.size) }

    /// For calls that read an address.
    func withPointer<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// For calls that write an address and its length.
    mutating func withMutablePointer<Value>(
        _ body: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Value
    ) -> Value {
        withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
    }

    /// nil for families other than IPv4 and IPv6.
    var address: IPAddress? {
        var copy = self
        switch Int32(storage.ss_family) {
        case AF_INET:
            return copy.rebound(to: sockaddr_in.self) { name in
                IPAddress(bytes: withUnsafeBytes(of: name.sin_addr) { Array($0) })
            }
        case AF_INET6:
            return copy.rebound(to: sockaddr_in6.self) { name in
                IPAddress(bytes: withUnsafeBytes(of: name.sin6_addr) { Array($0) })
            }
        default: return nil
        }
    }

    /// In names of IPv4 and IPv6, where it stands at the same place.
    var port: UInt16 {
        var copy = self
        return copy.rebound(to: sockaddr_in.self) { UInt16(bigEndian: $0.sin_port) }
    }

    private mutating func rebound<Name, Value>(
        to type: Name.Type, _ body: (inout Name) -> Value
    ) -> Value {
        withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: type, capacity: 1) { body(&$0.pointee) }
        }
    }
}
