/// How the numbers of one row of a legend are written: alike, with as many digits as they need.
struct NumberStyle: Hashable {
    /// nil: with a prefix.
    let decimals: Int?
    private let isWhole: Bool

    /// A mean of counts that is smaller keeps its decimals: 1 or 2 is not 1.33.
    private static let largestExact = 100.0
    /// Larger ones get a prefix, as on the axis.
    private static let largestPlain = 1e6
    private static let usualDecimals = 2
    private static let mostDecimals = 4
    /// Smaller numbers get a prefix below one, and of larger ones four decimals say nothing.
    private static let prefixless = 0.01..<10.0
    /// Numbers beside those, which decimals can still show.
    private static let mixable = 0.000_001..<0.01
    private static let narrow = 0.001..<0.02
    private static let noFraction = ".00"

    init(_ format: GraphTemplate.NumberFormat, of numbers: [Double]) {
        isWhole = format.isWhole
        let finite = numbers.filter(\.isFinite)
        let largest = finite.map(\.magnitude).max() ?? 0
        switch format {
        // A prefix in the half of a row would hide which number is the smaller one.
        case .scaled where Self.isMixed(finite, largest):
            decimals = max(Self.mostDecimals, Self.shown(finite))
        case .scaled: decimals = nil
        case _ where largest >= Self.largestPlain: decimals = nil
        case .whole, .state: decimals = 0
        case .decimal:
            let usual = Self.usualDecimals + (Self.isNarrow(finite) ? 1 : 0)
            decimals =
                switch largest {
                case 10_000...: 0
                case 1_000...: 1
                case 1...: usual
                case 0.1...: max(usual, Self.shown(finite))
                case 0.01...: max(3, Self.shown(finite))
                case 0.000_001...: max(Self.mostDecimals, Self.shown(finite))
                default: Self.usualDecimals
                }
        }
    }

    /// The smallest that is not zero; nil where all are.
    private static func least(_ numbers: [Double]) -> Double? {
        numbers.lazy.map(\.magnitude).filter { $0 > 0 }.min()
    }

    /// As many decimals as show that no number is zero but those that are; the usual ones where no
    /// decimals do.
    private static func shown(_ numbers: [Double]) -> Int {
        guard let least = least(numbers) else { return usualDecimals }
        return (0...NumberText.decimalsRange.upperBound).first { decimals in
            NumberText.fixed(least, decimals: decimals).contains { $0 != "0" && $0 != "." }
        } ?? usualDecimals
    }

    private static func isMixed(_ numbers: [Double], _ largest: Double) -> Bool {
        prefixless.contains(largest) && least(numbers).map(mixable.contains) ?? false
    }

    /// Whether the usual decimals would show numbers as one that differ.
    private static func isNarrow(_ numbers: [Double]) -> Bool {
        guard let smallest = numbers.min(), let largest = numbers.max() else { return false }
        return narrow.contains(largest - smallest)
    }

    func text(
        _ value: Double, base: GraphTemplate.Base
    ) -> (number: String, prefix: String) {
        guard let decimals else { return NumberText.scaled(value, base: base) }
        if isWhole, decimals == 0, value.magnitude < Self.largestExact {
            let exact = NumberText.fixed(value, decimals: Self.usualDecimals)
            if !exact.hasSuffix(Self.noFraction) { return (exact, "") }
        }
        return (NumberText.fixed(value, decimals: decimals), "")
    }
}
