/// An object identifier: 1 to 128 arcs of 32 bits (RFC 2578 §3.5).
package struct OID: Hashable, Sendable {
    package static let largestArcCount = 128

    package let arcs: [UInt32]

    /// - Precondition: at most 128 arcs.
    package init(_ arcs: [UInt32]) {
        precondition(arcs.count <= Self.largestArcCount, "an OID has at most 128 arcs")
        self.arcs = arcs
    }

    /// Reads dotted decimal, with or without a leading dot; nil for anything else, for an arc
    /// above 2³²−1 and for more than 128 arcs.
    package init?(_ text: some StringProtocol) {
        var arcs: [UInt32] = []
        // Octet by octet: the catalogue has thousands of OIDs, and an inventory millions.
        var arc: UInt32?
        var isFirst = true
        for octet in text.utf8 {
            defer { isFirst = false }
            if octet == UInt8(ascii: ".") {
                if isFirst { continue }
                guard let whole = arc, arcs.count < Self.largestArcCount else { return nil }
                arcs.append(whole)
                arc = nil
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) else { return nil }
            let (tens, isLarge) = (arc ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = tens.addingReportingOverflow(UInt32(octet - UInt8(ascii: "0")))
            guard !isLarge, !isLarger else { return nil }
            arc = sum
        }
        guard let last = arc, arcs.count < Self.largestArcCount else { return nil }
        self.arcs = arcs + [last]
    }

    /// The instance of this column at `index`.
    ///
    /// - Precondition: at most 128 arcs in all.
    package func appending(_ index: [UInt32]) -> OID { OID(arcs + index) }

    package func hasPrefix(_ prefix: OID) -> Bool { arcs.starts(with: prefix.arcs) }

    /// The arcs behind `prefix`; nil when this OID does not lie below it.
    package func suffix(after prefix: OID) -> [UInt32]? {
        guard arcs.count > prefix.arcs.count, hasPrefix(prefix) else { return nil }
        return Array(arcs.dropFirst(prefix.arcs.count))
    }
}

extension OID: Comparable {
    package static func < (left: OID, right: OID) -> Bool {
        left.arcs.lexicographicallyPrecedes(right.arcs)
    }
}

extension OID: CustomStringConvertible {
    /// Dotted decimal without a leading dot.
    package var description: String { OID.dotted(arcs) }

    package static func dotted(_ arcs: [UInt32]) -> String {
        arcs.map(String.init).joined(separator: ".")
    }
}

extension OID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let oid = OID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is not a dotted OID")
        }
        self = oid
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Objects that the poller itself asks for, whatever the catalogue holds.
package enum WellKnownObject {
    /// sysDescr.0 (RFC 3418)
    package static let sysDescr = OID([1, 3, 6, 1, 2, 1, 1, 1, 0])
    /// sysObjectID.0 (RFC 3418)
    package static let sysObjectID = OID([1, 3, 6, 1, 2, 1, 1, 2, 0])
    /// sysUpTime.0 (RFC 3418): hundredths of a second since the agent started
    package static let sysUpTime = OID([1, 3, 6, 1, 2, 1, 1, 3, 0])
    /// sysContact.0 (RFC 3418)
    package static let sysContact = OID([1, 3, 6, 1, 2, 1, 1, 4, 0])
    /// sysName.0 (RFC 3418)
    package static let sysName = OID([1, 3, 6, 1, 2, 1, 1, 5, 0])
    /// sysLocation.0 (RFC 3418)
    package static let sysLocation = OID([1, 3, 6, 1, 2, 1, 1, 6, 0])
}
