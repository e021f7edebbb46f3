import PollerModel

/// Parts of the catalogue's entries, for people.
extension GraphItem {
    /// Item, text, value, style, colour, width.
    var cells: [TemplateDefinition.Cell] {
        let texts: [String] =
            switch self {
            case .series(let series):
                [
                    "series", series.label, series.value.text,
                    series.style.words + (series.isBelow ? ", below zero" : ""), series.color.text,
                    series.stroke.width.plainText,
                ]
            case .line(let mark, let stroke, let isStacked):
                Self.texts("line", mark, isStacked ? "stacked" : "", stroke.width.plainText)
            case .area(let mark, let isStacked):
                Self.texts("area", mark, isStacked ? "stacked" : "")
            case .tick(let mark, let share):
                Self.texts("marks", mark, "\((share * 100).plainText) % of the height")
            case .horizontalRule(let value, let stroke, let label):
                ["line across", label, value.plainText, "", "", stroke.width.plainText]
            case .verticalRule(let time, let stroke, let label):
                ["line at a time", label, time.words, "", "", stroke.width.plainText]
            case .print(let print): ["number", print.label, print.value.text, "", "", ""]
            case .comment(let text, _): ["text", text, "", "", "", ""]
            case .alignment(let alignment): ["alignment", alignment.rawValue, "", "", "", ""]
            }
        return texts.map { TemplateDefinition.Cell($0) }
    }

    private static func texts(
        _ item: String, _ mark: Mark, _ style: String, _ width: String = ""
    ) -> [String] {
        [item, mark.label ?? "", mark.value.text, style, mark.color.text, width]
    }
}

extension Expression {
    /// In RPN, as the catalogue writes it.
    fileprivate var text: String { tokens.map(\.text).joined(separator: ",") }
}

extension GraphItem.RuleTime {
    fileprivate var words: String {
        switch self {
        case .at(let time): time.rfc3339
        case .daily(let second): "each day, \(DurationText.words(second)) after midnight"
        }
    }
}

extension DataTemplate.Item {
    var originWords: String {
        switch origin {
        case .object(let object, let narrow):
            [
                object.description, narrow.map { ", 32 bits: \($0)" }, at.map { ", at \($0)" },
            ].compactMap { $0 }.joined()
        case .computed(let objects, let expression):
            "\(expression.text) of "
                + objects.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                .joined(separator: ", ")
        case .measurement(let measurement): measurement.rawValue
        }
    }

    var ruleWords: String {
        var parts: [String] = []
        if gauge.scale != 1 { parts.append("× \(gauge.scale.plainText)") }
        if let field = gauge.scaleField { parts.append("× \(field)") }
        if gauge.readsFirstNumber { parts.append("the first number in a text") }
        if !gauge.map.isEmpty {
            parts.append(
                gauge.map.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.plainText)" }
                    .joined(separator: ", "))
        }
        if let minimum = gauge.minimum { parts.append("at least \(minimum.plainText)") }
        if let maximum = gauge.maximum { parts.append("at most \(maximum.plainText)") }
        if let limit { parts.append("at most \(limit.factor.plainText) × the speed") }
        if isOptional { parts.append("may be missing") }
        return parts.joined(separator: "; ")
    }
}

extension RowField {
    var originWords: String {
        switch origin {
        case .column(let column, let at): column.description + (at.map { ", at \($0)" } ?? "")
        case .index(let from, let through):
            "the index from arc \(from)" + (through.map { " to \($0)" } ?? " on")
        }
    }

    var ruleWords: String {
        var parts: [String] = []
        if takesLastArc { parts.append("its last arc") }
        if !map.isEmpty {
            parts.append(
                map.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
                    .joined(separator: ", "))
        }
        parts += rewrites.map { "“\($0.from.text)” becomes “\($0.to)”" }
        if !isKept { parts.append("for rules only") }
        return parts.joined(separator: "; ")
    }
}

extension DataQuery.RowFilter {
    /// nil where all rows are.
    var words: String? {
        let parts = [when.map { "when \($0.words)" }, unless.map { "unless \($0.words)" }]
            .compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension RowCondition {
    var words: String {
        alternatives.map { clauses in
            clauses.map { clause in
                clause.tests.map { "\(clause.field) \($0.words)" }.joined(separator: " and ")
            }.joined(separator: " and ")
        }.joined(separator: ", or ")
    }
}

extension RowCondition.Test {
    fileprivate var words: String {
        switch self {
        case .oneOf(let values): "is \(values.joined(separator: " or "))"
        case .above(let limit): "is above \(limit.plainText)"
        case .below(let limit): "is below \(limit.plainText)"
        case .like(let globs): "is like \(Self.words(globs))"
        case .unlike(let globs): "is not like \(Self.words(globs))"
        case .known(let isKnown): isKnown ? "is known" : "is not known"
        }
    }

    private static func words(_ globs: [Glob]) -> String {
        globs.map { "“\($0.text)”" }.joined(separator: " or ")
    }
}
