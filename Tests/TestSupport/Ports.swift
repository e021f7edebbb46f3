import Foundation

/// Ports that nobody has just now.
package enum Ports {
    package static func freeUDP() throws -> UInt16 { try free(Int32(SOCK_DGRAM.rawValue)) }
    package static func freeTCP() throws -> UInt16 { try free(Int32(SOCK_STREAM.rawValue)) }

    private static func free(_ type: Int32) throws -> UInt16 {
        let descriptor = socket(AF_INET, type, 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(descriptor, name, length) == 0 ? getsockname(descriptor, name, &length) : -1
            }
        }
        guard result == 0 else { throw Unexpected("no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
