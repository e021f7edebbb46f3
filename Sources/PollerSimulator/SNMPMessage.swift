import PollerModel

/// A message of SNMPv1 or SNMPv2c (RFC 1157 §4, RFC 3416 §3).
struct SNMPMessage: Hashable {
    enum PDU: UInt8, Hashable {
        case get = 0xa0
        case getNext = 0xa1
        case response = 0xa2
        case set = 0xa3
        case getBulk = 0xa5
    }

    var version: SNMPVersion
    var community: [UInt8]
    var pdu: PDU
    var requestID: Int32
    /// Of a GETBULK: the number of non-repeaters.
    var errorStatus: Int
    /// Of a GETBULK: max-repetitions.
    var errorIndex: Int
    var varbinds: [VarBind]

    init(
        version: SNMPVersion, community: [UInt8], pdu: PDU, requestID: Int32,
        errorStatus: Int = 0, errorIndex: Int = 0, varbinds: [VarBind]
    ) {
        self.version = version
        self.community = community
        self.pdu = pdu
        self.requestID = requestID
        self.errorStatus = errorStatus
        self.errorIndex = errorIndex
        self.varbinds = varbinds
    }

    init(decoding bytes: some Sequence<UInt8>) throws(BER.Malformed) {
        var outer = BER.Reader(bytes)
        var message = BER.Reader(try outer.content(of: 0x30))
        switch try message.integer() {
        case 0: version = .v1
        case 1: version = .v2c
        case let other: throw BER.Malformed(words: "is of version number \(other)")
        }
        community = Array(try message.content(of: 0x04))
        let (tag, content) = try message.element()
        guard let pdu = PDU(rawValue: tag) else {
            throw BER.Malformed(words: "holds a PDU of tag \(tag)")
        }
        self.pdu = pdu
        var fields = BER.Reader(content)
        requestID = Int32(truncatingIfNeeded: try fields.integer())
        errorStatus = Int(try fields.integer())
        errorIndex = Int(try fields.integer())
        var list = BER.Reader(try fields.content(of: 0x30))
        varbinds = []
        while !list.isAtEnd {
            var pair = BER.Reader(try list.content(of: 0x30))
            let oid = OID(try BER.oid(pair.content(of: 0x06)))
            varbinds.append(VarBind(oid, try Self.value(pair.element())))
        }
    }

    private static func value(
        _ element: (tag: UInt8, content: ArraySlice<UInt8>)
    ) throws(BER.Malformed) -> SNMPValue {
        let content = element.content
        let number = { () throws(BER.Malformed) -> Int64 in try BER.integer(content) }
        switch element.tag {
        case 0x02: return .integer(try number())
        case 0x04: return .octets(Array(content))
        case 0x05: return .null
        case 0x06: return .oid(OID(try BER.oid(content)))
        case 0x40: return .ipAddress(Array(content))
        case 0x41: return .counter32(UInt32(truncatingIfNeeded: try number()))
        case 0x42: return .gauge32(UInt32(truncatingIfNeeded: try number()))
        case 0x43: return .timeTicks(UInt32(truncatingIfNeeded: try number()))
        case 0x44: return .opaque(Array(content))
        case 0x46:
            guard (1...9).contains(content.count) else {
                throw BER.Malformed(words: "has a Counter64 of \(content.count) bytes")
            }
            return .counter64(content.reduce(0) { $0 << 8 | UInt64($1) })
        case 0x80: return .noSuchObject
        case 0x81: return .noSuchInstance
        case 0x82: return .endOfMibView
        case let tag: throw BER.Malformed(words: "has a value of tag \(tag)")
        }
    }

    var encoded: [UInt8] {
        let list = varbinds.flatMap { varbind in
            BER.element(
                0x30,
                BER.element(0x06, BER.arcs(varbind.oid.arcs)) + Self.encoded(varbind.value))
        }
        let body =
            BER.integer(Int64(requestID)) + BER.integer(Int64(errorStatus))
            + BER.integer(Int64(errorIndex)) + BER.element(0x30, list)
        return BER.element(
            0x30,
            BER.integer(version == .v1 ? 0 : 1) + BER.element(0x04, community)
                + BER.element(pdu.rawValue, body))
    }

    private static func encoded(_ value: SNMPValue) -> [UInt8] {
        switch value {
        case .integer(let value): return BER.integer(value)
        case .octets(let bytes): return BER.element(0x04, bytes)
        case .oid(let oid): return BER.element(0x06, BER.arcs(oid.arcs))
        case .ipAddress(let bytes): return BER.element(0x40, bytes)
        case .counter32(let value): return BER.unsigned(UInt64(value), tag: 0x41)
        case .gauge32(let value): return BER.unsigned(UInt64(value), tag: 0x42)
        case .timeTicks(let value): return BER.unsigned(UInt64(value), tag: 0x43)
        case .counter64(let value): return BER.unsigned(value, tag: 0x46)
        case .opaque(let bytes): return BER.element(0x44, bytes)
        case .float(let value):
            // net-snmp's Opaque wrapping of an IEEE 754 single: tag 9f 78, length 4.
            let bits = Float(value).bitPattern.bigEndian
            return BER.element(0x44, [0x9f, 0x78, 0x04] + withUnsafeBytes(of: bits, Array.init))
        case .null: return [0x05, 0]
        case .noSuchObject: return [0x80, 0]
        case .noSuchInstance: return [0x81, 0]
        case .endOfMibView: return [0x82, 0]
        }
    }
}
