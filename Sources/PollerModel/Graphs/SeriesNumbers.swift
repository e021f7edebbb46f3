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
        label: String, values: [Double], peaks: [Double]?, frame: ColumnFrame,
        expected: Range<Int>, percentile: Double = usualPercentile
    ) {
        let known = values.known
        self.label = label
        rowSeconds = frame.stepSeconds
        knownRows = known.count
        expectedRows = max(expected.count, known.count)
        current = known.last
        isCurrent = false
        let summary = known.summary
        let sum = summary?.sum
        average = sum.map { $0 / Double(known.count) }
        minimum = summary?.smallest
        maximum = summary?.largest
        peak = peaks?.known.summary?.largest
        self.percentile = Statistic.percentile(percentile).value(of: known, frame: frame).value
        total = sum.map { $0 * Double(frame.stepSeconds) }
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

/// A picture of years has columns of hundreds of thousands of rows, so each is gone through as
/// seldom as can be.
extension [Double] {
    /// Those that are not NaN.
    fileprivate var known: [Double] {
        Array(unsafeUninitializedCapacity: count) { room, filled in
            for value in self where !value.isNaN {
                room.initializeElement(at: filled, to: value)
                filled += 1
            }
        }
    }

    /// Of values none of which is NaN; nil where there are none.
    fileprivate var summary: (sum: Double, smallest: Double, largest: Double)? {
        guard let first else { return nil }
        var (sum, smallest, largest) = (0.0, first, first)
        for value in self {
            sum += value
            if value < smallest { smallest = value }
            if value > largest { largest = value }
        }
        return (sum, smallest, largest)
    }
}
