import PollerModel
import Yams

enum DataQueryReader {
    static func read(_ reader: MappingReader) -> DataQuery? {
        let name = reader.requiredText("name")
        let fields = fields(reader)
        let names = Set(fields.map(\.name))
        if reader.oid("index") == nil, !reader.has("index") { reader.missing("index") }
        let identity = reader.texts("identity")
        for field in identity where !names.contains(field) {
            reader.wrong(
                "identity",
                "names the field “\(field)”, which does not exist"
                    + Suggestion.phrase(for: field, among: names))
        }
        let query = DataQuery(
            name: name, title: reader.requiredText("title"), source: reader.requiredText("source"),
            index: reader.oid("index") ?? OID([0, 0]), fields: fields, identity: identity,
            watches: reader.oids("watch"),
            graphWhen: conditions(reader, "graph_when", names),
            graphUnless: conditions(reader, "graph_unless", names),
            speed: speed(reader, names),
            rowLimit: Int(
                reader.integer(
                    "row_limit", in: 1...100_000, default: Int64(SNMPWalkRequest.defaultRowLimit))))
        return query
    }

    private static func fields(_ reader: MappingReader) -> [DataQuery.Field] {
        let reserved = TitlePattern.builtIn
        var fields: [DataQuery.Field] = []
        for (name, key, value) in reader.pairs("fields") {
            let entry = MappingReader(
                value, subject: "field", path: reader.path, problems: reader.problems)
            let column = entry.oid("oid")
            if column == nil, !entry.has("oid") { entry.missing("oid") }
            let kind = entry.choice("kind", default: DataQuery.Field.Kind.text)
            entry.finish()
            if name.trimmed.isEmpty {
                reader.problems.add(reader.path, key, "a field has no name", fix: "write one")
            }
            if reserved.contains(name) {
                reader.problems.add(
                    reader.path, key, "a field cannot be called “\(name)”",
                    fix: "that name stands for something else in titles")
            }
            if let column { fields.append(.init(name: name, column: column, kind: kind)) }
        }
        if !reader.has("fields") { reader.missing("fields") }
        return fields
    }

    private static func conditions(
        _ reader: MappingReader, _ key: String, _ names: Set<String>
    ) -> [DataQuery.FieldCondition] {
        conditions(reader.pairs(key), key, names, reader)
    }

    private static func conditions(
        _ pairs: [(key: String, node: Node, value: Node)], _ key: String, _ names: Set<String>,
        _ reader: MappingReader
    ) -> [DataQuery.FieldCondition] {
        pairs.map { field, node, value in
            if !names.contains(field) {
                reader.problems.add(
                    reader.path, node,
                    "“\(key)” names the field “\(field)”, which does not exist"
                        + Suggestion.phrase(for: field, among: names))
            }
            let values = (value.sequence.map(Array.init) ?? [value]).compactMap {
                $0.scalar?.string
            }
            if values.isEmpty {
                reader.problems.add(
                    reader.path, value, "“\(field)” in “\(key)” must list values",
                    fix: "for example \(field): [1, 2]")
            }
            return DataQuery.FieldCondition(field: field, values: values)
        }
    }

    private static func speed(_ reader: MappingReader, _ names: Set<String>) -> DataQuery.SpeedRule?
    {
        guard reader.has("speed") else { return nil }
        let entry = reader.section("speed")
        let high = entry.requiredText("high")
        let low = entry.requiredText("low")
        for field in [high, low] where !names.contains(field) {
            reader.wrong(
                "speed",
                "names the field “\(field)”, which does not exist"
                    + Suggestion.phrase(for: field, among: names))
        }
        let except = conditions(entry.pairs("except"), "except", names, reader)
        entry.finish()
        return DataQuery.SpeedRule(high: high, low: low, except: except)
    }
}
