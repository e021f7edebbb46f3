import PollerModel
import Yams

/// Reads the series and the other items of a graph template.
struct GraphItemReader {
    /// The data sources that values may name.
    let variables: Set<String>
    /// Whether the data template exists; without it every name would be wrong, which was said.
    let isKnown: Bool

    /// The kinds of items, as `draw` names them.
    private enum Kind: String, CaseIterable {
        case line, area, tick, print, comment, alignment
        case horizontalRule = "horizontal_rule"
        case verticalRule = "vertical_rule"
    }

    func series(_ reader: MappingReader) -> GraphTemplate.Series? {
        defer { reader.finish() }
        let label = reader.requiredText("label")
        let style = reader.choice("style", default: GraphTemplate.Style.line)
        let color = color(reader, isRequired: style != .numbers)
        let format = reader.choice("format", default: GraphTemplate.NumberFormat.scaled)
        let stroke = stroke(reader, width: 1.5)
        let isBelow = reader.flag("below")
        guard let value = value(reader) else { return nil }
        return GraphTemplate.Series(
            label: label, value: value, style: style, color: color, format: format,
            stroke: stroke, isBelow: isBelow)
    }

    func item(_ reader: MappingReader) -> GraphItem? {
        defer { reader.finish() }
        if !reader.has("draw") { reader.missing("draw") }
        switch reader.choice("draw", default: Kind.comment) {
        case .line:
            let stroke = stroke(reader, width: 1)
            return mark(reader).map {
                .line($0, stroke, isStacked: reader.flag("stacked"))
            }
        case .area:
            return mark(reader).map { .area($0, isStacked: reader.flag("stacked")) }
        case .tick:
            let share = number(reader, "share", in: GraphItem.tickShares) ?? 0.1
            return mark(reader).map { .tick($0, share: share) }
        case .horizontalRule:
            let stroke = stroke(reader, width: 1)
            let label = reader.text("label") ?? ""
            if !reader.has("at") { reader.missing("at") }
            return reader.number("at").map { .horizontalRule($0, stroke, label: label) }
        case .verticalRule:
            let stroke = stroke(reader, width: 1)
            let label = reader.text("label") ?? ""
            return time(reader).map { .verticalRule($0, stroke, label: label) }
        case .print: return print(reader).map { .print($0) }
        case .comment:
            return .comment(reader.requiredText("text"), endsLine: endsLine(reader))
        case .alignment:
            return .alignment(reader.choice("to", default: GraphItem.TextAlignment.left))
        }
    }

    private func value(_ reader: MappingReader) -> Expression? {
        let text = reader.requiredText("value")
        guard isKnown, !text.isEmpty else { return nil }
        do {
            let value = try Expression(text, variables: variables)
            if let mistake = value.drawingMistake { reader.wrong("value", mistake.words) }
            return value
        } catch {
            reader.wrong("value", error.words)
            return nil
        }
    }

    private func mark(_ reader: MappingReader) -> GraphItem.Mark? {
        let color = color(reader, isRequired: true)
        let function = reader.choice("from", default: ConsolidationFunction.average)
        let longest = GraphItem.longestShiftSeconds
        let shift = reader.integer("shift_seconds", in: -longest...longest, default: 0)
        let label = reader.text("label")
        return value(reader).map {
            GraphItem.Mark(
                value: $0, function: function, color: color, label: label, shiftSeconds: shift)
        }
    }

    private func print(_ reader: MappingReader) -> GraphItem.Print? {
        let text = reader.requiredText("statistic")
        var statistic: Statistic?
        if !text.isEmpty {
            do {
                statistic = try Statistic(text)
            } catch {
                reader.wrong("statistic", error.words)
            }
        }
        let label = reader.text("label") ?? ""
        let function = reader.choice("from", default: ConsolidationFunction.average)
        let format = reader.choice("format", default: GraphTemplate.NumberFormat.scaled)
        let endsLine = endsLine(reader)
        guard let value = value(reader), let statistic else { return nil }
        return GraphItem.Print(
            value: value, function: function, statistic: statistic, label: label, format: format,
            endsLine: endsLine)
    }

    private func endsLine(_ reader: MappingReader) -> Bool {
        reader.has("ends_line") ? reader.flag("ends_line") : true
    }

    // MARK: How it looks

    /// A name of the palette, or `#rrggbb` with an alpha channel behind it where wanted.
    private func color(_ reader: MappingReader, isRequired: Bool) -> GraphColor {
        guard let text = reader.text("color") else {
            if isRequired { reader.missing("color") }
            return .palette(.blue)
        }
        if let place = SeriesColor(rawValue: text) { return .palette(place) }
        guard let color = Color(text: text) else {
            reader.wrong(
                "color",
                "is “\(text)”, which is no colour"
                    + Suggestion.phrase(for: text, among: SeriesColor.allCases.map(\.rawValue)),
                fix: "write one of \(SeriesColor.allCases.map(\.rawValue).joined(separator: ", ")) "
                    + "or #rrggbb")
            return .palette(.blue)
        }
        return .fixed(color)
    }

    private func stroke(_ reader: MappingReader, width: Double) -> GraphStroke {
        let width = number(reader, "width", in: GraphItem.lineWidths) ?? width
        let offset = reader.integer(
            "dash_offset", in: 0...Int64(GraphStroke.dashLengths.upperBound), default: 0)
        guard let texts = reader.list("dashes") else { return GraphStroke(width: width) }
        let lengths = texts.compactMap { $0.scalar.flatMap { Int($0.string) } }
        guard lengths.count == texts.count,
            GraphStroke.dashCountRange.contains(lengths.count),
            lengths.allSatisfy(GraphStroke.dashLengths.contains)
        else {
            reader.wrong(
                "dashes",
                "must hold \(GraphStroke.dashCountRange.lowerBound) to "
                    + "\(GraphStroke.dashCountRange.upperBound) lengths from "
                    + "\(GraphStroke.dashLengths.lowerBound) to "
                    + "\(GraphStroke.dashLengths.upperBound) pixels")
            return GraphStroke(width: width)
        }
        return GraphStroke(width: width, dashes: lengths, dashOffset: Int(offset))
    }

    private func number(
        _ reader: MappingReader, _ key: String, in range: ClosedRange<Double>
    ) -> Double? {
        guard let number = reader.number(key) else { return nil }
        guard range.contains(number) else {
            reader.wrong(
                key,
                "must be a number from \(range.lowerBound.plainText) to "
                    + "\(range.upperBound.plainText), not \(number.plainText)")
            return nil
        }
        return number
    }

    /// `08:30` for each day, or a time of RFC 3339.
    private func time(_ reader: MappingReader) -> GraphItem.RuleTime? {
        let text = reader.requiredText("at")
        guard !text.isEmpty else { return nil }
        if let moment = Timestamp(rfc3339: text) { return .at(moment) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = Int64(parts[0]), let minute = Int64(parts[1]),
            (0..<24).contains(hour), (0..<60).contains(minute)
        else {
            reader.wrong(
                "at", "is no time: “\(text)”",
                fix: "write 08:30 for each day, or 2026-11-25T16:00:00Z")
            return nil
        }
        return .daily(hour * 3_600 + minute * 60)
    }
}
