extension Expression {
    /// Seconds that a trend can look back: more than three years.
    package static let trendSecondsRange = 1...100_000_000

    /// Follows the depth of the stack through `tokens` without computing anything.
    ///
    /// - Throws: the first thing that keeps them from being one value.
    static func check(_ tokens: [Token]) throws(Mistake) {
        var depth = 0
        for (position, token) in tokens.enumerated() {
            let (takes, gives) = try effect(of: token, behind: tokens[..<position])
            guard depth >= takes else {
                throw Mistake(words: "“\(token.text)” needs \(takes) values, but has \(depth)")
            }
            depth += gives - takes
            guard depth <= largestDepth else {
                throw Mistake(words: "piles up more than \(largestDepth) values")
            }
        }
        guard depth == 1 else {
            throw Mistake(words: "leaves \(depth) values; it must leave one")
        }
    }

    private static func effect(
        of token: Token, behind before: ArraySlice<Token>
    ) throws(Mistake) -> (takes: Int, gives: Int) {
        let operation: Operation
        switch token {
        case .variable: return (0, 1)
        case .number(let number):
            guard number.isFinite else { throw Mistake(words: "“\(token.text)” is no number") }
            return (0, 1)
        case .operation(let known): operation = known
        }
        switch operation.effect {
        case .fixed(let takes, let gives): return (takes, gives)
        case .counted(let parameters, let keeps):
            guard let count = wholeNumber(before.last, in: 1...largestDepth) else {
                throw Mistake(
                    words: "“\(token.text)” needs a number of values, written right before it: "
                        + "1 to \(largestDepth)")
            }
            if operation == .percentile {
                try checkPercentage(before.dropLast().last, of: count)
            }
            return (1 + parameters + count, keeps ? count : 1)
        case .trend:
            guard case .variable? = before.dropLast().last,
                wholeNumber(before.last, in: trendSecondsRange) != nil
            else {
                throw Mistake(
                    words: "“\(token.text)” needs a data source and a number of seconds, written "
                        + "right before it: \(trendSecondsRange.lowerBound) to "
                        + "\(trendSecondsRange.upperBound)")
            }
            return (2, 1)
        }
    }

    private static func wholeNumber(_ token: Token?, in range: ClosedRange<Int>) -> Int? {
        guard case .number(let number)? = token, let whole = Int(exactly: number),
            range.contains(whole)
        else { return nil }
        return whole
    }

    /// Of a percentage that makes less than half a value librrd would take the value below those
    /// that are counted, or what lies before its stack.
    private static func checkPercentage(_ token: Token?, of count: Int) throws(Mistake) {
        guard case .number(let percentage)? = token, percentage <= 100,
            percentileRank(percentage, of: count) >= 1
        else {
            throw Mistake(
                words: "“PERCENT” needs a percentage, written before the number of values: up to "
                    + "100, and of \(count) \(count == 1 ? "value" : "values") at least "
                    + "\((50 / Double(count)).plainText)")
        }
    }

    /// Which of `count` sorted values librrd takes, the smallest being 1.
    static func percentileRank(_ percentage: Double, of count: Int) -> Double {
        (percentage * Double(count) / 100).rounded(.toNearestOrAwayFromZero)
    }
}

extension Expression {
    /// Whether librrd draws it, as it does with whatever reads a data source and does not end with
    /// a number.
    package var isDrawable: Bool { drawingMistake == nil }

    /// Why librrd does not draw it, which is no mistake where the poller itself computes.
    package var drawingMistake: Mistake? {
        if variables.isEmpty { return Mistake(words: "reads no data source, so it has no rows") }
        // librrd 1.7.2 takes a number only with a comma behind it.
        if case .number? = tokens.last {
            return Mistake(words: "ends with a number; librrd reads it at any other place")
        }
        return nil
    }
}
