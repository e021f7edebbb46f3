/// How somebody wants to look at a graph, apart from its range and size: what the switches beside
/// a picture change. The defaults show it as its template says.
package struct GraphView: Hashable, Sendable {
    package var units = Units.asDefined
    package var axis = Axis.linear
    package var base: GraphTemplate.Base?
    package var comparison: Comparison?
    /// Draws a line at this percentile of each drawn series: above 0 to 100.
    package var percentile: Double?
    /// The line at what the interface can carry: nil draws it when the data come near.
    package var showsCapacity: Bool?
    /// The largest values within each point: nil draws them where a point covers several steps.
    package var showsPeaks: Bool?

    /// Whether a line marks when something happened, for example a restart.
    package var showsEvents = true

    package init() {}

    /// Bits and bytes a second, where a graph shows one of them.
    package enum Units: String, Hashable, Sendable, CaseIterable {
        case asDefined = "default"
        case bits
        case bytes
    }

    package enum Axis: String, Hashable, Sendable, CaseIterable {
        case linear
        case logarithmic = "log"
        /// Per cent of what the interface can carry.
        case percent
    }

    /// The same stretch of time a day or a week before, as a line behind the present one.
    package enum Comparison: String, Hashable, Sendable, CaseIterable {
        case day
        case week

        package var days: Int64 { self == .day ? 1 : 7 }
        package var words: String { self == .day ? "a day before" : "a week before" }
    }
}

/// The form of a picture.
package enum GraphFormat: String, Hashable, Sendable, CaseIterable {
    case png
    case svg
}
