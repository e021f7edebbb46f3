/// How a data source is drawn: series, units and legend.
package struct GraphTemplate: Hashable, Sendable {
    package static let seriesCountRange = 1...20

    package let name: String
    package let title: TitlePattern
    /// Where the knowledge comes from: an RFC, a MIB or a URL.
    package let source: String
    /// The data template it draws.
    package let dataTemplate: String
    package var settings: GraphSettings
    package var items: [GraphItem]
    /// Which numbers of each series the legend has.
    package var numbers: [NumberColumn]

    /// The number that makes a kilo.
    package enum Base: Int, Hashable, Sendable, CaseIterable {
        case si = 1_000
        case iec = 1_024
    }

    package struct Series: Hashable, Sendable {
        package var label: String
        package var value: Expression
        package var style: Style
        package var color: GraphColor
        package var format: NumberFormat
        package var stroke: GraphStroke
        /// Drawn below the zero line; its numbers stay as they are.
        package var isBelow: Bool

        package init(
            label: String, value: Expression, style: Style, color: GraphColor,
            format: NumberFormat, stroke: GraphStroke = GraphStroke(width: 1.5),
            isBelow: Bool = false
        ) {
            self.label = label
            self.value = value
            self.style = style
            self.color = color
            self.format = format
            self.stroke = stroke
            self.isBelow = isBelow
        }
    }

    package enum Style: String, Hashable, Sendable, CaseIterable {
        case line
        /// A line with a light area below it.
        case area
        /// A full area on top of the areas before it.
        case stack
        /// Not drawn: numbers in the legend only.
        case numbers
    }

    /// How numbers in the legend are written; presets, because a printf format of a user never
    /// reaches librrd.
    package enum NumberFormat: String, Hashable, Sendable, CaseIterable {
        /// Two decimals and a prefix: 12.34 M.
        case scaled
        /// Two decimals without a prefix: load averages, percent.
        case decimal
        /// No decimals, no prefix: counts. A mean between two counts keeps its decimals while it is
        /// small.
        case whole
        /// The same of numbers each of which has a meaning, and none between two of them.
        case state

        /// Whether the values of a single poll are whole numbers.
        var isWhole: Bool { self == .whole || self == .state }
    }

    package init(
        name: String, title: TitlePattern, source: String, dataTemplate: String,
        settings: GraphSettings, items: [GraphItem], numbers: [NumberColumn] = NumberColumn.usual
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.dataTemplate = dataTemplate
        self.settings = settings
        self.items = items
        self.numbers = numbers
    }

    /// Those of the items that are series.
    package var series: [Series] {
        items.compactMap { if case .series(let series) = $0 { series } else { nil } }
    }
}

/// A place in the palette, so that the same series is readable on a light and a dark page.
package enum SeriesColor: String, Hashable, Sendable, CaseIterable {
    case blue, orange, maroon, violet, brown, plum
}
