/// A picture as typed instructions: what `GraphPlanner` decides and a `GraphRenderer` draws.
/// No text in it is syntax; the renderer escapes.
package struct GraphScript: Sendable {
    package var title: String
    package var verticalLabel: String
    package var range: TimeRange
    package var width: Int
    package var height: Int
    package var scale: Int
    package var format: GraphFormat
    package var theme: GraphTheme
    package var hasLegend: Bool
    package var base: GraphTemplate.Base
    package var axis: ValueAxis
    package var timeAxis: TimeAxis
    package var settings: GraphSettings
    /// What `.read` elements read.
    package var rows: [RoundRobinSeries]
    package var elements: [Element]

    package init(
        title: String, range: TimeRange, width: Int, height: Int, scale: Int = 1,
        format: GraphFormat = .png, theme: GraphTheme = .light, hasLegend: Bool = true,
        base: GraphTemplate.Base, axis: ValueAxis, timeAxis: TimeAxis, settings: GraphSettings,
        rows: [RoundRobinSeries], elements: [Element]
    ) {
        self.title = title
        verticalLabel = settings.verticalLabel
        self.range = range
        self.width = width
        self.height = height
        self.scale = scale
        self.format = format
        self.theme = theme
        self.hasLegend = hasLegend
        self.base = base
        self.axis = axis
        self.timeAxis = timeAxis
        self.settings = settings
        self.rows = rows
        self.elements = elements
    }

    /// Pixels of a character of a title: of the usual one, and of one that is too long for that.
    private static let titleCharacterWidths = (usual: 8, small: 6)
    /// What is free between a title and the arrow of the axis beside the plot.
    private static let titleMargin = 12

    /// Whether the title is written smaller, so that more of it fits.
    package var hasSmallTitle: Bool {
        title.count > Self.titleRoom(width, settings, isSmall: false)
    }

    /// So many characters fit above a plot of `width` pixels. A title is centred above the whole
    /// picture, and must not reach the axis.
    static func titleRoom(_ width: Int, _ settings: GraphSettings, isSmall: Bool) -> Int {
        let pixels = width + settings.marginWidth - 2 * (settings.axisWidth + titleMargin)
        return pixels / (isSmall ? titleCharacterWidths.small : titleCharacterWidths.usual)
    }

    /// RRDtool manual: rrdgraph_data (DEF, CDEF) and rrdgraph_graph (the rest).
    package enum Element: Hashable, Sendable {
        case read(name: String, Origin)
        case compute(name: String, value: Expression)
        /// Draws what has this name later than it was.
        case shift(name: String, seconds: Int64)
        case area(name: String, color: Color, legend: String?, isStacked: Bool)
        case line(name: String, GraphStroke, color: Color, legend: String?, isStacked: Bool)
        case tick(name: String, share: Double, color: Color, legend: String?)
        case horizontalRule(Double, GraphStroke, color: Color, legend: String?)
        case verticalRule(Timestamp, GraphStroke, color: Color, legend: String?)
        /// A text of the legend; what follows stands on the same line unless it ends here.
        case comment(String, Ending)
        case alignment(GraphItem.TextAlignment)

        /// Whether it is in the plot.
        var isDrawn: Bool {
            switch self {
            case .area, .line, .tick, .horizontalRule, .verticalRule: true
            case .read, .compute, .shift, .comment, .alignment: false
            }
        }
    }

    /// Where values come from.
    package struct Origin: Hashable, Sendable {
        /// Place in `rows`.
        package let rows: Int
        package let path: String
        package let source: String
        package let function: ConsolidationFunction
        /// Seconds of a row.
        package let rowSeconds: Int64
        /// Where it is another than that of the picture.
        package let range: TimeRange?

        package init(
            rows: Int, path: String, source: String, function: ConsolidationFunction,
            rowSeconds: Int64, range: TimeRange? = nil
        ) {
            self.rows = rows
            self.path = path
            self.source = source
            self.function = function
            self.rowSeconds = rowSeconds
            self.range = range
        }
    }

    package enum Ending: Hashable, Sendable { case none, left, center, right }
}
