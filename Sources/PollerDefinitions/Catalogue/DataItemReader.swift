import PollerModel
import Yams

/// Reads one data source of a data template.
struct DataItemReader {
    let reader: MappingReader
    let query: DataQuery?
    let isTable: Bool

    func item(seen: inout Set<String>) -> DataTemplate.Item? {
        defer { reader.finish() }
        let name = name(&seen)
        let kind = reader.choice("kind", default: DataSourceKind.gauge)
        if !reader.has("kind") { reader.missing("kind") }
        let origin = origin(kind)
        let gauge = gauge(kind)
        let limit = reader.number("speed_factor")
        if limit != nil, query?.speed == nil {
            reader.wrong("speed_factor", "needs a data query that says the speed of its rows")
        }
        let isOptional = reader.flag("optional")
        if isOptional, isTable {
            reader.wrong(
                "optional", "means nothing in a table: the first item tells which rows have them",
                fix: "remove it")
        }
        let at = field("at")
        let unit = reader.requiredText("unit")
        guard let origin else { return nil }
        var item = DataTemplate.Item(name: name, kind: kind, origin: origin, unit: unit)
        item.gauge = gauge
        item.at = at
        item.isOptional = isOptional
        item.limit = limit.map { DataTemplate.RateLimit(factor: $0) }
        return item
    }

    private func name(_ seen: inout Set<String>) -> String {
        let name = reader.requiredText("name")
        if !name.trimmed.isEmpty, !CatalogueName.isValidSource(name) {
            reader.wrong(
                "name", "“\(name)” is no name of a data source",
                fix: "they are 1 to \(CatalogueName.longestSource) of a-z, 0-9 and _, and begin "
                    + "with a letter")
        }
        if !seen.insert(name).inserted {
            reader.wrong(
                "name", "“\(name)” stands twice in this template", fix: "give one another name")
        }
        return name
    }

    /// The name of a field of the query's rows.
    private func field(_ key: String) -> String? {
        guard let name = reader.text(key) else { return nil }
        let names = query?.fields.filter(\.isKept).map(\.name) ?? []
        if !names.contains(name) { reader.wrong(key, DataQueryReader.unknown(name, names)) }
        return name
    }

    // MARK: How it is read

    private static let gaugeKeys = [
        "scale", "scale_field", "unsigned", "text", "map", "unknown", "minimum", "maximum",
    ]

    private func gauge(_ kind: DataSourceKind) -> GaugeRule {
        var gauge = GaugeRule()
        gauge.scale = reader.number("scale") ?? 1
        gauge.scaleField = field("scale_field")
        gauge.isUnsigned = reader.flag("unsigned")
        gauge.readsFirstNumber = readsFirstNumber()
        gauge.map = map()
        gauge.unknown = numbers("unknown")
        gauge.minimum = reader.number("minimum")
        gauge.maximum = reader.number("maximum")
        if let minimum = gauge.minimum, let maximum = gauge.maximum, minimum >= maximum {
            reader.wrong("minimum", "is not below “maximum”")
        }
        guard kind == .counter else { return gauge }
        for key in Self.gaugeKeys where reader.has(key) {
            reader.wrong(
                key, "does not go with COUNTER: counters are stored as the device counts them",
                fix: "remove it; scale in the graph's value instead")
        }
        return gauge
    }

    private func readsFirstNumber() -> Bool {
        guard let text = reader.text("text") else { return false }
        if text != "number" { reader.wrong("text", "is “number” or absent, not “\(text)”") }
        return text == "number"
    }

    private func map() -> [String: Double] {
        var map: [String: Double] = [:]
        for (key, _, value) in reader.pairs("map") {
            guard let number = value.scalar.flatMap({ Double($0.string) }), number.isFinite else {
                reader.problems.add(
                    reader.path, value, "“\(key)” in “map” must be a number",
                    fix: "for example map: {ok: 1, failed: 0}")
                continue
            }
            map[key] = number
        }
        return map
    }

    private func numbers(_ key: String) -> [Double] {
        reader.texts(key) { text, node in
            guard let number = Double(text), number.isFinite else {
                reader.problems.add(
                    reader.path, node, "“\(text)” in “\(key)” is no number",
                    fix: "for example \(key): [-1, 65535]")
                return nil
            }
            return number
        }
    }

    // MARK: Where it comes from

    private func origin(_ kind: DataSourceKind) -> DataTemplate.Origin? {
        let named = objects()
        let object = reader.oid("oid")
        let narrow = reader.oid("narrow_oid")
        if reader.has("measure") { return measurement(kind) }
        if reader.has("oid"), reader.has("oids") {
            reader.wrong("oids", "and “oid” exclude each other", fix: "keep one of them")
        }
        if object == nil, named.isEmpty, !reader.has("oid"), !reader.has("oids") {
            reader.problems.add(
                reader.path, reader.node,
                "the data source has none of “oid”, “oids” and “measure”")
        }
        guard reader.has("value") || reader.has("oids") else {
            return object.map { .object($0, narrow: narrow) }
        }
        if kind == .counter {
            reader.wrong(
                "kind", "is COUNTER, and counters are not computed with",
                fix: "store them one by one, and compute in the graph's value")
        }
        if narrow != nil {
            reader.wrong(
                "narrow_oid", "does not go with “value”", fix: "name the objects in “oids”")
        }
        return computed(object.map { [DataTemplateReader.rawName: $0] } ?? named)
    }

    private func objects() -> [String: OID] {
        guard reader.has("oids") else { return [:] }
        let section = reader.section("oids")
        var objects: [String: OID] = [:]
        for (name, key, _) in reader.pairs("oids") {
            if !CatalogueName.isValidSource(name) {
                reader.problems.add(
                    reader.path, key, "“\(name)” is no name of an object",
                    fix: "they are of a-z, 0-9 and _, and begin with a letter")
            }
            if !section.has(name) { section.missing(name) }
            objects[name] = section.oid(name)
        }
        return objects
    }

    private func computed(_ objects: [String: OID]) -> DataTemplate.Origin? {
        let text = reader.requiredText("value")
        let fields =
            query?.fields.filter { $0.isKept && ($0.kind == .integer || !$0.map.isEmpty) } ?? []
        guard !text.isEmpty, !objects.isEmpty else { return nil }
        do {
            let value = try Expression(
                text, variables: Set(objects.keys).union(fields.map(\.name)))
            for name in objects.keys.sorted() where !value.variables.contains(name) {
                reader.wrong(
                    "value", "does not use the object “\(name)”", fix: "remove it from “oids”")
            }
            for token in value.tokens where Self.isPointless(token) {
                reader.wrong("value", "uses \(token.text), which means nothing in a sample")
            }
            return .computed(objects, value)
        } catch {
            reader.wrong("value", error.words)
            return nil
        }
    }

    /// What only pictures have, and what is never a value.
    private static func isPointless(_ token: Expression.Token) -> Bool {
        guard case .operation(let operation) = token else { return false }
        return operation.needsRows || operation == .infinity || operation == .negativeInfinity
    }

    private func measurement(_ kind: DataSourceKind) -> DataTemplate.Origin {
        if kind != .gauge { reader.wrong("measure", "is a GAUGE", fix: "write kind: GAUGE") }
        for key in ["oid", "oids", "narrow_oid", "value", "at"] + Self.gaugeKeys
        where reader.has(key) {
            reader.wrong("measure", "and “\(key)” exclude each other", fix: "keep one of them")
        }
        if isTable {
            reader.wrong(
                "measure", "is known for a whole device, not for a row", fix: "remove “query”")
        }
        return .measurement(
            reader.choice("measure", default: DataTemplate.Measurement.pollMilliseconds))
    }
}
