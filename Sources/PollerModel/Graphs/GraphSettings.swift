/// What of a graph is no series: its axes and how they are written. Each field is one option of
/// rrdgraph, within limits; what is nil the planner decides.
package struct GraphSettings: Hashable, Sendable {
    package var verticalLabel: String
    /// What stands at the vertical axis in place of the unit.
    package var axisLabel: String?
    /// In which of bits and bytes it is shown where nobody asks for the other.
    package var units = GraphView.Units.asDefined
    /// As in `GraphView`, where nobody asks for another.
    package var percentile: Double?
    package var showsCapacity: Bool?
    package var base: GraphTemplate.Base = .si
    /// The axis reaches at least from here …
    package var lowerLimit: Double?
    /// … to here; beyond where the data go beyond, unless the axis is rigid.
    package var upperLimit: Double?
    /// The limits hold whatever comes; what lies beyond is cut off.
    package var isRigid = false
    package var isLogarithmic = false
    /// Distance of the grid's lines, and which of them have a label.
    package var gridStep: Double?
    package var gridLabelEvery = 1
    /// The power of ten of the axis' labels, a multiple of three.
    package var unitsExponent: Int?
    package var rightAxis: RightAxis?
    package var isSmooth = true
    package var fitsGrid = true
    /// Characters of room for the axis' labels.
    package var unitsLength: Int?
    package var tabWidth: Int?
    package var hasDynamicLabels = false
    package var forcesRuleLabels = false
    package var legendPosition = LegendPosition.south
    package var legendIsReversed = false
    /// Size of its plot where nobody asks for another.
    package var width = GraphLimits.defaultWidth
    package var height = GraphLimits.defaultHeight

    package static let unitsExponents: ClosedRange<Int> = -18...18
    package static let unitsLengths: ClosedRange<Int> = 1...20
    package static let tabWidths: ClosedRange<Int> = 1...200
    /// Lines of a grid that somebody asks for; more would hide the data.
    package static let mostGridLines = 100.0

    package init(verticalLabel: String) { self.verticalLabel = verticalLabel }

    /// A second scale at the right: `value × scale + shift`.
    package struct RightAxis: Hashable, Sendable {
        package let scale: Double
        package let shift: Double
        package let label: String

        package init(scale: Double, shift: Double, label: String) {
            self.scale = scale
            self.shift = shift
            self.label = label
        }
    }

    package enum LegendPosition: String, Hashable, Sendable, CaseIterable {
        case north, south, east, west
    }
}
