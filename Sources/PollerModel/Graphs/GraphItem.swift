/// One line of a graph's definition: what is drawn, written or printed, in the order of the
/// legend. What RRDtool's manual calls graph elements (rrdgraph_graph), typed.
package enum GraphItem: Hashable, Sendable {
    /// A series with its numbers as a line of the legend's table.
    case series(GraphTemplate.Series)
    /// LINE: a line alone, without numbers.
    case line(Mark, GraphStroke, isStacked: Bool)
    /// AREA
    case area(Mark, isStacked: Bool)
    /// TICK: marks where the value is neither zero nor unknown. `share` of the plot's height.
    case tick(Mark, share: Double)
    /// HRULE
    case horizontalRule(Double, GraphStroke, label: String)
    /// VRULE: at a time, or as often as a day comes round.
    case verticalRule(RuleTime, GraphStroke, label: String)
    /// GPRINT: a number of a value, behind what was printed before.
    case print(Print)
    /// COMMENT
    case comment(String, endsLine: Bool)
    /// TEXTALIGN: of the lines that follow.
    case alignment(TextAlignment)

    package static let countRange = 1...100
    package static let lineWidths: ClosedRange<Double> = 0.5...5
    package static let tickShares: ClosedRange<Double> = 0.01...1
    package static let longestShiftSeconds: Int64 = 10 * 366 * 86_400

    /// A value that is drawn.
    package struct Mark: Hashable, Sendable {
        package let value: Expression
        /// From which archives: AVERAGE or MAX, MIN, LAST where the file has them.
        package let function: ConsolidationFunction
        package let color: GraphColor
        package let label: String?
        /// SHIFT: seconds by which it is drawn later than it was.
        package let shiftSeconds: Int64

        package init(
            value: Expression, function: ConsolidationFunction = .average, color: GraphColor,
            label: String? = nil, shiftSeconds: Int64 = 0
        ) {
            self.value = value
            self.function = function
            self.color = color
            self.label = label
            self.shiftSeconds = shiftSeconds
        }
    }

    package struct Print: Hashable, Sendable {
        package let value: Expression
        package let function: ConsolidationFunction
        package let statistic: Statistic
        package let label: String
        package let format: GraphTemplate.NumberFormat
        package let endsLine: Bool

        package init(
            value: Expression, function: ConsolidationFunction = .average, statistic: Statistic,
            label: String, format: GraphTemplate.NumberFormat, endsLine: Bool
        ) {
            self.value = value
            self.function = function
            self.statistic = statistic
            self.label = label
            self.format = format
            self.endsLine = endsLine
        }
    }

    package enum RuleTime: Hashable, Sendable {
        case at(Timestamp)
        /// At this second of each local day, 0 ..< 86400.
        case daily(Int64)
    }

    package enum TextAlignment: String, Hashable, Sendable, CaseIterable {
        case left, right, center, justified
    }
}

/// How a line is drawn.
package struct GraphStroke: Hashable, Sendable {
    package let width: Double
    /// Lengths of dashes and gaps in pixels; nil for a solid line.
    package let dashes: [Int]?
    package let dashOffset: Int

    package static let dashCountRange = 1...8
    package static let dashLengths = 1...100

    package init(width: Double, dashes: [Int]? = nil, dashOffset: Int = 0) {
        self.width = width
        self.dashes = dashes
        self.dashOffset = dashOffset
    }
}

/// A colour of a graph: a place in the palette, which fits light and dark pages, or a colour that
/// somebody insists on.
package enum GraphColor: Hashable, Sendable {
    case palette(SeriesColor, alpha: UInt8 = 0xff)
    case fixed(Color)
}
