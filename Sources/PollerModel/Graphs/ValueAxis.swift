/// The vertical axis of a picture: its limits, its grid and how its labels are written. Worked out
/// from the data, because librrd's own labels repeat where a range is small (33 33 32 32), and cut
/// off what exceeds a limit.
package struct ValueAxis: Hashable, Sendable {
    package let lower: Double
    package let upper: Double
    package let isLogarithmic: Bool
    /// nil leaves the grid to librrd.
    package let grid: Grid?

    package struct Grid: Hashable, Sendable {
        /// Distance of the lines.
        package let step: Double
        /// Each so many lines one has a label.
        package let labelEvery: Int
        /// Of the labels: 6 for M.
        package let exponent: Int
        package let decimals: Int
        /// Behind the numbers.
        package let prefix: String
    }

    /// Whether zero can be seen; on a logarithmic axis everything begins at the bottom.
    var reachesZero: Bool { isLogarithmic || (lower <= 0 && upper >= 0) }

    /// Pixels between two labels.
    private static let labelDistance = 38
    /// Of states, each of which has a meaning.
    private static let statesDistance = 18
    /// A flat line lies in the middle of so much of its value to both sides.
    private static let flatShare = 0.02
    /// An axis that spans less of its largest value would need more decimals than there are.
    private static let smallestSpan = 0.001
    /// An axis ends here at the latest: the distance of its ends must be a number too.
    private static let largest = 1e300
    /// What is left free above the data, and below where no limit is.
    private static let headroom = 0.04

    /// - Parameters:
    ///   - data: the smallest and the largest that is drawn; nil when nothing is known.
    ///   - isPlain: labels have no prefix.
    ///   - isWhole: between two whole numbers there is nothing, as with states and counts.
    static func fitted(
        to data: ClosedRange<Double>?, _ settings: GraphSettings, base: GraphTemplate.Base,
        height: Int, isPlain: Bool, isWhole: Bool = false
    ) -> ValueAxis {
        var lower = settings.lowerLimit ?? data?.lowerBound ?? 0
        var upper = settings.upperLimit ?? data?.upperBound ?? lower + 1
        if let data, !settings.isRigid {
            lower = min(lower, data.lowerBound)
            upper = max(upper, data.upperBound)
        }
        (lower, upper) = (max(lower, -largest), min(upper, largest))
        if upper <= lower {
            let pad = max(abs(lower) * flatShare, lower == 0 ? 1 : 0)
            upper = lower + pad
            if settings.lowerLimit == nil, lower != 0 { lower -= pad }
        }
        var gridStep = settings.gridStep
        let least = max(abs(lower), abs(upper)) * smallestSpan
        if upper - lower < least {
            let middle = lower + (upper - lower) / 2
            (lower, upper, gridStep) = (middle - least / 2, middle + least / 2, nil)
        }
        // librrd draws each line that it is told, however many there are.
        if let step = gridStep, (upper - lower) / step > GraphSettings.mostGridLines {
            gridStep = nil
        }
        // A state on the uppermost edge would look like the frame.
        let isOnEdge = isWhole && data?.upperBound == upper && !settings.isRigid
        let isAtUpperLimit = !isOnEdge && settings.upperLimit.map { upper <= $0 } ?? false
        let isAtLowerLimit = settings.lowerLimit.map { lower >= $0 } ?? (lower == 0)
        let room = (upper - lower) * headroom
        if !isAtUpperLimit { upper += room }
        if !isAtLowerLimit { lower -= room }
        let wanted = (upper - lower) / Double(max(2, min(8, height / labelDistance)))
        let (major, lines) =
            isWhole
            ? wholeStep((upper - lower) * Double(statesDistance) <= Double(height) ? 1 : wanted)
            : roundStep(wanted, base: base)
        let step = gridStep ?? major / Double(lines)
        let every = gridStep == nil ? lines : settings.gridLabelEvery
        if !isAtUpperLimit { upper = (upper / step).rounded(.up) * step }
        if !isAtLowerLimit { lower = (lower / step).rounded(.down) * step }
        return ValueAxis(
            lower: lower, upper: upper, isLogarithmic: false,
            grid: grid(
                step: step, every: every, largest: max(abs(lower), abs(upper)),
                exponent: settings.unitsExponent, base: base, isPlain: isPlain))
    }

    /// The smallest decade that a logarithmic axis without data shows.
    private static let emptyDecade = 1.0...10.0
    /// Decades below the largest value that are shown at most.
    private static let mostDecades = 1e9

    /// - Parameter smallest: the smallest value above zero.
    static func logarithmic(
        smallest: Double?, largest: Double?, _ settings: GraphSettings
    ) -> ValueAxis {
        let top = max(largest ?? 0, settings.upperLimit ?? 0)
        guard top > 0 else {
            return ValueAxis(
                lower: emptyDecade.lowerBound, upper: emptyDecade.upperBound, isLogarithmic: true,
                grid: nil)
        }
        let limit = settings.lowerLimit.flatMap { $0 > 0 ? $0 : nil }
        let low = max(min(limit ?? smallest ?? top / 10, smallest ?? top), top / mostDecades)
        return ValueAxis(
            lower: low >= top ? top / 10 : low, upper: top * 1.1, isLogarithmic: true, grid: nil)
    }

    /// A step that is easy to read, at least `wanted`, and into how many lines it is parted.
    private static func roundStep(
        _ wanted: Double, base: GraphTemplate.Base
    ) -> (step: Double, lines: Int) {
        guard wanted > 0, wanted.isFinite else { return (1, 5) }
        if base == .iec, wanted >= 1 {
            var step = 1.0
            while step < wanted { step *= 2 }
            return (step, 4)
        }
        var decade = 1.0
        while decade * 10 <= wanted { decade *= 10 }
        while decade > wanted { decade /= 10 }
        for (factor, lines) in [(1.0, 5), (2.0, 4), (5.0, 5)] where factor * decade >= wanted {
            return (factor * decade, lines)
        }
        return (decade * 10, 5)
    }

    /// The same, of whole numbers only.
    private static func wholeStep(_ wanted: Double) -> (step: Double, lines: Int) {
        let (step, lines) = roundStep(max(wanted, 1), base: .si)
        return (step, min(lines, Int(min(step, 10))))
    }

    private static func grid(
        step: Double, every: Int, largest: Double, exponent: Int?, base: GraphTemplate.Base,
        isPlain: Bool
    ) -> Grid {
        let distance = step * Double(every)
        // Plain numbers so near to each other would all be the same.
        var power = power(
            of: largest, base: base, isPlain: isPlain && distance >= smallestLabel)
        // An exponent that would make all labels the same, or none of them fit, is not taken.
        if let wanted = exponent.map({ $0 / 3 }),
            scaled(distance, wanted, base) >= smallestLabel,
            scaled(largest, wanted, base) < largestLabel
        {
            power = wanted
        }
        let label = scaled(distance, power, base)
        var decimals = 0
        var shown = label
        while decimals < NumberText.decimalsRange.upperBound,
            abs(shown - shown.rounded()) > 1e-6 * max(1, abs(shown))
        {
            shown *= 10
            decimals += 1
        }
        return Grid(
            step: step, labelEvery: every, exponent: power * 3, decimals: decimals,
            prefix: NumberText.prefix(power, base: base))
    }

    /// A number as a label with a prefix has it.
    private static func scaled(
        _ value: Double, _ power: Int, _ base: GraphTemplate.Base
    ) -> Double {
        var factor = 1.0
        for _ in 0..<abs(power) { factor *= Double(base.rawValue) }
        return value / (power < 0 ? 1 / factor : factor)
    }

    /// Characters of the longest label; nil where librrd writes them itself.
    func labelLength(base: GraphTemplate.Base) -> Int? {
        guard let grid else { return nil }
        let texts = [lower, upper].map {
            NumberText.fixed(
                Self.scaled($0, grid.exponent / 3, base), decimals: grid.decimals)
        }
        let unit = grid.prefix.isEmpty ? 0 : grid.prefix.count + 1
        return texts.map(\.count).max().map { $0 + unit }
    }

    /// The smallest distance of two labels that six decimals tell apart, and the largest number that
    /// has room.
    private static let smallestLabel = 2e-6
    private static let largestLabel = 1e7

    /// Plain numbers get a prefix only where they would not fit otherwise.
    private static let largestPlain = 1e6
    private static let smallestPlain = 0.000_1
    /// Smaller ones have the prefix below.
    private static let smallestScaled = 0.01

    private static func power(
        of largest: Double, base: GraphTemplate.Base, isPlain: Bool
    ) -> Int {
        var (power, rest) = (0, largest)
        if isPlain, largest < largestPlain, largest >= smallestPlain { return 0 }
        while rest >= Double(base.rawValue), power < 6 {
            rest /= Double(base.rawValue)
            power += 1
        }
        while rest > 0, rest < smallestScaled, power > -6 {
            rest *= Double(base.rawValue)
            power -= 1
        }
        return power
    }
}
