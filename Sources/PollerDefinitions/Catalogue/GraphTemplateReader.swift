import PollerModel

enum GraphTemplateReader {
    static func read(
        _ reader: MappingReader, data: [String: DataTemplate], queries: [String: DataQuery]
    ) -> GraphTemplate? {
        let dataName = reader.requiredText("data_template")
        let template = data[dataName]
        if template == nil, !dataName.isEmpty {
            reader.wrong(
                "data_template",
                "names the data template “\(dataName)”, which does not exist"
                    + Suggestion.phrase(for: dataName, among: data.keys))
        }
        let title = title(reader, query: template?.query.flatMap { queries[$0] })
        let items = GraphItemReader(
            variables: Set(template?.items.map(\.name) ?? []), isKnown: template != nil)
        let series = reader.mappings("series", subject: "series").compactMap {
            items.series($0).map { GraphItem.series($0) }
        }
        let others = reader.mappings("items", subject: "item").compactMap { items.item($0) }
        if !reader.has("series") {
            reader.missing("series")
        } else if !GraphTemplate.seriesCountRange.contains(reader.list("series")?.count ?? 0) {
            reader.wrong(
                "series",
                "must hold \(GraphTemplate.seriesCountRange.lowerBound) to "
                    + "\(GraphTemplate.seriesCountRange.upperBound) series")
        }
        if others.count + series.count > GraphItem.countRange.upperBound {
            reader.wrong(
                "items",
                "must hold at most \(GraphItem.countRange.upperBound) items, with the series")
        }
        let settings = GraphSettingsReader.read(reader)
        let numbers = numbers(reader)
        let source = reader.requiredText("source")
        guard let title else { return nil }
        return GraphTemplate(
            name: reader.requiredText("name"), title: title, source: source,
            dataTemplate: dataName, settings: settings, items: series + others, numbers: numbers)
    }

    private static func title(_ reader: MappingReader, query: DataQuery?) -> TitlePattern? {
        let text = reader.requiredText("title")
        guard !text.isEmpty else { return nil }
        do {
            return try TitlePattern(
                text, fields: Set(query?.fields.filter(\.isKept).map(\.name) ?? []))
        } catch {
            reader.wrong("title", error.words)
            return nil
        }
    }

    private static func numbers(_ reader: MappingReader) -> [NumberColumn] {
        guard reader.has("numbers") else { return NumberColumn.usual }
        var columns: [NumberColumn] = []
        for name in reader.texts("numbers") {
            guard let column = NumberColumn(rawValue: name) else {
                let known = NumberColumn.allCases.map(\.rawValue)
                reader.wrong(
                    "numbers",
                    "holds “\(name)”, which is no number of a series"
                        + Suggestion.phrase(for: name, among: known),
                    fix: "it holds some of \(known.joined(separator: ", "))")
                continue
            }
            if !columns.contains(column) { columns.append(column) }
        }
        return columns
    }
}
