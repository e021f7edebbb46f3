package import PollerModel

/// How an object's value comes about, as a function of the seconds since the agent started.
package enum ObjectValue: Hashable, Sendable {
    case constant(SNMPValue)
    /// Grows steadily from `base`; wraps at 2³².
    case counter32(base: UInt64, perSecond: UInt64)
    /// Grows steadily from `base`; wraps at 2⁶⁴.
    case counter64(base: UInt64, perSecond: UInt64)
    /// Hundredths of a second since the agent started.
    case upTime

    func value(at seconds: Double) -> SNMPValue {
        switch self {
        case .constant(let value): value
        case .counter32(let base, let rate):
            .counter32(UInt32(truncatingIfNeeded: base &+ UInt64(seconds * Double(rate))))
        case .counter64(let base, let rate):
            .counter64(base &+ UInt64(seconds * Double(rate)))
        case .upTime: .timeTicks(UInt32(truncatingIfNeeded: Int64(seconds * 100)))
        }
    }
}

/// The objects of an agent in their order.
package struct ObjectTree: Sendable {
    private let oids: [OID]
    private let values: [ObjectValue]

    /// Of objects with the same OID the first counts.
    package init(_ objects: [(OID, ObjectValue)]) {
        var seen: Set<OID> = []
        let sorted = objects.filter { seen.insert($0.0).inserted }.sorted { $0.0 < $1.0 }
        oids = sorted.map(\.0)
        values = sorted.map(\.1)
    }

    package var count: Int { oids.count }

    /// In their order.
    var objects: [(OID, ObjectValue)] { Array(zip(oids, values)) }

    func mapping(_ change: (OID, ObjectValue) -> (OID, ObjectValue)) -> ObjectTree {
        ObjectTree(objects.map { change($0.0, $0.1) })
    }

    func filtering(_ isKept: (OID) -> Bool) -> ObjectTree {
        ObjectTree(objects.filter { isKept($0.0) })
    }

    /// With these in place of those of the same OID.
    func merging(_ others: [(OID, ObjectValue)]) -> ObjectTree { ObjectTree(others + objects) }

    func value(of oid: OID) -> ObjectValue? {
        let position = firstPosition(from: oid)
        return position < oids.count && oids[position] == oid ? values[position] : nil
    }

    /// The first object behind `oid`.
    func next(after oid: OID) -> (OID, ObjectValue)? {
        var position = firstPosition(from: oid)
        if position < oids.count, oids[position] == oid { position += 1 }
        return position < oids.count ? (oids[position], values[position]) : nil
    }

    /// Whether objects lie below `oid`: a missing instance is then a noSuchInstance, otherwise
    /// a noSuchObject.
    func hasObjects(below oid: OID) -> Bool {
        let position = firstPosition(from: oid)
        return position < oids.count && oids[position].hasPrefix(oid)
    }

    /// Binary search for the first object not before `oid`.
    private func firstPosition(from oid: OID) -> Int {
        var low = 0
        var high = oids.count
        while low < high {
            let middle = (low + high) / 2
            if oids[middle] < oid { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
