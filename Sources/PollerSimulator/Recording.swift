import PollerModel

/// A walk of a real device in snmpsim's format: lines `OID|TAG|VALUE`, hexadecimal values where
/// the tag ends in `x` (https://docs.lextudio.com/snmpsim/documentation/data-file-formats).
package enum Recording {
    /// A line that is not a record.
    package struct Mistake: Error, Hashable, Sendable {
        package let line: Int
        package let words: String
    }

    /// - Parameter counterRate: counters grow by 1 … `counterRate` a second, another rate for
    ///   each OID; 0 keeps them as recorded.
    package static func tree(
        _ text: String, counterRate: UInt64 = 0
    ) throws(Mistake) -> ObjectTree {
        var objects: [(OID, ObjectValue)] = []
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let content = line.last == "\r" ? line.dropLast() : line
            if content.isEmpty || content.first == "#" { continue }
            let parts = content.split(
                separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let oid = OID(parts[0]) else {
                throw Mistake(line: number, words: "“\(content)” is not OID|TAG|VALUE")
            }
            // Records that vary by a module of snmpsim have no value of their own.
            if parts[1].contains(":") { continue }
            guard let value = value(tag: parts[1], text: parts[2]) else {
                throw Mistake(
                    line: number, words: "“\(parts[2])” is no value of the type \(parts[1])")
            }
            objects.append((oid, moving(value, oid: oid, rate: counterRate)))
        }
        return ObjectTree(objects)
    }

    private static func moving(_ value: SNMPValue, oid: OID, rate: UInt64) -> ObjectValue {
        if oid == WellKnownObject.sysUpTime { return .upTime }
        guard rate > 0 else { return .constant(value) }
        let perSecond =
            1 + oid.arcs.reduce(UInt64(0)) { ($0 &* 31 &+ UInt64($1)) & 0xffff_ffff } % rate
        switch value {
        case .counter32(let base): return .counter32(base: UInt64(base), perSecond: perSecond)
        case .counter64(let base): return .counter64(base: base, perSecond: perSecond)
        default: return .constant(value)
        }
    }

    private static func value(tag: Substring, text: Substring) -> SNMPValue? {
        let isHex = tag.last == "x"
        guard let number = UInt8(isHex ? tag.dropLast() : tag) else { return nil }
        let bytes = isHex ? hexadecimal(text) : Array(text.utf8)
        switch number {
        case 2: return Int64(text.trimmed).map { .integer($0) }
        case 4: return bytes.map { .octets($0) }
        case 5: return .null
        case 6: return OID(text.trimmed).map { .oid($0) }
        case 64:
            return isHex
                ? bytes.map { .ipAddress($0) }
                : IPAddress(text.trimmed).map { .ipAddress($0.bytes) }
        case 65: return UInt64(text.trimmed).map { .counter32(UInt32(truncatingIfNeeded: $0)) }
        case 66: return UInt64(text.trimmed).map { .gauge32(UInt32(truncatingIfNeeded: $0)) }
        case 67: return UInt64(text.trimmed).map { .timeTicks(UInt32(truncatingIfNeeded: $0)) }
        case 68: return bytes.map { .opaque($0) }
        case 70: return UInt64(text.trimmed).map { .counter64($0) }
        default: return nil
        }
    }

    private static func hexadecimal(_ text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).reduce(into: [UInt8]?([])) { bytes, start in
            let pair = String(decoding: digits[start...start + 1], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16) else { return bytes = nil }
            bytes?.append(byte)
        }
    }
}
