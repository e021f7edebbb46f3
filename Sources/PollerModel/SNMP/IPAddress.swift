/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The first eight bytes of IPv6, as a number; 0 for IPv4.
    package let high: UInt64
    /// The last eight bytes of IPv6, or the four of IPv4, as a number.
    package let low: UInt64
    package let isV4: Bool

    /// From its bytes in network order.
    ///
    /// - Precondition: 4 or 16 bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 4 || bytes.count == 16, "an address has 4 or 16 bytes")
        let number = { (part: ArraySlice<UInt8>) in part.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        isV4 = bytes.count == 4
        high = number(bytes.dropLast(8))
        low = number(bytes.suffix(8))
    }

    /// From its bytes as a number.
    package init(v4 number: UInt32) {
        isV4 = true
        high = 0
        low = UInt64(number)
    }

    /// From its halves as numbers.
    package init(v6High high: UInt64, low: UInt64) {
        isV4 = false
        self.high = high
        self.low = low
    }

    /// 4 or 16 bytes in network order.
    package var bytes: [UInt8] {
        let part = { (number: UInt64, count: Int) in
            (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - $0))) }
        }
        return isV4 ? part(low, 4) : part(high, 8) + part(low, 8)
    }

    /// Reads a dotted quad (RFC 6943 §3.1.1, four decimal parts without leading zeros) or an
    /// IPv6 address (RFC 4291 §2.2, without a zone). nil for anything else.
    package init?(_ text: some StringProtocol) {
        let text = Substring(text)
        guard let bytes = text.contains(":") ? Self.parseV6(text) : Self.parseV4(text)
        else { return nil }
        self.init(bytes: bytes)
    }

    package var isLoopback: Bool { isV4 ? low >> 24 == 127 : high == 0 && low == 1 }

    /// Dotted quad, or the canonical text of RFC 5952 (longest run of zeros shortened).
    package var description: String {
        let bytes = bytes
        if isV4 { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map {
            UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }
        var best = 0..<0
        var start = 0
        while start < 8 {
            guard groups[start] == 0 else {
                start += 1
                continue
            }
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(best.count, 1) { best = start..<end }
            start = end
        }
        let text = { (range: Range<Int>) in
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty
            ? text(0..<8) : text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
    }

    private static func parseV4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != "0",
                part.allSatisfy({ $0.isASCII && $0.isNumber }), let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func parseV6(_ text: Substring) -> [UInt8]? {
        let halves = text.splitOnce(around: "::")
        let tailGroups: [UInt8]? = if let tail = halves.1 { groups(tail) } else { [] }
        guard let head = groups(halves.0), let tail = tailGroups else { return nil }
        let missing = 16 - head.count - tail.count
        guard halves.1 == nil ? missing == 0 : missing >= 2 else { return nil }
        return head + [UInt8](repeating: 0, count: missing) + tail
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (position, part) in parts.enumerated() {
            if position == parts.count - 1, part.contains(".") {
                guard let quad = parseV4(part) else { return nil }
                bytes += quad
            } else {
                guard (1...4).contains(part.count), part.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xff)]
            }
        }
        return bytes.count <= 16 ? bytes : nil
    }
}

extension Substring {
    /// The parts before and after the first `separator`; the second is nil without one.
    func splitOnce(around separator: String) -> (Substring, Substring?) {
        guard let range = firstRange(of: separator) else { return (self, nil) }
        return (self[..<range.lowerBound], self[range.upperBound...])
    }
}
