import PollerModel

/// An ICMP or ICMPv6 echo (RFC 792, "Echo or Echo Reply Message"; RFC 4443 §4): a header of
/// eight bytes, and 18 of ours that nobody off the path can guess.
struct EchoMessage: Hashable {
    /// What a reply must bring back to count.
    struct Token: Hashable {
        /// Of the ping.
        let id: UInt64
        let secret: UInt64

        static func random(using generator: inout some RandomNumberGenerator) -> Token {
            Token(id: generator.next(), secret: generator.next())
        }
    }

    static let headerLength = 8
    static let length = headerLength + 16 + 2

    /// Of the socket; the kernel writes it itself on datagram sockets.
    let identifier: UInt16
    let sequence: UInt16
    let token: Token
    /// Which attempt this is, from 0.
    let attempt: UInt16

    static func requestType(isV6: Bool) -> UInt8 { isV6 ? 128 : 8 }
    static func replyType(isV6: Bool) -> UInt8 { isV6 ? 129 : 0 }

    /// The echo request. The checksum is right for ICMP; the kernel forms that of ICMPv6, which
    /// covers the addresses as well (RFC 4443 §2.3).
    func request(isV6: Bool) -> [UInt8] {
        var bytes: [UInt8] = [Self.requestType(isV6: isV6), 0, 0, 0]
        append(identifier, to: &bytes)
        append(sequence, to: &bytes)
        append(token.id, to: &bytes)
        append(token.secret, to: &bytes)
        append(attempt, to: &bytes)
        let checksum = isV6 ? 0 : Self.checksum(bytes)
        bytes[2] = UInt8(checksum >> 8)
        bytes[3] = UInt8(checksum & 0xff)
        return bytes
    }

    /// Reads an echo reply; nil for any other message.
    init?(reply bytes: some Collection<UInt8>, isV6: Bool) {
        let bytes = Array(bytes)
        guard bytes.count == Self.length, bytes[0] == Self.replyType(isV6: isV6), bytes[1] == 0
        else { return nil }
        identifier = Self.read(bytes[4..<6])
        sequence = Self.read(bytes[6..<8])
        token = Token(id: Self.read(bytes[8..<16]), secret: Self.read(bytes[16..<24]))
        attempt = Self.read(bytes[24..<26])
    }

    init(identifier: UInt16, sequence: UInt16, token: Token, attempt: UInt16) {
        self.identifier = identifier
        self.sequence = sequence
        self.token = token
        self.attempt = attempt
    }

    /// The ones' complement sum of RFC 1071. Of an even number of bytes, as all messages here are.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        }
        while sum > 0xffff { sum = (sum >> 16) + (sum & 0xffff) }
        return ~UInt16(sum)
    }

    private func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }

    fileprivate static func read<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Number {
        bytes.reduce(0) { $0 << 8 | Number($1) }
    }
}

/// What an ICMP error quotes of our echo. Routers may quote no more than the header
/// (RFC 792: 64 bits), so there may be no token to compare.
struct EchoQuote: Hashable {
    let identifier: UInt16
    let sequence: UInt16
    /// nil when the quote ends before.
    let token: EchoMessage.Token?

    /// nil when what is quoted is no echo request.
    init?(_ bytes: some Collection<UInt8>, isV6: Bool) {
        let bytes = Array(bytes)
        guard bytes.count >= EchoMessage.headerLength,
            bytes[0] == EchoMessage.requestType(isV6: isV6), bytes[1] == 0
        else { return nil }
        identifier = EchoMessage.read(bytes[4..<6])
        sequence = EchoMessage.read(bytes[6..<8])
        token =
            bytes.count >= 24
            ? EchoMessage.Token(
                id: EchoMessage.read(bytes[8..<16]), secret: EchoMessage.read(bytes[16..<24]))
            : nil
    }
}
