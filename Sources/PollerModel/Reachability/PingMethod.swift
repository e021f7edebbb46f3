/// How a host is pinged. Its text form, for the database and commands, is `icmp`, `tcp:PORT` or
/// `tcp-closed:PORT` with a port of 1...65535.
package enum PingMethod: Hashable, Sendable, CustomStringConvertible {
    /// An ICMP or ICMPv6 echo (RFC 792, RFC 4443 §4) has to be answered.
    case icmp
    /// A connection has to be accepted.
    case tcp(port: UInt16)
    /// A connection has to be accepted or refused: for hosts where nothing listens.
    case tcpClosed(port: UInt16)

    /// nil for anything but the text form: other letter case, signs, spaces, leading zeros.
    package init?(_ text: String) {
        guard text != "icmp" else {
            self = .icmp
            return
        }
        let (kind, rest) = Substring(text).splitOnce(around: ":")
        guard let digits = rest, digits.first != "0",
            digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits)
        else { return nil }
        switch kind {
        case "tcp": self = .tcp(port: port)
        case "tcp-closed": self = .tcpClosed(port: port)
        default: return nil
        }
    }

    /// The text form.
    package var description: String {
        switch self {
        case .icmp: "icmp"
        case .tcp(let port): "tcp:\(port)"
        case .tcpClosed(let port): "tcp-closed:\(port)"
        }
    }
}

extension PingMethod: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let method = PingMethod(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\(text) is none of icmp, tcp:PORT and tcp-closed:PORT")
        }
        self = method
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
