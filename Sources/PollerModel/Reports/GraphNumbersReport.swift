/// What a graph shows over a range in numbers: `/graphs/{id}.json`, and without its rows
/// `/api/v1/graphs/{id}/numbers`. Nothing that is not a number is in it: what is unknown is null.
package struct GraphNumbersReport: Sendable, Hashable, Codable {
    package let id: GraphID
    package let title: String
    /// Name of the graph template.
    package let template: String
    /// Of all values, as the vertical axis names it.
    package let unit: String
    /// Of totals; null where a total means nothing.
    @ExplicitNull package var totalUnit: String?
    /// What a kilo is: 1000 or 1024.
    package let base: Int
    /// The range, RFC 3339 in UTC; the end is no part of it.
    package let from: String
    package let to: String
    /// How much time a row covers. All numbers are of such rows.
    package let rowSeconds: Int64
    /// The same in words, and which share is known where that is not all.
    package let resolution: String
    package let percentile: Double
    /// The share of values that are known of those that could be, 0 to 1; null where none could.
    @ExplicitNull package var knownShare: Double?
    /// Sentences about what is missing.
    package let notes: [String]
    /// Stretches of time without any data, in their order.
    package let unknown: [Stretch]
    package let series: [Series]
    /// When each row ends, RFC 3339 in UTC; left out where numbers only are asked for.
    package let times: [String]?

    package struct Stretch: Sendable, Hashable, Codable {
        package let from: String
        package let to: String
    }

    package struct Series: Sendable, Hashable, Codable {
        package let label: String
        /// False where it has numbers only.
        package let drawn: Bool
        /// How its numbers are written for people: scaled, decimal or whole.
        package let format: String
        /// The newest value; of a range in the past its last one.
        @ExplicitNull package var last: Double?
        /// Whether the range reaches to now, so that `last` is the present value.
        package let current: Bool
        @ExplicitNull package var minimum: Double?
        @ExplicitNull package var average: Double?
        @ExplicitNull package var maximum: Double?
        /// The largest value of a single step; null where no archive keeps it.
        @ExplicitNull package var peak: Double?
        @ExplicitNull package var percentile: Double?
        /// In `total_unit`.
        @ExplicitNull package var total: Double?
        package let knownRows: Int
        /// Rows that could be known.
        package let expectedRows: Int
        /// What it can come to, in the unit of its values; null where nobody knows.
        @ExplicitNull package var capacity: Double?
        /// Row by row, `values[i]` at `times[i]`; left out where numbers only are asked for.
        package let values: [Double?]?
        /// The largest of each row; left out where there are none.
        package let peaks: [Double?]?
    }

    /// - Parameter hasRows: whether the values go along, row by row.
    package init(_ plan: GraphPlan, of drawing: Drawing, hasRows: Bool) {
        id = drawing.id
        title = drawing.title
        template = drawing.template
        unit = plan.unit
        _totalUnit = ExplicitNull(wrappedValue: plan.totalUnit)
        base = plan.script.base.rawValue
        from = plan.script.range.start.rfc3339
        to = plan.script.range.end.rfc3339
        rowSeconds = plan.frame.stepSeconds
        resolution = plan.resolution
        percentile = plan.percentile
        _knownShare = ExplicitNull(wrappedValue: plan.knownShare)
        notes = plan.notes
        unknown = plan.unknown.map { Stretch(from: $0.start.rfc3339, to: $0.end.rfc3339) }
        series = plan.series.map { Series($0, hasRows: hasRows) }
        times = hasRows ? plan.frame.times.map(\.rfc3339) : nil
    }
}

extension GraphNumbersReport.Series {
    init(_ planned: GraphPlan.PlannedSeries, hasRows: Bool) {
        let numbers = planned.numbers
        label = planned.label
        drawn = planned.isDrawn
        format = planned.format.rawValue
        current = numbers.isCurrent
        knownRows = numbers.knownRows
        expectedRows = numbers.expectedRows
        _last = ExplicitNull(wrappedValue: numbers.current?.ifFinite)
        _minimum = ExplicitNull(wrappedValue: numbers.minimum?.ifFinite)
        _average = ExplicitNull(wrappedValue: numbers.average?.ifFinite)
        _maximum = ExplicitNull(wrappedValue: numbers.maximum?.ifFinite)
        _peak = ExplicitNull(wrappedValue: numbers.peak?.ifFinite)
        _percentile = ExplicitNull(wrappedValue: numbers.percentile?.ifFinite)
        _total = ExplicitNull(wrappedValue: planned.total?.ifFinite)
        _capacity = ExplicitNull(wrappedValue: planned.capacity?.ifFinite)
        values = hasRows ? planned.values.map(\.ifFinite) : nil
        peaks = hasRows ? planned.peaks?.map(\.ifFinite) : nil
    }
}

extension ColumnFrame {
    /// When each row ends.
    package var times: [Timestamp] {
        (0..<count).map { Timestamp(seconds: time(ofRow: $0)) }
    }
}

extension Double {
    /// nil where it is no number: an unknown value, or a quotient by zero.
    package var ifFinite: Double? { isFinite ? self : nil }
}
