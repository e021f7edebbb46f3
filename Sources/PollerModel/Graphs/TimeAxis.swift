/// The horizontal axis: its grid and how its labels are written. librrd's own labels reach over the
/// edge of a picture, and those of a month are numbers of weeks.
///
/// Only these grids are ever asked for: librrd draws each line of what it is told, and a line a
/// second over a year takes minutes.
package struct TimeAxis: Hashable, Sendable {
    package enum Unit: String, Hashable, Sendable {
        case second = "SECOND"
        case minute = "MINUTE"
        case hour = "HOUR"
        case day = "DAY"
        case week = "WEEK"
        case month = "MONTH"
        case year = "YEAR"

        fileprivate var seconds: Int64 {
            switch self {
            case .second: 1
            case .minute: 60
            case .hour: 3_600
            case .day: 86_400
            case .week: 604_800
            case .month: 2_629_746
            case .year: 31_556_952
            }
        }
    }

    package struct Distance: Hashable, Sendable {
        package let unit: Unit
        package let count: Int

        fileprivate init(_ count: Int, _ unit: Unit) {
            self.unit = unit
            self.count = count
        }

        var seconds: Int64 { unit.seconds * Int64(count) }
    }

    package let minor: Distance
    package let major: Distance
    package let label: Distance
    /// A label stands in the middle of so much time; 0 puts it at a point of time.
    package let labelSpanSeconds: Int64
    /// As strftime reads it (POSIX).
    package let format: String
    /// Characters of a label.
    private let length: Int

    private init(
        _ minor: Distance, _ major: Distance, _ label: Distance, spans: Bool = false,
        _ format: String, _ length: Int
    ) {
        self.minor = minor
        self.major = major
        self.label = label
        labelSpanSeconds = spans ? label.seconds : 0
        self.format = format
        self.length = length
    }

    /// So long no two of its labels are the same: those of hours in a day, of which the longest has
    /// 25 hours.
    private var reachSeconds: Int64 {
        switch format {
        case "%H:%M:%S", "%H:%M": 25 * 3_600
        case "%a %H:%M": 7 * 86_400
        case "%a %d": 28 * 86_400
        case "%b", "%d %b", "%a %d %b": 366 * 86_400
        default: .max
        }
    }

    private static let characterWidth = 7
    private static let labelGap = 14
    /// Pixels between the plot and the right edge (rrd_graph.c: graph_size_location), without
    /// what a character has of its own at its side.
    private static let rightMargin = 15.5

    /// Pixels by which half of a label is wider than the margin.
    private var overhang: Double { widestLabel / 2 - Self.rightMargin }

    /// Pixels of the widest label: DejaVu Sans of 8 points at 96 dots an inch.
    private var widestLabel: Double {
        switch format {
        case "%H:%M:%S": 48
        case "%H:%M": 31
        case "%a %H:%M": 58
        case "%a %d %b": 66
        case "%a %d": 42
        case "%d %b": 40
        case "%b %Y": 54
        case "%b": 23
        default: 28
        }
    }

    /// From the finest to the coarsest.
    private static let all: [TimeAxis] = [
        TimeAxis(Distance(1, .second), Distance(5, .second), Distance(10, .second), "%H:%M:%S", 8),
        TimeAxis(Distance(5, .second), Distance(30, .second), Distance(30, .second), "%H:%M:%S", 8),
        TimeAxis(Distance(10, .second), Distance(1, .minute), Distance(1, .minute), "%H:%M", 5),
        TimeAxis(Distance(30, .second), Distance(2, .minute), Distance(2, .minute), "%H:%M", 5),
        TimeAxis(Distance(1, .minute), Distance(5, .minute), Distance(5, .minute), "%H:%M", 5),
        TimeAxis(Distance(2, .minute), Distance(10, .minute), Distance(10, .minute), "%H:%M", 5),
        TimeAxis(Distance(5, .minute), Distance(20, .minute), Distance(20, .minute), "%H:%M", 5),
        TimeAxis(Distance(10, .minute), Distance(30, .minute), Distance(30, .minute), "%H:%M", 5),
        TimeAxis(Distance(10, .minute), Distance(1, .hour), Distance(1, .hour), "%H:%M", 5),
        TimeAxis(Distance(30, .minute), Distance(2, .hour), Distance(2, .hour), "%H:%M", 5),
        TimeAxis(Distance(1, .hour), Distance(3, .hour), Distance(3, .hour), "%H:%M", 5),
        TimeAxis(Distance(1, .hour), Distance(6, .hour), Distance(6, .hour), "%a %H:%M", 9),
        TimeAxis(Distance(3, .hour), Distance(12, .hour), Distance(12, .hour), "%a %H:%M", 9),
        TimeAxis(
            Distance(6, .hour), Distance(1, .day), Distance(1, .day), spans: true, "%a %d %b", 10),
        TimeAxis(
            Distance(6, .hour), Distance(1, .day), Distance(1, .day), spans: true, "%a %d", 6),
        TimeAxis(
            Distance(12, .hour), Distance(1, .day), Distance(2, .day), "%d %b", 6),
        TimeAxis(Distance(1, .day), Distance(1, .week), Distance(1, .week), "%d %b", 6),
        TimeAxis(Distance(1, .day), Distance(1, .week), Distance(2, .week), "%d %b", 6),
        TimeAxis(
            Distance(1, .week), Distance(1, .month), Distance(1, .month), spans: true, "%b %Y", 8),
        TimeAxis(
            Distance(1, .week), Distance(1, .month), Distance(1, .month), spans: true, "%b", 3),
        TimeAxis(Distance(1, .month), Distance(3, .month), Distance(3, .month), "%b %Y", 8),
        TimeAxis(Distance(1, .month), Distance(6, .month), Distance(6, .month), "%b %Y", 8),
        TimeAxis(
            Distance(3, .month), Distance(1, .year), Distance(1, .year), spans: true, "%Y", 4),
        TimeAxis(Distance(1, .year), Distance(5, .year), Distance(5, .year), "%Y", 4),
        TimeAxis(Distance(1, .year), Distance(10, .year), Distance(10, .year), "%Y", 4),
        TimeAxis(Distance(5, .year), Distance(20, .year), Distance(20, .year), "%Y", 4),
    ]

    /// The finest grid whose labels have room, can be told from each other, and do not reach over
    /// the picture's right edge.
    ///
    /// - Parameter zoneOffset: seconds east of UTC of the zone that librrd draws in.
    package static func fitted(
        to range: TimeRange, width: Int, zoneOffset: (Int64) -> Int64
    ) -> TimeAxis {
        let secondsPerPixel = Double(range.seconds) / Double(width)
        let fitting = all.filter { axis in
            let room = Double(axis.label.seconds) / secondsPerPixel
            return range.seconds <= axis.reachSeconds
                && room >= Double(axis.length * characterWidth + labelGap)
        }
        let whole = fitting.first { axis in
            guard let last = axis.lastLabel(in: range, zoneOffset: zoneOffset) else { return true }
            return Double(range.end.seconds - last) >= axis.overhang * secondsPerPixel
        }
        return whole ?? fitting.first ?? all[all.count - 1]
    }
}
