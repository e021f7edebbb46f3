/// A picture as it was planned, and what it says in numbers: legend, tables, files of data and
/// descriptions for those who cannot see it are all of this.
package struct GraphPlan: Sendable {
    package let script: GraphScript
    package let series: [PlannedSeries]
    package let frame: ColumnFrame
    /// Rows of the frame that could be known.
    package let expectedRows: Range<Int>
    /// The unit of the values, as the vertical axis names it.
    package let unit: String
    /// What totals count; nil where a total means nothing.
    package let totalUnit: String?
    package let percentile: Double
    /// Stretches of time without any data, in their order.
    package let unknown: [GapText.Gap]
    /// Sentences below the picture.
    package let notes: [String]
    /// Of what the numbers are made, in one line.
    package let resolution: String

    package struct PlannedSeries: Sendable {
        package let label: String
        package let isDrawn: Bool
        package let format: GraphTemplate.NumberFormat
        package let numbers: SeriesNumbers
        /// In the unit of `numbers.total`, for people.
        package let total: Double?
        /// Row by row of the frame; NaN is unknown.
        package let values: [Double]
        /// The largest of each row, where they are known.
        package let peaks: [Double]?
        /// In the series' own unit.
        package let capacity: Double?
    }

    /// Whether nothing at all is known.
    package var isEmpty: Bool { series.allSatisfy { $0.numbers.knownRows == 0 } }

    /// The share of values that are known of those that could be, 0...1; nil where none could.
    package var knownShare: Double? {
        let drawn = series.filter(\.isDrawn).map(\.numbers)
        let expected = drawn.reduce(0) { $0 + $1.expectedRows }
        guard expected > 0 else { return nil }
        return Double(drawn.reduce(0) { $0 + $1.knownRows }) / Double(expected)
    }
}
