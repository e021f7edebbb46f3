import PollerModel

/// Something that happens to the interfaces of an agent at a moment and stays so.
package struct TableEvent: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The k-th interface has the index of the (k+1)-th, the last that of the first.
        case renumber
        /// ifTableLastChange is this moment.
        case tableChange
        /// ifName is another.
        case rename
        /// ifDescr is another.
        case redescribe
        /// ifName, ifDescr and ifAlias are the same for all.
        case sameNames
        /// Another card: its own hardware address, and counters that begin at zero.
        case swapCard
        /// Counters begin at zero, without a restart.
        case reset
        /// ifCounterDiscontinuityTime is this moment.
        case discontinuity
        /// Octet counters are ahead by so much.
        case jump(UInt64)
        /// ifSpeed and ifHighSpeed, in Mbit/s.
        case speed(UInt64)
        /// All counters grow so many times as fast.
        case busy(UInt64)
        /// The interface is in no table.
        case vanish
        /// It is back, and its counters begin at zero.
        case comeBack

        fileprivate var isCounting: Bool {
            switch self {
            case .reset, .jump, .busy, .swapCard, .comeBack: true
            default: false
            }
        }
    }

    package let kind: Kind
    /// Seconds since the agent was started first.
    package let seconds: Int64
    /// ifIndex as it is just then; nil: all interfaces.
    package let index: UInt32?

    package init(_ kind: Kind, at seconds: Int64, index: UInt32? = nil) {
        self.kind = kind
        self.seconds = seconds
        self.index = index
    }

    /// The tree after those events that have happened.
    ///
    /// - Parameter reboot: when the agent started again, if it did until now. Its counters forget
    ///   what they did before.
    static func tree(
        _ original: ObjectTree, after events: [TableEvent], at seconds: Double, reboot: Double?
    ) -> ObjectTree {
        let since = reboot.flatMap { seconds >= $0 ? $0 : nil } ?? 0
        var tree = original
        for event in events where Double(event.seconds) <= seconds {
            let isForgotten = event.kind.isCounting && Double(event.seconds) < since
            if isForgotten, event.kind != .comeBack { continue }
            tree = event.applied(
                to: tree, original, uptime: isForgotten ? 0 : Double(event.seconds) - since)
        }
        return tree
    }

    private func applied(
        to tree: ObjectTree, _ original: ObjectTree, uptime: Double
    ) -> ObjectTree {
        let ticks = UInt32(truncatingIfNeeded: Int64(max(0, uptime) * 100))
        switch kind {
        case .renumber: return Self.renumbered(tree)
        case .tableChange:
            return tree.merging([(IFColumn.tableLastChange, .constant(.timeTicks(ticks)))])
        case .discontinuity:
            return tree.merging(
                tree.interfaceIndexes.filter(concerns).map {
                    (IFColumn.discontinuity.appending([$0]), .constant(.timeTicks(ticks)))
                })
        case .vanish: return tree.filtering { !isMeant($0) }
        case .comeBack:
            return tree.merging(original.filtering { isMeant($0) }.objects)
                .mapping { isMeant($0) ? ($0, $1.beginning(at: uptime)) : ($0, $1) }
        default:
            return tree.mapping { isMeant($0) ? ($0, changed($0, $1, uptime)) : ($0, $1) }
        }
    }

    private func changed(_ oid: OID, _ value: ObjectValue, _ uptime: Double) -> ObjectValue {
        let column = OID(Array(oid.arcs.dropLast()))
        switch (kind, column) {
        case (.rename, IFColumn.name), (.redescribe, IFColumn.description):
            return .constant(.octets(Array("other-\(oid.arcs.last ?? 0)".utf8)))
        case (.sameNames, IFColumn.name), (.sameNames, IFColumn.description),
            (.sameNames, IFColumn.alias):
            return .constant(.octets(Array("port".utf8)))
        case (.swapCard, IFColumn.physicalAddress):
            return .constant(.octets([2, 0xff, 0, 0, 0, UInt8(oid.arcs.last ?? 0)]))
        case (.swapCard, _), (.reset, _): return value.beginning(at: uptime)
        case (.jump(let count), _) where IFColumn.octets.contains(column):
            return value.ahead(by: count)
        case (.busy(let factor), _): return value.growing(factor, from: uptime)
        case (.speed(let megabits), IFColumn.speed):
            return .constant(
                .gauge32(UInt32(clamping: megabits.multipliedReportingOverflow(by: 1_000_000).0)))
        case (.speed(let megabits), IFColumn.highSpeed):
            return .constant(.gauge32(UInt32(clamping: megabits)))
        default: return value
        }
    }

    private func concerns(_ index: UInt32) -> Bool { self.index == nil || self.index == index }

    private func isMeant(_ oid: OID) -> Bool {
        IFColumn.isCell(oid) && concerns(oid.arcs.last ?? 0)
    }

    private static func renumbered(_ tree: ObjectTree) -> ObjectTree {
        let indexes = tree.interfaceIndexes
        return tree.mapping { oid, value in
            guard IFColumn.isCell(oid), let position = indexes.firstIndex(of: oid.arcs.last ?? 0)
            else { return (oid, value) }
            let column = OID(Array(oid.arcs.dropLast()))
            let index = indexes[(position + 1) % indexes.count]
            return (
                column.appending([index]),
                column == IFColumn.index ? .constant(.integer(Int64(index))) : value
            )
        }
    }
}

/// Columns of the interfaces' two tables (RFC 2863).
enum IFColumn {
    private static let ifEntry = OID([1, 3, 6, 1, 2, 1, 2, 2, 1])
    private static let ifXEntry = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1])

    static let index = ifEntry.appending([1])
    static let description = ifEntry.appending([2])
    static let speed = ifEntry.appending([5])
    static let physicalAddress = ifEntry.appending([6])
    static let name = ifXEntry.appending([1])
    static let highSpeed = ifXEntry.appending([15])
    static let alias = ifXEntry.appending([18])
    static let discontinuity = ifXEntry.appending([19])
    static let octets = [
        ifEntry.appending([10]), ifEntry.appending([16]), ifXEntry.appending([6]),
        ifXEntry.appending([10]),
    ]
    static let tableLastChange = OID([1, 3, 6, 1, 2, 1, 31, 1, 5, 0])

    static func isCell(_ oid: OID) -> Bool { oid.hasPrefix(ifEntry) || oid.hasPrefix(ifXEntry) }
}

extension ObjectTree {
    /// In their order.
    fileprivate var interfaceIndexes: [UInt32] {
        objects.filter { $0.0.hasPrefix(IFColumn.index) }.compactMap(\.0.arcs.last)
    }
}

extension ObjectValue {
    /// A counter that is zero when the agent is that old.
    fileprivate func beginning(at uptime: Double) -> ObjectValue {
        switch self {
        case .counter32(_, let rate):
            .counter32(base: 0 &- UInt64(max(0, uptime) * Double(rate)), perSecond: rate)
        case .counter64(_, let rate):
            .counter64(base: 0 &- UInt64(max(0, uptime) * Double(rate)), perSecond: rate)
        case .constant, .upTime: self
        }
    }

    fileprivate func ahead(by count: UInt64) -> ObjectValue {
        switch self {
        case .counter32(let base, let rate): .counter32(base: base &+ count, perSecond: rate)
        case .counter64(let base, let rate): .counter64(base: base &+ count, perSecond: rate)
        case .constant, .upTime: self
        }
    }

    /// The same number when the agent is that old, and `factor` times the rate.
    fileprivate func growing(_ factor: UInt64, from uptime: Double) -> ObjectValue {
        func base(_ base: UInt64, _ rate: UInt64) -> UInt64 {
            let seconds = max(0, uptime)
            return base &+ UInt64(seconds * Double(rate))
                &- UInt64(seconds * Double(rate &* factor))
        }
        return switch self {
        case .counter32(let old, let rate):
            .counter32(base: base(old, rate), perSecond: rate &* factor)
        case .counter64(let old, let rate):
            .counter64(base: base(old, rate), perSecond: rate &* factor)
        case .constant, .upTime: self
        }
    }
}
