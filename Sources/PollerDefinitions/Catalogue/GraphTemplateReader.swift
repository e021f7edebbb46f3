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
        let variables = Set(template?.items.map(\.name) ?? [])
        let series = reader.mappings("series", subject: "series").compactMap {
            one($0, variables: variables, isKnown: template != nil)
        }
        if !reader.has("series") {
            reader.missing("series")
        } else if !GraphTemplate.seriesCountRange.contains(reader.list("series")?.count ?? 0) {
            reader.wrong(
                "series",
                "must hold \(GraphTemplate.seriesCountRange.lowerBound) to "
                    + "\(GraphTemplate.seriesCountRange.upperBound) series")
        }
        let lower = reader.number("lower_limit")
        let upper = reader.number("upper_limit")
        if let lower, let upper, lower >= upper {
            reader.wrong("lower_limit", "is not below “upper_limit”")
        }
        let base = base(reader)
        let label = reader.requiredText("vertical_label")
        let source = reader.requiredText("source")
        guard let title else { return nil }
        return GraphTemplate(
            name: reader.requiredText("name"), title: title, source: source,
            dataTemplate: dataName, verticalLabel: label, base: base, lowerLimit: lower,
            upperLimit: upper, series: series)
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

    private static func base(_ reader: MappingReader) -> GraphTemplate.Base {
        guard let number = reader.optionalInteger("base", in: 1_000...1_024) else { return .si }
        guard let base = GraphTemplate.Base(rawValue: Int(number)) else {
            reader.wrong("base", "is 1000 or 1024, not \(number)")
            return .si
        }
        return base
    }

    private static func one(
        _ reader: MappingReader, variables: Set<String>, isKnown: Bool
    ) -> GraphTemplate.Series? {
        defer { reader.finish() }
        let label = reader.requiredText("label")
        let style = reader.choice("style", default: GraphTemplate.Style.line)
        let color = reader.choice("color", default: SeriesColor.blue)
        if !reader.has("color") { reader.missing("color") }
        let format = reader.choice("format", default: GraphTemplate.NumberFormat.scaled)
        let text = reader.requiredText("value")
        // Without its data template every name would be wrong; that was said already.
        guard isKnown, !text.isEmpty else { return nil }
        do {
            let value = try Expression(text, variables: variables)
            if !value.isDrawable {
                reader.wrong(
                    "value", "uses POW, which is known in data templates only",
                    fix: "compute it there, and draw the item")
            }
            return GraphTemplate.Series(
                label: label, value: value, style: style, color: color, format: format)
        } catch {
            reader.wrong("value", error.words)
            return nil
        }
    }
}
