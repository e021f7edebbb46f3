import PollerModel

enum DataTemplateReader {
    /// What an item's only object is called in its value.
    static let rawName = "raw"

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
            DataItemReader(reader: $0, query: query, isTable: queryName != nil).item(seen: &seen)
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
        let rows = ConditionReader.condition(
            reader, "rows", fields: Set(query?.fields.map(\.name) ?? []))
        if rows != nil, queryName == nil {
            reader.wrong("rows", "needs a “query” whose rows they are")
        }
        return DataTemplate(
            name: reader.requiredText("name"), title: reader.requiredText("title"),
            source: reader.requiredText("source"), query: queryName, rows: rows, items: items)
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
}
