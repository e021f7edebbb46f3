import PollerModel

extension GraphEditForm {
    /// Its fields as the page shows them.
    ///
    /// - Parameter givenTitle: what the graph is called where nobody wants another title.
    func sections(givenTitle: String) -> [EditorSection] {
        let settings = template.settings
        let yesOrNo = { (usual: Bool) in
            [("", "as the template: \(usual ? "yes" : "no")"), ("yes", "yes"), ("no", "no")]
        }
        let axis: [EditorField?] = [
            .text("vertical_label", "Text at the axis", texts, placeholder: settings.verticalLabel),
            ["bits per second", "bytes per second"].contains(settings.verticalLabel)
                ? .choice(
                    "units", "Units", texts,
                    [
                        ("", "as the template: \(settings.verticalLabel)"), ("bits", "bits"),
                        ("bytes", "bytes"),
                    ]) : nil,
            .choice(
                "base", "A kilo is", texts,
                [
                    ("", "as the template: \(settings.base.rawValue)"), ("1000", "1000"),
                    ("1024", "1024"),
                ]),
            .text(
                "lower_limit", "Lower limit", texts, placeholder: Self.words(settings.lowerLimit),
                hint: "A number, as 0 or 2.5M; auto follows the data."),
            .text(
                "upper_limit", "Upper limit", texts, placeholder: Self.words(settings.upperLimit)),
            .choice(
                "rigid", "Cut off what lies beyond the limits", texts, yesOrNo(settings.isRigid)),
            .choice("logarithmic", "Logarithmic", texts, yesOrNo(settings.isLogarithmic)),
        ]
        let lines: [EditorField] = [
            .choice(
                "capacity", "Line at the interface's speed", texts,
                [
                    ("", "when the data come near"), ("yes", "always"), ("no", "never"),
                ]),
            .text(
                "percentile", "Line at the percentile", texts,
                placeholder: settings.percentile?.plainText ?? "none", hint: "95 is usual."),
        ]
        return [
            EditorSection(
                title: "Graph",
                fields: [.text("title", "Title", texts, placeholder: givenTitle)],
                fault: texts.mistake(GraphOverride.series)),
            EditorSection(
                title: "Vertical axis", fields: axis.compactMap { $0 }),
            EditorSection(title: "Lines", fields: lines),
        ] + template.series.enumerated().map { place, series in seriesSection(series, place) }
    }

    private static func words(_ limit: Double?) -> String { limit?.plainText ?? "auto" }

    private func seriesSection(_ series: GraphTemplate.Series, _ place: Int) -> EditorSection {
        let prefix = Self.prefix(place)
        let colors =
            [("", "as the template: \(series.color.text)")]
            + SeriesColor.allCases.map { ($0.rawValue, $0.rawValue) }
            + [(Self.ownColor, "a colour of its own")]
        let styles =
            [("", "as the template: \(series.style.words)")]
            + GraphTemplate.Style.allCases.map { ($0.rawValue, $0.words) }
        let dash = GraphDash(lengths: series.stroke.dashes)
        let dashes =
            [("", "as the template: \(dash?.rawValue ?? "a pattern of its own")")]
            + GraphDash.allCases.map { ($0.rawValue, $0.rawValue) }
        return EditorSection(
            title: "Series “\(series.label)”",
            fields: [
                .text(prefix + "label", "Text in the legend", texts, placeholder: series.label),
                .choice(prefix + "color", "Colour", texts, colors),
                .color(prefix + "own", "Colour of its own", texts),
                .choice(prefix + "style", "Drawn as", texts, styles),
                .text(
                    prefix + "width", "Width of the line, pixels", texts,
                    placeholder: series.stroke.width.plainText),
                .choice(prefix + "dash", "Line", texts, dashes),
                .flag(prefix + "hidden", "Hide it", texts),
            ])
    }
}

extension GraphTemplate.Style {
    /// For people.
    var words: String {
        switch self {
        case .line: "line"
        case .area: "line over a light area"
        case .stack: "area, stacked"
        case .numbers: "numbers only"
        }
    }
}
