import Foundation
import PollerModel
import Synchronization
import TestSupport

@testable import PollerSimulator

/// A datagram that a `RawAgent` sends back.
struct Datagram: Sendable {
    /// The agent's own port, another port of its address, or its port at another address.
    enum Origin: Sendable { case agent, otherPort, otherAddress }

    let bytes: [UInt8]
    let origin: Origin

    init(_ bytes: [UInt8], from origin: Origin = .agent) {
        self.bytes = bytes
        self.origin = origin
    }

    init(_ message: SNMPMessage, from origin: Origin = .agent) {
        self.init(message.encoded, from: origin)
    }
}

/// An agent that sends back whatever a test says, from a thread and a loopback port of its own.
final class RawAgent: Sendable {
    /// What to send back to a datagram, and those that came before it. Where it throws, the agent
    /// is silent.
    typealias Script = @Sendable (_ datagram: [UInt8], _ before: [[UInt8]]) throws -> [Datagram]

    private static let loopback: UInt32 = 0x7f00_0001

    let port: UInt16
    private let own: LoopbackSocket
    private let otherPort: LoopbackSocket
    private let otherAddress: LoopbackSocket
    private let heard = Mutex<[[UInt8]]>([])
    private let asked = Mutex<Set<String>>([])
    private let isStopped = Atomic(false)

    init(_ script: @escaping Script) throws {
        own = try LoopbackSocket(.udp)
        otherPort = try LoopbackSocket(.udp)
        otherAddress = try LoopbackSocket(.udp)
        port = try Self.claim(own, Self.loopback, port: 0)
        _ = try Self.claim(otherPort, Self.loopback, port: 0)
        _ = try Self.claim(otherAddress, Self.loopback + 1, port: port)
        // So that the thread sees the end.
        var patience = timeval(tv_sec: 0, tv_usec: 50_000)
        setsockopt(
            own.descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        Thread.detachNewThread { [self] in serve(script) }
    }

    /// Ends its thread, which holds on to it.
    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// All that was sent to it.
    var datagrams: [[UInt8]] { heard.withLock { $0 } }

    /// The addresses from which that was sent.
    var senders: Set<String> { asked.withLock { $0 } }

    /// The same, where all of it is of SNMPv1 or SNMPv2c.
    func messages() throws -> [SNMPMessage] {
        try datagrams.map { try SNMPMessage(decoding: $0) }
    }

    /// Binds a socket; port 0 lets the kernel choose. Returns the port.
    private static func claim(
        _ socket: LoopbackSocket, _ address: UInt32, port: UInt16
    ) throws -> UInt16 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = address.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(socket.descriptor, name, length) == 0
                    ? getsockname(socket.descriptor, name, &length) : -1
            }
        }
        guard result == 0 else { throw Unexpected("no free port") }
        return UInt16(bigEndian: name.sin_port)
    }

    private func serve(_ script: Script) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isStopped.load(ordering: .relaxed) {
            var sender = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &sender) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(own.descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0 else { continue }
            let datagram = Array(buffer.prefix(count))
            let before = datagrams
            heard.withLock { $0.append(datagram) }
            let number = UInt32(bigEndian: sender.sin_addr.s_addr)
            asked.withLock { _ = $0.insert(IPAddress(v4: number).description) }
            // What a script cannot read is left without an answer.
            for answer in (try? script(datagram, before)) ?? [] { send(answer, to: sender) }
        }
    }

    private func send(_ datagram: Datagram, to client: sockaddr_in) {
        let socket =
            switch datagram.origin {
            case .agent: own
            case .otherPort: otherPort
            case .otherAddress: otherAddress
            }
        var client = client
        _ = withUnsafePointer(to: &client) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(
                    socket.descriptor, datagram.bytes, datagram.bytes.count, 0, $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

extension SNMPMessage {
    /// The answer to this request, with a value for each of its objects.
    func answer(_ value: (OID) -> SNMPValue) -> SNMPMessage {
        answer(varbinds.map { VarBind($0.oid, value($0.oid)) })
    }

    /// The answer to this request with these objects, whatever was asked for.
    func answer(_ varbinds: [VarBind]) -> SNMPMessage {
        SNMPMessage(
            version: version, community: community, pdu: .response, requestID: requestID,
            varbinds: varbinds)
    }

    /// The refusal of this request as a whole.
    func refusal(
        _ status: SNMPFailure.ErrorStatus, at index: Int, repeatsObjects: Bool = true
    ) -> SNMPMessage {
        var refusal = answer(repeatsObjects ? varbinds : [])
        refusal.errorStatus = status.rawValue
        refusal.errorIndex = index
        return refusal
    }
}

/// A message of SNMPv3 without protection (RFC 3412 §6, RFC 3414 §2.4), as an agent without keys
/// reads and writes it.
struct PlainMessage {
    var messageID: Int64
    var securityModel: Int64 = 3
    var engineID: [UInt8]
    var user: [UInt8]
    var contextEngineID: [UInt8]
    /// Its PDU, in a message of SNMPv2c.
    var inner: SNMPMessage

    private static func sequence(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
        BER.element(tag, Array(parts.joined()))
    }

    var encoded: [UInt8] {
        get throws {
            var message = BER.Reader(inner.encoded)
            var fields = BER.Reader(try message.content(of: 0x30))
            _ = try fields.integer()
            _ = try fields.content(of: 0x04)
            let (tag, content) = try fields.element()
            let head = Self.sequence(
                0x30, BER.integer(messageID), BER.integer(65_507), BER.element(0x04, [0]),
                BER.integer(securityModel))
            let security = Self.sequence(
                0x30, BER.element(0x04, engineID), BER.integer(3), BER.integer(1_000),
                BER.element(0x04, user), BER.element(0x04, []), BER.element(0x04, []))
            let scoped = Self.sequence(
                0x30, BER.element(0x04, contextEngineID), BER.element(0x04, []),
                BER.element(tag, Array(content)))
            return Self.sequence(
                0x30, BER.integer(3), head, BER.element(0x04, security), scoped)
        }
    }
}

extension PlainMessage {
    init(decoding bytes: [UInt8]) throws {
        var outer = BER.Reader(bytes)
        var message = BER.Reader(try outer.content(of: 0x30))
        _ = try message.integer()
        var head = BER.Reader(try message.content(of: 0x30))
        messageID = try head.integer()
        var parameters = BER.Reader(try message.content(of: 0x04))
        var security = BER.Reader(try parameters.content(of: 0x30))
        engineID = Array(try security.content(of: 0x04))
        _ = try security.integer()
        _ = try security.integer()
        user = Array(try security.content(of: 0x04))
        var scoped = BER.Reader(try message.content(of: 0x30))
        contextEngineID = Array(try scoped.content(of: 0x04))
        _ = try scoped.content(of: 0x04)
        let (tag, content) = try scoped.element()
        inner = try SNMPMessage(
            decoding: Self.sequence(
                0x30, BER.integer(1), BER.element(0x04, []), BER.element(tag, Array(content))))
    }
}
