/// What one picture may cost. librrd cannot be interrupted, so nothing larger reaches it;
/// measured: 4000 × 2000 takes half a second and 46 MB, ten times that takes minutes.
package enum GraphLimits {
    package static let width: ClosedRange<Int> = 100...4_000
    package static let height: ClosedRange<Int> = 20...2_000
    package static let scale: ClosedRange<Int> = 1...2
    package static let defaultWidth = 700
    package static let defaultHeight = 200
    package static let rangeSeconds: ClosedRange<Int64> = 10...(40 * 366 * 86_400)
    /// 1980-01-01: librrd reads smaller numbers as dates, and no file has rows of that time.
    package static let earliestSeconds: Int64 = 315_532_800
    /// 2100-01-01, the latest time that is asked for or drawn.
    package static let latestSeconds: Int64 = 4_102_444_800
    /// Pictures narrower than this have a smaller font in their legend, and fewer columns.
    package static let narrowWidth = 480
    package static let longestText = 300
    /// Rows of one column: two years of 5 minutes.
    package static let mostRows: Int64 = 220_000
    /// Series that are drawn, each of each part counted.
    package static let mostTraces = 400
    /// Lines of a legend's table; what is drawn beyond has none.
    package static let mostLegendLines = 40
    package static let percentiles: ClosedRange<Double> = 0.1...100
}
