import PollerModel

enum DataTemplateReader {
    static func read(
        _ reader: MappingReader, queries: [String: DataQuery], profiles: [String: Profile]
    ) -> DataTemplate? {
        let queryName = reader.text("query")
        let query = queryName.flatMap { queries[$0] }
        if let queryName, query == nil {
            reader.wrong(
                "query",
                "names the data query “\(queryName)”, which does not exist"
                    + Suggestion.phrase(for: queryName, among: queries.keys))
        }
        var seen: Set<String> = []
        let items = reader.mappings("items", subject: "data source").compactMap {
            item($0, query: query, isTable: queryName != nil, seen: &seen)
        }
        if !reader.has("items") {
            reader.missing("items")
        } else if !DataTemplate.itemCountRange.contains(items.count) {
            reader.wrong(
                "items", "holds \(items.count) data sources",
                fix: "a file has \(DataTemplate.itemCountRange.lowerBound) to "
                    + "\(DataTemplate.itemCountRange.upperBound)")
        }
        checkSize(reader, valueCount: items.count, profiles: profiles)
        return DataTemplate(
            name: reader.requiredText("name"), title: reader.requiredText("title"),
            source: reader.requiredText("source"), query: queryName, items: items)
    }

    /// Any data source may get any profile, so the largest file that could come of it counts.
    private static func checkSize(
        _ reader: MappingReader, valueCount: Int, profiles: [String: Profile]
    ) {
        let largest = profiles.values.max {
            ($0.bytesPerValue, $0.name) < ($1.bytesPerValue, $1.name)
        }
        guard let largest, largest.bytesPerValue * valueCount > Profile.largestFileBytes else {
            return
        }
        reader.wrong(
            "items",
            "would make a file of \(largest.bytesPerValue * valueCount) bytes with the profile "
                + "“\(largest.name)”",
            fix: "at most \(Profile.largestFileBytes) bytes: use fewer rows in the profile, or "
                + "fewer data sources in the template")
    }

    private static func item(
        _ reader: MappingReader, query: DataQuery?, isTable: Bool, seen: inout Set<String>
    ) -> DataTemplate.Item? {
        defer { reader.finish() }
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
        let kind = reader.choice("kind", default: DataSourceKind.gauge)
        if !reader.has("kind") { reader.missing("kind") }
        let origin = origin(reader, isTable: isTable)
        let scale = reader.number("scale")
        let scaleField = reader.text("scale_field")
        if kind == .counter, scale != nil || scaleField != nil {
            reader.wrong(
                "kind", "is COUNTER, and counters are stored as the device counts them",
                fix: "remove scale and scale_field; scale in the graph's value instead")
        }
        if let scaleField, query?.fields.contains(where: { $0.name == scaleField }) != true {
            reader.wrong(
                "scale_field",
                "names the field “\(scaleField)”, which does not exist"
                    + Suggestion.phrase(for: scaleField, among: query?.fields.map(\.name) ?? []))
        }
        let limit = reader.number("speed_factor")
        if limit != nil, query?.speed == nil {
            reader.wrong("speed_factor", "needs a data query that says the speed of its rows")
        }
        guard let origin else { return nil }
        return DataTemplate.Item(
            name: name, kind: kind, origin: origin, unit: reader.requiredText("unit"),
            scale: scale ?? 1, scaleField: scaleField, isUnsigned: reader.flag("unsigned"),
            limit: limit.map { DataTemplate.RateLimit(factor: $0) })
    }

    private static func origin(_ reader: MappingReader, isTable: Bool) -> DataTemplate.Origin? {
        let object = reader.oid("oid")
        let narrow = reader.oid("narrow_oid")
        guard reader.has("measure") else {
            if object == nil, !reader.has("oid") {
                reader.problems.add(
                    reader.path, reader.node, "the data source has neither “oid” nor “measure”")
            }
            return object.map { .object($0, narrow: narrow) }
        }
        if reader.has("oid") {
            reader.wrong("measure", "and “oid” exclude each other", fix: "keep one of them")
        }
        if isTable {
            reader.wrong(
                "measure", "is known for a whole device, not for a row", fix: "remove “query”")
        }
        return .measurement(
            reader.choice("measure", default: DataTemplate.Measurement.pollMilliseconds))
    }
}
