import PollerModel

/// A curve without axes, as the paths of a small SVG.
struct Sparkline {
    static let width = 120
    static let height = 28
    /// Points of a curve; rows are averaged to them.
    static let points = 60

    let first: String
    let second: String

    /// - Parameter columns: rows of two series over the same time; NaN is unknown, and a gap.
    init(_ columns: (first: [Double], second: [Double])) {
        let curves = [Self.thinned(columns.first), Self.thinned(columns.second)]
        let top = curves.joined().filter(\.isFinite).max() ?? 0
        first = Self.path(curves[0], top: top)
        second = Self.path(curves[1], top: top)
    }

    /// Means of the known rows of each part.
    static func thinned(_ column: [Double]) -> [Double] {
        guard column.count > points else { return column }
        return (0..<points).map { point in
            let part = column[column.count * point / points..<column.count * (point + 1) / points]
            let known = part.filter { !$0.isNaN }
            return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
        }
    }

    /// SVG's path data: a stretch of known points each. One that stands alone is a short line.
    private static func path(_ curve: [Double], top: Double) -> String {
        var path = ""
        var isOpen = false
        let across = Double(width) / Double(max(curve.count - 1, 1))
        for (place, value) in curve.enumerated() {
            guard value.isFinite else {
                isOpen = false
                continue
            }
            let share = top > 0 ? min(max(value / top, 0), 1) : 0
            let x = NumberText.fixed(Double(place) * across, decimals: 1)
            let y = NumberText.fixed(Double(height - 1) - share * Double(height - 2), decimals: 1)
            path += isOpen ? "L\(x) \(y)" : "M\(x) \(y)h.1"
            isOpen = true
        }
        return path
    }
}
