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
    private static let noFraction = ".00"

    init(_ format: GraphTemplate.NumberFormat, of numbers: [Double]) {
        isWhole = format.isWhole
        let largest = numbers.lazy.map(\.magnitude).filter(\.isFinite).max() ?? 0
        switch format {
        case .scaled: decimals = nil
        case _ where largest >= Self.largestPlain: decimals = nil
        case .whole, .state: decimals = 0
        case .decimal:
            decimals =
                switch largest {
                case 10_000...: 0
                case 1_000...: 1
                case 0.1...: Self.usualDecimals
                case 0.01...: 3
                case 0.000_000_1...: 4
                default: Self.usualDecimals
                }
        }
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
