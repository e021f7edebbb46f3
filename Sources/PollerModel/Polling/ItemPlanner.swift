/// Turns the items of a data template into what is asked for one row (or for the device), and how
/// each number comes about. Objects that several items need are asked once.
package struct ItemPlanner {
    private let row: (index: [UInt32], fields: RowFields)?
    private let width: CounterWidth
    private let speed: UInt64?
    private let isVersion1: Bool
    package private(set) var objects: [OID] = []

    /// - Parameters:
    ///   - row: nil for what a device has once.
    ///   - speed: of the row in bits per second.
    ///   - isVersion1: whether the device is asked with SNMPv1, which has no 64-bit counters.
    package init(
        row: (index: [UInt32], fields: RowFields)?, width: CounterWidth, speed: UInt64? = nil,
        isVersion1: Bool = false
    ) {
        self.row = row
        self.width = width
        self.speed = speed
        self.isVersion1 = isVersion1
    }

    /// Where an object stands among those that are asked.
    package mutating func position(of object: OID) -> Int {
        if let known = objects.firstIndex(of: object) { return known }
        objects.append(object)
        return objects.count - 1
    }

    package mutating func plan(_ item: DataTemplate.Item) -> PlannedItem {
        var scale: Double? = item.gauge.scale
        if let field = item.gauge.scaleField {
            scale = row?.fields[field]?.integer.map { Double($0) * item.gauge.scale }
        }
        return PlannedItem(
            name: item.name, kind: item.kind, origin: origin(of: item), gauge: item.gauge,
            scale: scale,
            limitPerSecond: item.limit.flatMap { limit in
                speed.map { Double($0) * limit.factor }
            }, needsVersion2: isVersion1 && width == .wide && item.hasNarrow)
    }

    private mutating func origin(of item: DataTemplate.Item) -> PlannedItem.Origin {
        var index = row?.index ?? []
        if let field = item.at {
            guard let arcs = row?.fields[field]?.arcs, arcs.count <= QueryRow.longestIndex else {
                return .fieldMissing(field)
            }
            index = arcs
        }
        switch item.origin {
        case .measurement(let measurement): return .measurement(measurement)
        case .object: return .object(position(of: item.objects(width)[0].appending(index)))
        case .computed(let columns, let value):
            let fields = row?.fields ?? [:]
            let settled = value.settling { name in
                columns[name] == nil ? fields[name]?.integer.map(Double.init) : nil
            }
            if let open = settled.variables.first(where: { columns[$0] == nil }) {
                return .fieldMissing(open)
            }
            var positions: [String: Int] = [:]
            for (name, column) in columns.sorted(by: { $0.key < $1.key }) {
                positions[name] = position(of: column.appending(index))
            }
            return .computed(positions, settled)
        }
    }
}

extension FieldValue {
    /// The arcs it stands for as an index: a number, dotted numbers, or an address.
    package var arcs: [UInt32]? {
        switch self {
        case .integer(let number): UInt32(exactly: number).map { [$0] }
        case .text(let text): OID(text.text)?.arcs
        }
    }
}
