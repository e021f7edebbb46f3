/// One number of a whole column, as librrd's VDEF computes it (RRDtool manual, rrdgraph_data;
/// `vdef_calc` of rrd_graph.c 1.7.2).
package enum Statistic: Hashable, Sendable {
    case maximum
    case minimum
    case average
    /// The standard deviation of all that is known, not of a sample.
    case deviation
    case last
    case first
    /// The sum of all rows times their seconds: what a rate a second amounts to. Unknown rows count
    /// as nothing, so it says less than the truth where there are gaps.
    case total
    /// The value that a percentage of all rows does not exceed, in percent (`percentages`). An
    /// unknown row counts as the smallest.
    case percentile(Double)
    /// The same of the rows that are known.
    case percentileOfKnown(Double)
    /// The straight line that lies nearest to the rows (least squares): what it grows by with each
    /// row, where it is at the first, and how well it fits (-1...1).
    case slope
    case intercept
    case correlation

    /// Percentages that have a value: more than 0, up to 100.
    package static let percentages = Double.leastNonzeroMagnitude...100

    /// What librrd reads in a VDEF behind the name of the column, for example `95,PERCENT`.
    package var rpnText: String {
        switch self {
        case .maximum: "MAXIMUM"
        case .minimum: "MINIMUM"
        case .average: "AVERAGE"
        case .deviation: "STDEV"
        case .last: "LAST"
        case .first: "FIRST"
        case .total: "TOTAL"
        case .percentile(let percentage): "\(percentage.plainText),PERCENT"
        case .percentileOfKnown(let percentage): "\(percentage.plainText),PERCENTNAN"
        case .slope: "LSLSLOPE"
        case .intercept: "LSLINT"
        case .correlation: "LSLCORREL"
        }
    }

    private static let withoutNumber: [Statistic] = [
        .maximum, .minimum, .average, .deviation, .last, .first, .total, .slope, .intercept,
        .correlation,
    ]

    /// Reads what `rpnText` writes.
    ///
    /// - Throws: what is wrong with it, in words.
    package init(_ text: String) throws(Expression.Mistake) {
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
        let name = words[words.count - 1]
        if let known = Self.withoutNumber.first(where: { $0.rpnText == name }) {
            guard words.count == 1 else {
                throw Expression.Mistake(words: "“\(name)” takes no number")
            }
            self = known
            return
        }
        guard name == "PERCENT" || name == "PERCENTNAN" else {
            let names = Self.withoutNumber.map(\.rpnText) + ["PERCENT", "PERCENTNAN"]
            throw Expression.Mistake(
                words: "“\(name)” is no statistic" + Suggestion.phrase(for: name, among: names))
        }
        guard words.count == 2, let percentage = Double(words[0]),
            Self.percentages.contains(percentage)
        else {
            throw Expression.Mistake(
                words: "“\(name)” takes one percentage, more than 0 and up to 100")
        }
        self = name == "PERCENT" ? .percentile(percentage) : .percentileOfKnown(percentage)
    }
}
