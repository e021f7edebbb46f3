import PollerModel
import Yams

enum DataQueryReader {
    /// A day and more between two readings is as good as never; a minute is the least a poll is.
    private static let rereadRange: ClosedRange<Int64> = 0...10_080

    static func read(_ reader: MappingReader) -> DataQuery? {
        let name = reader.requiredText("name")
        let fields = RowFieldReader.fields(reader)
        let names = Set(fields.map(\.name))
        // What is not kept is not there any more when it is needed.
        let keptNames = Set(fields.filter(\.isKept).map(\.name))
        if reader.oid("index") == nil, !reader.has("index") { reader.missing("index") }
        var query = DataQuery(
            name: name, title: reader.requiredText("title"), source: reader.requiredText("source"),
            index: reader.oid("index") ?? OID([0, 0]), fields: fields,
            identity: identity(reader, keptNames))
        query.watches = reader.oids("watch")
        query.rereadMinutes = Int(
            reader.integer(
                "reread_minutes", in: rereadRange, default: Int64(DataQuery.defaultRereadMinutes)))
        query.rows = filter(reader, "rows", names)
        query.graphed = filter(reader, "graph", names)
        query.speed = speed(reader, names)
        query.discontinuity = field(reader, "discontinuity", keptNames)
        query.rowLimit = Int(
            reader.integer(
                "row_limit", in: 1...100_000, default: Int64(SNMPWalkRequest.defaultRowLimit)))
        return query
    }

    /// Each element is a field, or a list of fields that identify together.
    private static func identity(
        _ reader: MappingReader, _ names: Set<String>
    ) -> [[String]] {
        var candidates: [[String]] = []
        for element in reader.list("identity") ?? [] {
            let nodes = element.sequence.map(Array.init) ?? [element]
            let candidate = nodes.compactMap { identityField($0, reader, names) }
            guard candidate.count == nodes.count else { continue }
            if candidate.isEmpty {
                reader.problems.add(
                    reader.path, element, "“identity” has an empty list in it",
                    fix: "name fields, for example [ifDescr, ifAlias]; without the inner list, "
                        + "[] recognises rows by their index")
            } else if Set(candidate).count < candidate.count || candidates.contains(candidate) {
                reader.problems.add(
                    reader.path, element, "“identity” names something twice",
                    fix: "name it once, where it counts first")
            } else {
                candidates.append(candidate)
            }
        }
        return candidates
    }

    /// A field that exists; says what is wrong where it is none.
    private static func identityField(
        _ node: Node, _ reader: MappingReader, _ names: Set<String>
    ) -> String? {
        guard let name = node.scalar?.string else {
            reader.problems.add(
                reader.path, node, "“identity” must be a list of fields and of lists of fields",
                fix: "for example [ifName, [ifDescr, ifAlias]]")
            return nil
        }
        guard names.contains(name) else {
            reader.problems.add(reader.path, node, "“identity” \(unknown(name, names))")
            return nil
        }
        return name
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
