import Foundation
import TestSupport

/// A UDP port where requests arrive and nothing comes back.
final class SilentAgent: Sendable {
    let port: UInt16
    private let socket: LoopbackSocket

    init() throws {
        port = try Ports.freeUDP()
        socket = try LoopbackSocket(.udp)
        try socket.bind(to: port)
    }

    /// Whether a request has arrived.
    var hasRequest: Bool {
        var byte: UInt8 = 0
        return recv(socket.descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK)) > 0
    }
}
