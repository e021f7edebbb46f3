/// How the numbers of one row of a legend are written: alike, with as many digits as they need.
struct NumberStyle: Hashable {
    /// nil: with a prefix.
    let decimals: Int?

    /// Larger ones get a prefix, as on the axis.
    private static let largestPlain = 1e6
    private static let usualDecimals = 2

    init(_ format: GraphTemplate.NumberFormat, of numbers: [Double]) {
        let largest = numbers.lazy.map(\.magnitude).filter(\.isFinite).max() ?? 0
        switch format {
        case .scaled: decimals = nil
        case _ where largest >= Self.largestPlain: decimals = nil
        case .whole: decimals = 0
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
        return (NumberText.fixed(value, decimals: decimals), "")
    }
}
