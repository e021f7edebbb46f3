import PollerModel
import Yams

enum DataQueryReader {
    /// A day and more between two readings is as good as never; a minute is the least a poll is.
    private static let rereadRange: ClosedRange<Int64> = 0...10_080

    static func read(_ reader: MappingReader) -> DataQuery? {
        let name = reader.requiredText("name")
        let fields = RowFieldReader.fields(reader)
        let names = Set(fields.map(\.name))
        if reader.oid("index") == nil, !reader.has("index") { reader.missing("index") }
        var query = DataQuery(
            name: name, title: reader.requiredText("title"), source: reader.requiredText("source"),
            index: reader.oid("index") ?? OID([0, 0]), fields: fields,
            identity: identity(reader, names))
        query.watches = reader.oids("watch")
        query.rereadMinutes = Int(
            reader.integer(
                "reread_minutes", in: rereadRange, default: Int64(DataQuery.defaultRereadMinutes)))
        query.rows = filter(reader, "rows", names)
        query.graphed = filter(reader, "graph", names)
        query.speed = speed(reader, names)
        query.discontinuity = field(reader, "discontinuity", names)
        query.rowLimit = Int(
            reader.integer(
                "row_limit", in: 1...100_000, default: Int64(SNMPWalkRequest.defaultRowLimit)))
        return query
    }

    private static func identity(_ reader: MappingReader, _ names: Set<String>) -> [String] {
        let identity = reader.texts("identity")
        for field in identity where !names.contains(field) {
            reader.wrong("identity", unknown(field, names))
        }
        return identity
    }

    private static func filter(
        _ reader: MappingReader, _ key: String, _ names: Set<String>
    ) -> DataQuery.RowFilter {
        DataQuery.RowFilter(
            when: ConditionReader.condition(reader, "\(key)_when", fields: names),
            unless: ConditionReader.condition(reader, "\(key)_unless", fields: names))
    }

    /// The name of a field that exists.
    private static func field(
        _ reader: MappingReader, _ key: String, _ names: Set<String>
    ) -> String? {
        guard let name = reader.text(key) else { return nil }
        if !names.contains(name) { reader.wrong(key, unknown(name, names)) }
        return name
    }

    static func unknown(_ field: String, _ names: some Collection<String>) -> String {
        "names the field “\(field)”, which does not exist"
            + Suggestion.phrase(for: field, among: names)
    }

    private static func speed(_ reader: MappingReader, _ names: Set<String>) -> DataQuery.SpeedRule?
    {
        guard reader.has("speed") else { return nil }
        let entry = reader.section("speed")
        let high = entry.requiredText("high")
        let low = entry.requiredText("low")
        for field in [high, low] where !names.contains(field) {
            reader.wrong("speed", unknown(field, names))
        }
        let except = ConditionReader.condition(entry, "except", fields: names)
        entry.finish()
        return DataQuery.SpeedRule(high: high, low: low, except: except)
    }
}
