/// A picture as typed instructions: what `GraphPlanner` decides and a `GraphRenderer` draws.
/// No text in it is syntax; the renderer escapes.
package struct GraphScript: Hashable, Sendable {
    package var title: String
    package var verticalLabel: String
    package var range: TimeRange
    package var width: Int
    package var height: Int
    package var scale: Int
    package var theme: GraphTheme
    package var hasLegend: Bool
    package var base: GraphTemplate.Base
    package var lowerLimit: Double?
    package var upperLimit: Double?
    package var elements: [Element]

    package init(
        title: String, verticalLabel: String, range: TimeRange, width: Int, height: Int,
        scale: Int, theme: GraphTheme, hasLegend: Bool, base: GraphTemplate.Base,
        lowerLimit: Double?, upperLimit: Double?, elements: [Element]
    ) {
        self.title = title
        self.verticalLabel = verticalLabel
        self.range = range
        self.width = width
        self.height = height
        self.scale = scale
        self.theme = theme
        self.hasLegend = hasLegend
        self.base = base
        self.lowerLimit = lowerLimit
        self.upperLimit = upperLimit
        self.elements = elements
    }

    /// RRDtool manual: rrdgraph_data (DEF, CDEF, VDEF) and rrdgraph_graph (the rest).
    package enum Element: Hashable, Sendable {
        case read(name: String, path: String, source: String, function: ConsolidationFunction)
        case compute(name: String, value: Expression)
        case summarize(name: String, of: String, by: Summary)
        case area(name: String, color: Color, legend: String?, isStacked: Bool)
        case line(name: String, width: Double, color: Color, legend: String?)
        /// `label` and the number of a summary; compact where there is little room.
        case print(
            name: String, label: String, format: GraphTemplate.NumberFormat, isCompact: Bool,
            endsLine: Bool)
        case comment(String, Alignment)
    }

    package enum Summary: String, Hashable, Sendable {
        case last = "LAST"
        case average = "AVERAGE"
        case maximum = "MAXIMUM"
    }

    package enum Alignment: Hashable, Sendable { case left, center, right }
}
