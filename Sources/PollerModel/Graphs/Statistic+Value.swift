extension Statistic {
    /// The number of `column`, whose rows lie as `frame` says; NaN is unknown.
    ///
    /// - Returns: nil when nothing in the column has such a number, or for a percentage out of
    ///   `percentages`; and when it was, in seconds since the epoch, for what was at some time:
    ///   the end of the row, but of the first its start.
    package func value(
        of column: [Double], frame: ColumnFrame
    ) -> (value: Double?, time: Int64?) {
        switch self {
        case .maximum: Self.extreme(of: column, frame) { $0 > $1 }
        case .minimum: Self.extreme(of: column, frame) { $0 < $1 }
        case .first:
            Self.found(column.firstIndex { !$0.isNaN }, in: column) { frame.time(ofRow: $0 - 1) }
        case .last: Self.found(column.lastIndex { !$0.isNaN }, in: column, at: frame.time)
        case .average: (Self.average(of: column), nil)
        case .total: (Self.sum(of: column).map { $0.sum * Double(frame.stepSeconds) }, nil)
        case .deviation: (Self.deviation(of: column), nil)
        case .percentile(let percentage): (Self.percentile(percentage, of: column), nil)
        case .percentileOfKnown(let percentage):
            (
                Self.percentileOfKnown(
                    percentage, of: column[...], unknown: column.count(where: \.isNaN)), nil
            )
        case .slope, .intercept, .correlation: (line(through: column), nil)
        }
    }

    private static func found(
        _ row: Int?, in column: [Double], at time: (Int) -> Int64
    ) -> (value: Double?, time: Int64?) {
        guard let row else { return (nil, nil) }
        return (column[row], time(row))
    }

    /// The first known row holds until a finite one beats it: infinity counts only there.
    private static func extreme(
        of column: [Double], _ frame: ColumnFrame, _ beats: (Double, Double) -> Bool
    ) -> (value: Double?, time: Int64?) {
        guard var best = column.firstIndex(where: { !$0.isNaN }) else { return (nil, nil) }
        for row in best..<column.count
        where column[row].isFinite && beats(column[row], column[best]) {
            best = row
        }
        return found(best, in: column, at: frame.time)
    }

    /// Of what is finite; nil when nothing is.
    private static func sum(of column: [Double]) -> (sum: Double, count: Double)? {
        var (sum, count) = (0.0, 0.0)
        for value in column where value.isFinite {
            sum += value
            count += 1
        }
        return count == 0 ? nil : (sum, count)
    }

    private static func average(of column: [Double]) -> Double? {
        sum(of: column).map { $0.sum / $0.count }
    }

    private static func deviation(of column: [Double]) -> Double? {
        guard let (sum, count) = sum(of: column) else { return nil }
        let average = sum / count
        var squares = 0.0
        for value in column where value.isFinite {
            squares += (value - average) * (value - average)
        }
        return known((squares / count).squareRoot())
    }

    private static func percentile(_ percentage: Double, of column: [Double]) -> Double? {
        guard percentages.contains(percentage), !column.isEmpty else { return nil }
        let position = place(percentage, among: column.count)
        return known(LibrrdOrder.value(at: position, of: column[...]))
    }

    /// `percentileOfKnown` of a part of a column.
    ///
    /// - Parameter unknown: how many of it are NaN.
    static func percentileOfKnown(
        _ percentage: Double, of column: ArraySlice<Double>, unknown: Int
    ) -> Double? {
        let count = column.count - unknown
        guard percentages.contains(percentage), count > 0 else { return nil }
        return LibrrdOrder.knownValue(
            at: place(percentage, among: count), of: column, unknown: unknown)
    }

    /// Of so many that are sorted.
    private static func place(_ percentage: Double, among count: Int) -> Int {
        Int((percentage * Double(count - 1) / 100).rounded(.toNearestOrAwayFromZero))
    }

    private static func known(_ number: Double) -> Double? { number.isNaN ? nil : number }

    /// Rows that are not finite are left out.
    private func line(through column: [Double]) -> Double? {
        var (count, x, y, xx, xy, yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (row, value) in column.enumerated() where value.isFinite {
            let row = Double(row)
            count += 1
            x += row
            y += value
            xx += row * row
            xy += row * value
            yy += value * value
        }
        let slope = (x * y - count * xy) / (x * x - count * xx)
        switch self {
        case .slope: return Self.known(slope)
        case .intercept: return Self.known((y - slope * x) / count)
        default:
            let spread = (xx - x * x / count) * (yy - y * y / count)
            return Self.known((xy - x * y / count) / spread.squareRoot())
        }
    }
}
