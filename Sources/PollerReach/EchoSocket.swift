import Glibc
import PollerModel

/// A socket for the echoes of one family; belongs to the thread.
final class EchoSocket {
    /// How the kernel lets us send echoes.
    enum Form: CaseIterable {
        /// Needs a group of net.ipv4.ping_group_range (icmp(7)); the kernel keeps foreign echoes
        /// out.
        case datagram
        /// Needs CAP_NET_RAW (raw(7), ICMP_FILTER).
        case raw

        var socketType: __socket_type { self == .datagram ? SOCK_DGRAM : SOCK_RAW }
    }

    enum Sent {
        case sent
        /// The kernel's buffer is full: later.
        case busy
        case failed(SystemError)
    }

    enum Received {
        case reply(EchoMessage, from: IPAddress)
        /// Something that is not for us.
        case foreign
        case nothing
    }

    /// Bytes of answers the kernel may hold; it cuts this to what it allows (net.core.rmem_max).
    static let wantedBuffer: Int32 = 1 << 20

    let descriptor: Int32
    let form: Form
    let isV6: Bool
    /// What our echoes are told from those of other programs by.
    let identifier: UInt16
    private var buffer = [UInt8](repeating: 0, count: 2_048)
    private var control = [UInt8](repeating: 0, count: 512)

    /// Opens the socket in the first form that the kernel allows.
    ///
    /// - Parameter create: socket(2) with a family, type and protocol, in tests something else.
    /// - Throws: `.notPermitted` when it allows neither, `.localFault` when it has none left,
    ///   otherwise `.unreachable`; the kernel's words.
    convenience init(
        isV6: Bool, create: (Int32, Int32, Int32) -> Int32 = { socket($0, $1, $2) }
    ) throws(PingFailure) {
        var refusal = SystemError(EACCES)
        for form in Form.allCases {
            let type = form.socketType.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
            let descriptor = create(
                isV6 ? AF_INET6 : AF_INET, Int32(type),
                Int32(isV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
            guard descriptor < 0 else {
                do {
                    try self.init(descriptor: descriptor, form: form, isV6: isV6)
                } catch {
                    throw error.pingFailure("no socket for echoes")
                }
                return
            }
            refusal = .last
            if refusal.code == EAFNOSUPPORT {
                throw .unreachable(detail: "this machine has no IPv\(isV6 ? 6 : 4)")
            }
            guard [EACCES, EPERM].contains(refusal.code) else {
                throw refusal.pingFailure("no socket for echoes")
            }
        }
        throw .notPermitted(detail: refusal.words)
    }

    /// Takes the descriptor over.
    private init(descriptor: Int32, form: Form, isV6: Bool) throws(SystemError) {
        do {
            try Self.setOptions(descriptor, form: form, isV6: isV6)
            identifier =
                form == .raw
                ? UInt16.random(in: 1...UInt16.max) : try Self.bindIdentifier(descriptor, isV6)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.form = form
        self.isV6 = isV6
    }

    deinit { close(descriptor) }

    private static func setOptions(
        _ descriptor: Int32, form: Form, isV6: Bool
    ) throws(SystemError) {
        func set(_ level: Int32, _ option: Int32, _ words: [UInt32]) throws(SystemError) {
            let size = socklen_t(words.count * MemoryLayout<UInt32>.size)
            guard setsockopt(descriptor, level, option, words, size) == 0 else { throw .last }
        }
        if isV6 {
            try set(Int32(IPPROTO_IPV6), IPV6_RECVERR, [1])
        } else {
            try set(Int32(IPPROTO_IP), IP_RECVERR, [1])
        }
        try set(SOL_SOCKET, SO_RCVBUF, [UInt32(wantedBuffer)])
        // Echoes to hosts whose hardware address is being asked for wait in this one.
        try set(SOL_SOCKET, SO_SNDBUF, [UInt32(wantedBuffer)])
        guard form == .raw else { return }
        // All but echo replies stay out: our own requests to loopback addresses, for example.
        let type = Int(EchoMessage.replyType(isV6: isV6))
        if isV6 {
            var blocked = [UInt32](repeating: .max, count: 8)
            blocked[type / 32] &= ~(1 << (type % 32))
            try set(Int32(IPPROTO_ICMPV6), KernelConstants.icmp6Filter, blocked)
        } else {
            try set(Int32(SOL_RAW), KernelConstants.icmpFilter, [~(1 << type)])
        }
    }

    /// The identifier of a datagram socket is its port.
    private static func bindIdentifier(
        _ descriptor: Int32, _ isV6: Bool
    ) throws(SystemError) -> UInt16 {
        let anyAddress = IPAddress(bytes: [UInt8](repeating: 0, count: isV6 ? 16 : 4))
        var name = SocketAddress(anyAddress)
        guard name.withPointer({ bind(descriptor, $0, $1) }) == 0,
            name.withMutablePointer({ getsockname(descriptor, $0, &$1) }) == 0
        else { throw .last }
        return name.port
    }

    /// Sends an echo request.
    func send(_ message: EchoMessage, to address: IPAddress) -> Sent {
        let bytes = message.request(isV6: isV6)
        let name = SocketAddress(address)
        var refusal = SystemError(0)
        // An ICMP error of an earlier echo surfaces at the next call, whomever that concerns
        // (ip(7), IP_RECVERR); the error of the second call is this one's.
        for _ in 0..<2 {
            let count = name.withPointer {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT), $0, $1)
            }
            if count >= 0 { return .sent }
            refusal = .last
            if refusal.code == EAGAIN { return .busy }
            // Lost on the way out, as any other echo may be further on.
            if [ENOBUFS, ENOMEM].contains(refusal.code) { return .sent }
        }
        return .failed(refusal)
    }

    /// Takes one datagram from the socket.
    func receive() -> Received {
        var name = SocketAddress()
        let count = buffer.withUnsafeMutableBytes { bytes in
            name.withMutablePointer {
                recvfrom(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT), $0, &$1)
            }
        }
        // An error of an earlier echo interrupts, too; the error queue says whose.
        guard count >= 0 else { return errno == EAGAIN ? .nothing : .foreign }
        var bytes = buffer[..<count]
        // Raw IPv4 sockets deliver the IP header as well; its length counts words.
        if form == .raw, !isV6 { bytes = bytes.dropFirst(Int(bytes.first ?? 0) % 16 * 4) }
        guard let reply = EchoMessage(reply: bytes, isV6: isV6), reply.identifier == identifier,
            let address = name.address
        else { return .foreign }
        return .reply(reply, from: address)
    }

    /// An echo that could not be delivered.
    struct Refusal {
        let quote: EchoQuote
        let address: IPAddress
        let error: SystemError
    }

    /// Takes one error from the error queue. `isEmpty` when there was none; no refusal when it
    /// was not about one of our echoes.
    func receiveError() -> (isEmpty: Bool, refusal: Refusal?) {
        var name = SocketAddress()
        var flags = msghdr()
        let count = buffer.withUnsafeMutableBytes { bytes in
            control.withUnsafeMutableBytes { control in
                name.withMutablePointer { pointer, length in
                    var vector = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                    return withUnsafeMutablePointer(to: &vector) { vector in
                        flags.msg_name = UnsafeMutableRawPointer(pointer)
                        flags.msg_namelen = length
                        flags.msg_iov = vector
                        flags.msg_iovlen = 1
                        flags.msg_control = control.baseAddress
                        flags.msg_controllen = control.count
                        return recvmsg(descriptor, &flags, Int32(MSG_ERRQUEUE | MSG_DONTWAIT))
                    }
                }
            }
        }
        guard count >= 0 else { return (true, nil) }
        let messages = ControlMessages(bytes: Array(control.prefix(Int(flags.msg_controllen))))
        guard let error = messages.networkError,
            let quote = EchoQuote(buffer[..<count], isV6: isV6), quote.identifier == identifier,
            let address = name.address
        else { return (false, nil) }
        return (false, Refusal(quote: quote, address: address, error: error))
    }
}
