extension GraphOverride {
    /// What cannot be drawn, and how it could.
    package struct Mistake: Error, Sendable, Hashable {
        /// `title`, `lower_limit`, or `series.In.color`: as JSON and forms call it.
        package let field: String
        package let words: String
        package let fix: String

        package init(field: String, words: String, fix: String) {
            self.field = field
            self.words = words
            self.fix = fix
        }
    }

    package static let series = "series"

    /// What is wrong with it for graphs of this template, in the order of the fields; empty when
    /// it can be drawn.
    package func mistakes(for template: GraphTemplate) -> [Mistake] {
        [
            Self.text("title", title, longest: Self.longestTitle),
            Self.text("vertical_label", verticalLabel, longest: Self.longestLabel),
            unitsMistake(template),
        ].compactMap { $0 } + limitMistakes(template)
            + [percentileMistake].compactMap { $0 } + seriesMistakes(template)
    }

    private static func text(_ field: String, _ text: String?, longest: Int) -> Mistake? {
        guard let text,
            DeviceText(text).text != text || !(1...longest).contains(text.unicodeScalars.count)
        else { return nil }
        return Mistake(
            field: field,
            words: "it is 1 to \(longest) printable characters without blanks at its ends",
            fix: "write it like that")
    }

    private func unitsMistake(_ template: GraphTemplate) -> Mistake? {
        guard let units, units != .asDefined else { return nil }
        let unit = template.settings.verticalLabel
        guard !UnitConversion.isConvertible(unit) else { return nil }
        return Mistake(
            field: "units", words: "it shows \(unit), which are neither bits nor bytes",
            fix: "leave the units as the template says")
    }

    private func limitMistakes(_ template: GraphTemplate) -> [Mistake] {
        var mistakes: [Mistake] = []
        for (field, limit) in [("lower_limit", lowerLimit), ("upper_limit", upperLimit)] {
            if let value = limit?.value, !(abs(value) <= Self.largestLimit) {
                mistakes.append(
                    Mistake(
                        field: field, words: "it is beyond what an axis can show",
                        fix: "choose a limit below 1e300"))
            }
        }
        let settings = template.applying(self).settings
        let (lower, upper) = (settings.lowerLimit, settings.upperLimit)
        if let lower, let upper, lower >= upper {
            mistakes.append(
                Mistake(
                    field: upperLimit == nil ? "lower_limit" : "upper_limit",
                    words: "the upper limit (\(upper.plainText)) is not above the lower one "
                        + "(\(lower.plainText))",
                    fix: "choose another, or auto"))
        }
        if isRigid == true, lower == nil, upper == nil {
            mistakes.append(
                Mistake(
                    field: "rigid", words: "an axis without limits cannot be held to them",
                    fix: "give a lower or an upper limit"))
        }
        return mistakes
    }

    private static let largestLimit = 1e300

    private var percentileMistake: Mistake? {
        guard let percentile, !GraphLimits.percentiles.contains(percentile) else { return nil }
        return Mistake(
            field: "percentile",
            words: "it is \(GraphLimits.percentiles.lowerBound.plainText) to "
                + "\(GraphLimits.percentiles.upperBound.plainText), not \(percentile.plainText)",
            fix: "95 is usual")
    }

    private func seriesMistakes(_ template: GraphTemplate) -> [Mistake] {
        let names = template.series.map(\.label)
        var mistakes: [Mistake] = []
        for one in series {
            let field = "\(Self.series).\(one.name)"
            guard names.contains(one.name) else {
                mistakes.append(
                    Mistake(
                        field: Self.series,
                        words: "\(template.name) has no series “\(DeviceText(one.name).text)”"
                            + Suggestion.phrase(for: one.name, among: names),
                        fix: "its series are \(names.joined(separator: ", "))"))
                continue
            }
            let label = Self.text("\(field).label", one.label, longest: Self.longestLabel)
            if let label { mistakes.append(label) }
            if let width = one.width, !GraphItem.lineWidths.contains(width) {
                mistakes.append(
                    Mistake(
                        field: "\(field).width",
                        words: "it is \(GraphItem.lineWidths.lowerBound.plainText) to "
                            + "\(GraphItem.lineWidths.upperBound.plainText) pixels, not "
                            + width.plainText, fix: "1.5 is usual"))
            }
        }
        return mistakes + legendMistakes(template)
    }

    /// Of all series together.
    private func legendMistakes(_ template: GraphTemplate) -> [Mistake] {
        let left = template.applying(self).series
        guard left.contains(where: { $0.style != .numbers }) else {
            return [
                Mistake(
                    field: Self.series, words: "all series are hidden, and nothing is left to draw",
                    fix: "show one of them")
            ]
        }
        var seen: Set<String> = []
        for one in left where !seen.insert(one.label).inserted {
            let renamed = series.first { $0.label == one.label }?.name ?? one.label
            return [
                Mistake(
                    field: "\(Self.series).\(renamed).label",
                    words: "two series are called “\(one.label)”", fix: "call one otherwise")
            ]
        }
        return []
    }
}
