/// How a data source is drawn: series, units and legend.
package struct GraphTemplate: Hashable, Sendable {
    package static let seriesCountRange = 1...20

    package let name: String
    package let title: TitlePattern
    /// Where the knowledge comes from: an RFC, a MIB or a URL.
    package let source: String
    /// The data template it draws.
    package let dataTemplate: String
    package let verticalLabel: String
    package let base: Base
    package let lowerLimit: Double?
    package let upperLimit: Double?
    package let series: [Series]

    /// The number that makes a kilo.
    package enum Base: Int, Hashable, Sendable, CaseIterable {
        case si = 1_000
        case iec = 1_024
    }

    package struct Series: Hashable, Sendable {
        package let label: String
        package let value: Expression
        package let style: Style
        package let color: SeriesColor
        package let format: NumberFormat

        package init(
            label: String, value: Expression, style: Style, color: SeriesColor,
            format: NumberFormat
        ) {
            self.label = label
            self.value = value
            self.style = style
            self.color = color
            self.format = format
        }
    }

    package enum Style: String, Hashable, Sendable, CaseIterable {
        case line
        /// A line with a light area below it.
        case area
        /// A full area on top of the areas before it.
        case stack
    }

    /// How numbers in the legend are written; presets, because a printf format of a user never
    /// reaches librrd.
    package enum NumberFormat: String, Hashable, Sendable, CaseIterable {
        /// Two decimals and a prefix: 12.34 M.
        case scaled
        /// Two decimals without a prefix: load averages, percent.
        case decimal
        /// No decimals, no prefix.
        case whole
    }

    package init(
        name: String, title: TitlePattern, source: String, dataTemplate: String,
        verticalLabel: String, base: Base, lowerLimit: Double?, upperLimit: Double?,
        series: [Series]
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.dataTemplate = dataTemplate
        self.verticalLabel = verticalLabel
        self.base = base
        self.lowerLimit = lowerLimit
        self.upperLimit = upperLimit
        self.series = series
    }
}

/// A place in the palette, so that the same series is readable on a light and a dark page.
package enum SeriesColor: String, Hashable, Sendable, CaseIterable {
    case blue, orange, maroon, violet, brown, plum
}
