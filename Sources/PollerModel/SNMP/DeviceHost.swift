/// Where an agent lives, as its owner writes it: an address or a DNS name.
///
/// Only these two forms exist, so no text of a user reaches a library that gives special
/// meaning to prefixes such as `unix:` or `tlstcp:`.
package enum DeviceHost: Hashable, Sendable, CustomStringConvertible {
    case address(IPAddress)
    case name(String)

    /// Where the daemon asks itself; no name server knows such a name (RFC 2606 §2).
    package static let daemon = DeviceHost.name("pollerd.invalid")

    /// Longest DNS name (RFC 1035 §2.3.4).
    package static let longestName = 253

    /// nil for anything that is neither an address nor a host name (RFC 1123 §2.1 letters,
    /// digits and hyphens; underscores are tolerated because sites use them).
    package init?(_ text: String) {
        if let address = IPAddress(text) {
            self = .address(address)
            return
        }
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let allowed = { (c: Character) in
            c.isASCII && (c.isLetter || c.isNumber || c == "-" || c == "_")
        }
        guard (1...Self.longestName).contains(name.utf8.count),
            labels.allSatisfy({
                (1...63).contains($0.count) && $0.allSatisfy(allowed) && $0.first != "-"
                    && $0.last != "-"
            }),
            // A name of digits only is a mistyped address: resolvers would read it as one.
            labels.last.map({ !$0.allSatisfy(\.isNumber) }) == true
        else { return nil }
        self = .name(name.lowercased())
    }

    package var description: String {
        switch self {
        case .address(let address): address.description
        case .name(let name): name
        }
    }
}

extension DeviceHost: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let host = DeviceHost(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is neither an address nor a host name")
        }
        self = host
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
