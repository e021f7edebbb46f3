/// What an agent answers for one object: a value of SMIv2's types (RFC 2578 §7, with the
/// Opaque-wrapped floats that net-snmp agents send), or the exception in its place
/// (RFC 3416 §3).
package enum SNMPValue: Hashable, Sendable {
    case integer(Int64)
    case octets([UInt8])
    case oid(OID)
    /// Four bytes; other lengths are kept as they came.
    case ipAddress([UInt8])
    case counter32(UInt32)
    case gauge32(UInt32)
    /// Hundredths of a second.
    case timeTicks(UInt32)
    case counter64(UInt64)
    case float(Double)
    case opaque([UInt8])
    case null
    case noSuchObject
    case noSuchInstance
    case endOfMibView

    /// Whether this is a value at all, and not an exception or a NULL in its place.
    package var isPresent: Bool {
        switch self {
        case .null, .noSuchObject, .noSuchInstance, .endOfMibView: false
        default: true
        }
    }

    /// The type's name as the standards write it.
    package var typeName: String {
        switch self {
        case .integer: "INTEGER"
        case .octets: "OCTET STRING"
        case .oid: "OBJECT IDENTIFIER"
        case .ipAddress: "IpAddress"
        case .counter32: "Counter32"
        case .gauge32: "Gauge32"
        case .timeTicks: "TimeTicks"
        case .counter64: "Counter64"
        case .float: "Opaque Float"
        case .opaque: "Opaque"
        case .null: "NULL"
        case .noSuchObject: "noSuchObject"
        case .noSuchInstance: "noSuchInstance"
        case .endOfMibView: "endOfMibView"
        }
    }

    /// The value as a whole number where its type is one; nil otherwise.
    package var wholeNumber: Int64? {
        switch self {
        case .integer(let value): value
        case .counter32(let value), .gauge32(let value), .timeTicks(let value): Int64(value)
        case .counter64(let value): Int64(exactly: value)
        default: nil
        }
    }
}

/// An object and its value, as a message carries them.
package struct VarBind: Hashable, Sendable {
    package let oid: OID
    package let value: SNMPValue

    package init(_ oid: OID, _ value: SNMPValue) {
        self.oid = oid
        self.value = value
    }

    /// How long it is in a message, roughly: arcs up to 127 take one octet, numbers four.
    package var encodedByteCount: Int {
        let ofValue =
            switch value {
            case .octets(let bytes), .opaque(let bytes), .ipAddress(let bytes): bytes.count
            case .oid(let oid): oid.arcs.count
            case .counter64: 8
            default: 4
            }
        return oid.arcs.reduce(0) { $0 + ($1 < 128 ? 1 : $1 < 16_384 ? 2 : 5) } + ofValue
    }

    /// What it holds of memory, roughly.
    package var byteCount: Int {
        let ofValue =
            switch value {
            case .octets(let bytes): bytes.count
            case .oid(let oid): oid.arcs.count * MemoryLayout<UInt32>.size
            default: MemoryLayout<UInt64>.size
            }
        return oid.arcs.count * MemoryLayout<UInt32>.size + ofValue
    }
}
