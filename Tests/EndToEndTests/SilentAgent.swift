import Foundation
import TestSupport

/// A UDP port where requests arrive and nothing comes back.
final class SilentAgent: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        port = try Ports.freeUDP()
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Unexpected(String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    /// Whether a request has arrived.
    var hasRequest: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK)) > 0
    }
}
