import PollerModel
import Yams

/// Reads what is known of a row.
enum RowFieldReader {
    private static let largestFieldCount = 64

    static func fields(_ reader: MappingReader) -> [RowField] {
        var fields: [RowField] = []
        for (name, key, value) in reader.pairs("fields") {
            let entry = MappingReader(
                value, subject: "field", path: reader.path, problems: reader.problems)
            if let field = field(name, entry, above: fields) { fields.append(field) }
            entry.finish()
            check(name, key, reader)
        }
        if !reader.has("fields") { reader.missing("fields") }
        if fields.count > largestFieldCount {
            reader.wrong(
                "fields", "holds \(fields.count) fields",
                fix: "at most \(largestFieldCount) are read, each of them a column")
        }
        return fields
    }

    private static func check(_ name: String, _ key: Node, _ reader: MappingReader) {
        if TitlePattern.builtIn.contains(name) || name == DataTemplateReader.rawName {
            reader.problems.add(
                reader.path, key, "a field cannot be called “\(name)”",
                fix: "that name stands for something else in titles and values")
        } else if !CatalogueName.isValidField(name) {
            reader.problems.add(
                reader.path, key, "“\(name)” is no name of a field",
                fix: "they are 1 to \(CatalogueName.longest) letters, digits and _, and begin "
                    + "with a letter; names of operators (\(operators)) are taken")
        }
    }

    private static let operators = "MIN, MAX, POW, IF …"

    private static func field(
        _ name: String, _ entry: MappingReader, above fields: [RowField]
    ) -> RowField? {
        let origin = origin(entry, above: fields)
        let kind = entry.choice("kind", default: RowField.Kind.text)
        let arc = entry.text("arc")
        if let arc, arc != "last" || kind != .oid {
            entry.wrong("arc", "is “last”, of the kind oid, or absent")
        }
        let map = map(entry)
        let rewrites = entry.mappings("rewrite", subject: "rewriting").map(rewrite)
        let isKept = !entry.has("kept") || entry.flag("kept")
        guard let origin else { return nil }
        var field = RowField(name: name, origin: origin, kind: kind)
        field.takesLastArc = arc == "last"
        field.map = map
        field.rewrites = rewrites
        field.isKept = isKept
        return field
    }

    private static func origin(
        _ entry: MappingReader, above fields: [RowField]
    ) -> RowField.Origin? {
        let column = entry.oid("oid")
        let at = entry.text("at")
        let names = fields.map(\.name)
        if let at, !names.contains(at) {
            entry.wrong(
                "at",
                "names the field “\(at)”, which does not stand above this one"
                    + Suggestion.phrase(for: at, among: names))
        }
        guard let arcs = entry.text("index") else {
            if column == nil, !entry.has("oid") { entry.missing("oid") }
            return column.map { .column($0, at: at) }
        }
        if entry.has("oid") || at != nil {
            entry.wrong("index", "and “oid” exclude each other", fix: "keep one of them")
        }
        guard let origin = indexArcs(arcs) else {
            entry.wrong(
                "index", "cannot be “\(arcs)”",
                fix: "it is all, or positions of arcs: 2, 2-5 or 3-")
            return nil
        }
        return origin
    }

    /// `all`, `2`, `2-5` or `3-`.
    private static func indexArcs(_ text: String) -> RowField.Origin? {
        if text == "all" { return .index(from: 1, through: nil) }
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let limits = 1...QueryRow.longestIndex
        guard let from = Int(parts[0]), limits.contains(from) else { return nil }
        guard parts.count == 2 else { return .index(from: from, through: from) }
        if parts[1].isEmpty { return .index(from: from, through: nil) }
        guard let through = Int(parts[1]), limits.contains(through), through >= from else {
            return nil
        }
        return .index(from: from, through: through)
    }

    private static func map(_ entry: MappingReader) -> [String: String] {
        var map: [String: String] = [:]
        for (key, _, value) in entry.pairs("map") {
            guard let text = value.scalar?.string else {
                entry.problems.add(entry.path, value, "“\(key)” in “map” must be one value")
                continue
            }
            map[key] = text
        }
        return map
    }

    private static func rewrite(_ entry: MappingReader) -> RowField.Rewrite {
        defer { entry.finish() }
        return RowField.Rewrite(
            from: Glob(entry.requiredText("from")), to: entry.text("to") ?? "")
    }
}
