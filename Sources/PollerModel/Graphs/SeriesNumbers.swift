/// A number of a series over the range of a picture.
package enum NumberColumn: String, Hashable, Sendable, CaseIterable {
    /// The newest value; of a range in the past its last one.
    case current
    /// The mean of what is known.
    case average
    /// The smallest mean of a row.
    case minimum
    /// The largest mean of a row.
    case maximum
    /// The largest value of a single step; left out where each row is one.
    case peak
    /// 95 in 100 of the known rows are at or below it.
    case percentile
    /// What a rate comes to over the known time.
    case total

    package static let usual: [NumberColumn] = [.current, .average, .maximum, .peak]

    /// Whether it says something of such numbers: between two states there is none, so a mean of
    /// them is no state.
    func tells(of format: GraphTemplate.NumberFormat) -> Bool {
        format != .state || (self != .average && self != .percentile)
    }
}

/// The numbers of one series over a range. All are of rows of `rowSeconds`; nil is unknown.
package struct SeriesNumbers: Hashable, Sendable {
    package let label: String
    /// nil where the newest value is not known, and before the first.
    package var current: Double?
    /// Whether the range reaches to now, so that `current` is that.
    package var isCurrent: Bool
    package let average: Double?
    package let minimum: Double?
    package let maximum: Double?
    /// nil also where no archive of the file holds the largest values.
    package var peak: Double?
    package let percentile: Double?
    /// In what the series counts, times seconds: bits for bits per second.
    package let total: Double?
    package let knownRows: Int
    /// Rows that could be known.
    package let expectedRows: Int
    package let rowSeconds: Int64

    /// The percentile that is shown unless another is asked for.
    package static let usualPercentile = 95.0

    /// - Parameters:
    ///   - values: of the means.
    ///   - peaks: nil where there are none.
    ///   - expected: rows that could be known; what lies outside counts all the same.
    package init(
        label: String, values: ArraySlice<Double>, peaks: ArraySlice<Double>?,
        frame: ColumnFrame, expected: Range<Int>, percentile: Double = usualPercentile
    ) {
        let known = KnownValues(values)
        self.label = label
        rowSeconds = frame.stepSeconds
        knownRows = known.count
        expectedRows = max(expected.count, known.count)
        current = values.last { !$0.isNaN }
        isCurrent = false
        average = known.sum.map { $0 / Double(known.count) }
        minimum = known.smallest
        maximum = known.largest
        peak = peaks.flatMap { KnownValues($0).largest }
        self.percentile = Statistic.percentileOfKnown(
            percentile, of: values, unknown: values.count - known.count)
        total = known.sum.map { $0 * Double(frame.stepSeconds) }
    }

    package func number(_ column: NumberColumn) -> Double? {
        switch column {
        case .current: current
        case .average: average
        case .minimum: minimum
        case .maximum: maximum
        case .peak: peak
        case .percentile: percentile
        case .total: total
        }
    }
}

/// What is known of a column. A picture of years has columns of hundreds of thousands of rows, so
/// each is gone through once, and none is copied.
private struct KnownValues {
    let count: Int
    /// nil where nothing is known, as the others.
    let sum: Double?
    let smallest: Double?
    let largest: Double?

    init(_ values: ArraySlice<Double>) {
        var (count, total, least, most) = (0, 0.0, Double.infinity, -Double.infinity)
        values.withUnsafeBufferPointer { values in
            for value in values where !value.isNaN {
                count &+= 1
                total += value
                if value < least { least = value }
                if value > most { most = value }
            }
        }
        self.count = count
        (sum, smallest, largest) = count > 0 ? (total, least, most) : (nil, nil, nil)
    }
}
