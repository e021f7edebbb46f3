/// The subset of the Basic Encoding Rules that SNMP uses (X.690; RFC 3417 §8): definite
/// lengths, tags of one byte.
///
/// Written apart from net-snmp on purpose: a codec tested only against itself proves nothing.
enum BER {
    /// What is wrong with an encoding.
    struct Malformed: Error, Hashable {
        let words: String
    }

    static func length(_ count: Int) -> [UInt8] {
        guard count > 127 else { return [UInt8(count)] }
        var bytes: [UInt8] = []
        var rest = count
        while rest > 0 {
            bytes.insert(UInt8(rest & 0xff), at: 0)
            rest >>= 8
        }
        return [0x80 | UInt8(bytes.count)] + bytes
    }

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        [tag] + length(content.count) + content
    }

    /// Two's complement in as few bytes as possible.
    static func integer(_ value: Int64, tag: UInt8 = 0x02) -> [UInt8] {
        var bytes = withUnsafeBytes(of: value.bigEndian) { Array($0) }
        while bytes.count > 1, bytes[0] == (bytes[1] & 0x80 == 0 ? 0x00 : 0xff) {
            bytes.removeFirst()
        }
        return element(tag, bytes)
    }

    /// An unsigned number: like `integer`, with a zero in front where the top bit is set.
    static func unsigned(_ value: UInt64, tag: UInt8) -> [UInt8] {
        var bytes = [0] + withUnsafeBytes(of: value.bigEndian) { Array($0) }
        while bytes.count > 1, bytes[0] == 0, bytes[1] & 0x80 == 0 { bytes.removeFirst() }
        return element(tag, bytes)
    }

    static func arcs(_ arcs: [UInt32]) -> [UInt8] {
        guard arcs.count >= 2 else { return arcs.first.map { [UInt8(min($0, 2) * 40)] } ?? [] }
        var bytes: [UInt8] = []
        let first = UInt64(arcs[0]) * 40 + UInt64(arcs[1])
        for arc in [first] + arcs.dropFirst(2).map(UInt64.init) {
            var groups = [UInt8(arc & 0x7f)]
            var rest = arc >> 7
            while rest > 0 {
                groups.insert(UInt8(rest & 0x7f) | 0x80, at: 0)
                rest >>= 7
            }
            bytes += groups
        }
        return bytes
    }

    /// A cursor over an encoding.
    struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: some Sequence<UInt8>) { rest = ArraySlice(Array(bytes)) }

        var isAtEnd: Bool { rest.isEmpty }

        /// The next element's tag and content.
        mutating func element() throws(Malformed) -> (tag: UInt8, content: ArraySlice<UInt8>) {
            guard let tag = rest.popFirst(), let first = rest.popFirst() else {
                throw Malformed(words: "ends where an element should begin")
            }
            var count = Int(first)
            if first & 0x80 != 0 {
                let width = Int(first & 0x7f)
                guard (1...4).contains(width), rest.count >= width else {
                    throw Malformed(words: "has a length of \(width) bytes")
                }
                count = rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(width)
            }
            guard rest.count >= count else {
                throw Malformed(words: "ends within an element of \(count) bytes")
            }
            defer { rest = rest.dropFirst(count) }
            return (tag, rest.prefix(count))
        }

        mutating func content(of expected: UInt8) throws(Malformed) -> ArraySlice<UInt8> {
            let (tag, content) = try element()
            guard tag == expected else {
                throw Malformed(words: "has tag \(tag) where \(expected) should be")
            }
            return content
        }

        mutating func integer() throws(Malformed) -> Int64 {
            try BER.integer(content(of: 0x02))
        }
    }

    static func integer(_ content: ArraySlice<UInt8>) throws(Malformed) -> Int64 {
        guard (1...8).contains(content.count), let first = content.first else {
            throw Malformed(words: "has an integer of \(content.count) bytes")
        }
        return content.reduce(first & 0x80 == 0 ? 0 : -1) { $0 << 8 | Int64($1) }
    }

    static func oid(_ content: ArraySlice<UInt8>) throws(Malformed) -> [UInt32] {
        var values: [UInt64] = []
        var value: UInt64 = 0
        for byte in content {
            value = value << 7 | UInt64(byte & 0x7f)
            // The first two arcs are one number, X × 40 + Y, with 2 as the largest X (X.690
            // §8.19.4).
            let largest = UInt64(UInt32.max) + (values.isEmpty ? 80 : 0)
            guard value <= largest else { throw Malformed(words: "has an arc above 2³²−1") }
            if byte & 0x80 == 0 {
                values.append(value)
                value = 0
            }
        }
        guard let first = values.first, content.last.map({ $0 & 0x80 == 0 }) == true,
            values.count < 128
        else { throw Malformed(words: "has an OID without an end") }
        let root = min(first / 40, 2)
        return [UInt32(root), UInt32(first - root * 40)] + values.dropFirst().map { UInt32($0) }
    }
}
