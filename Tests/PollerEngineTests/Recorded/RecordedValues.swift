import PollerEngine
import PollerModel

/// What the first poll of a device gave, by the object it came from.
struct RecordedValues {
    struct Value {
        let template: String
        let item: String
        let unit: String
        let raw: UInt64?
        let shown: Result<Double, UnknownReason>
    }

    private var values: [OID: [Value]] = [:]
    /// Data sources of which not one item has a value, by template.
    private(set) var silent: [(template: String, source: DataSourceID)] = []

    init(_ definition: DeviceDefinition, _ catalogue: Catalogue, _ board: StatusBoard) {
        for source in definition.dataSources {
            guard let template = catalogue.dataTemplates[source.template],
                let planned = PollPlanner.plan(
                    source, row: definition.row(of: source), catalogue: catalogue),
                let status = board.source(source.id)
            else { continue }
            if !status.items.contains(where: { $0.raw != nil || Self.isKnown($0.shown) }) {
                silent.append((source.template, source.id))
            }
            for (position, item) in planned.items.enumerated() {
                let value = Value(
                    template: source.template, item: item.name,
                    unit: template.items[position].unit, raw: status.items[position].raw,
                    shown: status.items[position].shown)
                for object in Self.objects(of: item, planned) {
                    values[object, default: []].append(value)
                }
            }
        }
    }

    func values(of object: OID) -> [Value] { values[object] ?? [] }

    private static func isKnown(_ shown: Result<Double, UnknownReason>) -> Bool {
        if case .success = shown { true } else { false }
    }

    /// The object an item measures: of those it is computed from, the one that comes first.
    private static func objects(of item: PlannedItem, _ source: PlannedSource) -> [OID] {
        switch item.origin {
        case .object(let position): [source.objects[position]]
        case .computed(let positions, let value):
            value.variables.prefix(1).compactMap { positions[$0] }.map { source.objects[$0] }
        case .measurement, .fieldMissing: []
        }
    }
}
