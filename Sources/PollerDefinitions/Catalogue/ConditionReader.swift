import PollerModel
import Yams

/// Reads what fields must be: a mapping, all of which must hold, or a list of those, one of which
/// must.
enum ConditionReader {
    static func condition(
        _ reader: MappingReader, _ key: String, fields: Set<String>
    ) -> RowCondition? {
        guard let node = reader.child(key) else { return nil }
        let groups = node.sequence.map(Array.init) ?? [node]
        let alternatives = groups.map { group in
            clauses(group, key, fields, reader)
        }
        if alternatives.contains(where: \.isEmpty) {
            reader.wrong(
                key, "says nothing", fix: "name a field and its values, for example ifType: [6]")
        }
        return RowCondition(alternatives)
    }

    private static func clauses(
        _ node: Node, _ key: String, _ fields: Set<String>, _ reader: MappingReader
    ) -> [RowCondition.Clause] {
        guard let mapping = node.mapping else {
            reader.problems.add(
                reader.path, node, "“\(key)” must map fields to values",
                fix: "for example \(key): {ifOperStatus: [1]}")
            // Said once; it is not empty as well.
            return [RowCondition.Clause(field: "", tests: [])]
        }
        return mapping.map { name, value in
            let field = name.scalar?.string ?? "?"
            if !fields.contains(field) {
                reader.problems.add(
                    reader.path, name,
                    "“\(key)” \(DataQueryReader.unknown(field, fields))")
            }
            return RowCondition.Clause(field: field, tests: tests(value, field, reader))
        }
    }

    private static func tests(
        _ node: Node, _ field: String, _ reader: MappingReader
    ) -> [RowCondition.Test] {
        guard node.mapping != nil else { return [.oneOf(values(node, field, reader))] }
        let entry = MappingReader(
            node, subject: "condition", path: reader.path, problems: reader.problems)
        var tests: [RowCondition.Test] = []
        if let limit = entry.number("above") { tests.append(.above(limit)) }
        if let limit = entry.number("below") { tests.append(.below(limit)) }
        if entry.has("like") { tests.append(.like(entry.texts("like").map { Glob($0) })) }
        if entry.has("unlike") { tests.append(.unlike(entry.texts("unlike").map { Glob($0) })) }
        if entry.has("known") { tests.append(.known(entry.flag("known"))) }
        entry.finish()
        if tests.isEmpty {
            reader.problems.add(
                reader.path, node, "the condition for “\(field)” says nothing",
                fix: "it has one of above, below, like, unlike, known")
        }
        return tests
    }

    private static func values(
        _ node: Node, _ field: String, _ reader: MappingReader
    ) -> [String] {
        let values = (node.sequence.map(Array.init) ?? [node]).compactMap { $0.scalar?.string }
        if values.isEmpty {
            reader.problems.add(
                reader.path, node, "the condition for “\(field)” must list values",
                fix: "for example \(field): [1, 2]")
        }
        return values
    }
}
