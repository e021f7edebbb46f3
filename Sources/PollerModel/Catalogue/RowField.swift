/// One thing that is known of a row.
package struct RowField: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case text, integer, mac, ip, oid
    }

    /// Where it comes from.
    package enum Origin: Hashable, Sendable {
        /// A column; the instance is the row's index, or what the field `at` of the row holds.
        case column(OID, at: String?)
        /// Arcs of the row's index by position; nil: to the end.
        case index(from: Int, through: Int?)
    }

    /// A text that fits `from` becomes `to`, in which `{1}` is what the first star stood for.
    package struct Rewrite: Hashable, Sendable {
        package let from: Glob
        package let to: String

        package init(from: Glob, to: String) {
            self.from = from
            self.to = to
        }

        func applied(to text: String) -> String? {
            from.captures(of: text).map { captures in
                captures.enumerated().reduce(to) {
                    $0.replacing("{\($1.offset + 1)}", with: $1.element)
                }
            }
        }
    }

    package let name: String
    package let origin: Origin
    package let kind: Kind
    /// Of an OID only the last arc counts.
    package var takesLastArc = false
    /// Values, as text, and what they are replaced with.
    package var map: [String: String] = [:]
    /// The first that fits is applied.
    package var rewrites: [Rewrite] = []
    /// False: it is read for the rules only.
    package var isKept = true

    package init(name: String, origin: Origin, kind: Kind) {
        self.name = name
        self.origin = origin
        self.kind = kind
    }
}

extension RowField {
    /// Reads what the agent answered; nil for exceptions and foreign types.
    package func value(from value: SNMPValue) -> FieldValue? {
        let read: FieldValue? =
            switch (kind, value) {
            case (.integer, _): value.wholeNumber.map { .integer($0) }
            case (.text, .octets(let bytes)): .text(DeviceText(bytes: bytes))
            case (.mac, .octets(let bytes)):
                .text(DeviceText(Hexadecimal.text(bytes, separator: ":")))
            case (.ip, .octets(let bytes)), (.ip, .ipAddress(let bytes)):
                Self.address(bytes).map { .text(DeviceText($0)) }
            case (.oid, .oid(let oid)):
                takesLastArc
                    ? oid.arcs.last.map { .integer(Int64($0)) }
                    : .text(DeviceText(oid.description))
            default: nil
            }
        return read.map(finished)
    }

    /// Reads it from a row's index; nil when that is too short or does not fit the kind.
    package func value(fromIndex index: [UInt32]) -> FieldValue? {
        guard case .index(let from, let through) = origin, from >= 1, from <= index.count,
            through ?? index.count <= index.count, through ?? index.count >= from
        else { return nil }
        let arcs = Array(index[(from - 1)..<(through ?? index.count)])
        let read: FieldValue? =
            switch kind {
            case .integer: arcs.count == 1 ? .integer(Int64(arcs[0])) : nil
            case .oid: .text(DeviceText(OID.dotted(arcs)))
            case .text: Self.octets(Self.withoutLength(arcs)).map { .text(DeviceText(bytes: $0)) }
            case .mac:
                Self.octets(arcs.count == 7 ? Self.withoutLength(arcs) : arcs).map {
                    .text(DeviceText(Hexadecimal.text($0, separator: ":")))
                }
            case .ip:
                Self.octets(Self.addressArcs(arcs)).flatMap(Self.address)
                    .map { .text(DeviceText($0)) }
            }
        return read.map(finished)
    }

    private func finished(_ value: FieldValue) -> FieldValue {
        if let mapped = map[value.text] {
            return Int64(mapped).map { .integer($0) } ?? .text(DeviceText(mapped))
        }
        return rewritten(value)
    }

    /// The value as the first rewriting that fits it makes it.
    func rewritten(_ value: FieldValue) -> FieldValue {
        guard case .text(let text) = value,
            let rewritten = rewrites.lazy.compactMap({ $0.applied(to: text.text) }).first
        else { return value }
        return .text(DeviceText(rewritten))
    }

    private static func octets(_ arcs: [UInt32]) -> [UInt8]? {
        let bytes = arcs.compactMap { UInt8(exactly: $0) }
        return bytes.count == arcs.count ? bytes : nil
    }

    /// A string in an index has its length in front of it, unless it is the only or last part
    /// and IMPLIED (RFC 2578 §7.7).
    private static func withoutLength(_ arcs: [UInt32]) -> [UInt32] {
        arcs.count > 1 && Int(arcs[0]) == arcs.count - 1 ? Array(arcs.dropFirst()) : arcs
    }

    /// An InetAddress with or without its length, or its type and length, in front (RFC 4001).
    private static func addressArcs(_ arcs: [UInt32]) -> [UInt32] {
        switch arcs.count {
        case 5, 17: Array(arcs.dropFirst())
        case 6, 18: Array(arcs.dropFirst(2))
        default: arcs
        }
    }

    private static func address(_ bytes: [UInt8]) -> String? {
        bytes.count == 4 || bytes.count == 16 ? IPAddress(bytes: bytes).description : nil
    }
}
