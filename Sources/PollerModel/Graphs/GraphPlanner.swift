/// Decides how a graph is drawn: which rows, which computations, which axis, which legend, and what
/// is said about missing data. A pure function of the graph, the rows, and what is asked for.
package enum GraphPlanner {
    package static func plan(
        _ subject: GraphSubject, _ request: GraphRequest, _ situation: GraphSituation,
        rows: GraphRows
    ) -> GraphPlan {
        let request = request.looking(as: subject.template.settings)
        let units = UnitConversion(subject.template, request.view)
        var builder = PlanBuilder(rows, subject, situation)
        let traces = TraceMaker(
            subject: subject, request: request, situation: situation, units: units
        ).traces(&builder)
        let expected = expectedRows(subject, rows.frame, situation.now)
        let percentile = request.view.percentile ?? SeriesNumbers.usualPercentile
        let step = subject.parts.map(\.file.step.seconds).max() ?? rows.frame.stepSeconds
        let counted = rows.frame.rows(beginningIn: request.range)
        let series = traces.map {
            planned(
                $0, builder, units, counted: counted, expected: expected, percentile, request,
                situation, step: step)
        }
        let unknown = UnknownRows(
            columns: traces.decisive.map { builder.column($0.average) }, frame: rows.frame,
            expected: expected)
        // A row that reaches over an end of the range is drawn, and told as far as that.
        let gaps = unknown.stretches.compactMap { $0.clipped(to: request.range) }
        let base = request.view.base ?? subject.template.settings.base
        let drawsPeaks = GraphDrawing.drawsPeaks(traces, subject, request, rows.frame)
        let legend = GraphLegend(
            subject: subject, request: request, situation: situation, units: units, base: base,
            series: series, frame: rows.frame, unknown: gaps,
            failures: rows.parts.compactMap(\.failure), percentile: percentile,
            drawsPeaks: drawsPeaks)
        let drawing = GraphDrawing(
            subject: subject, request: request, traces: traces, series: series, legend: legend,
            units: units, base: base, drawsPeaks: drawsPeaks)
        let axis = drawing.draw(&builder, unknown: unknown, situation)
        var settings = subject.template.settings
        let unit = units.isShare ? "percent of the interface's speed" : units.verticalLabel
        settings.verticalLabel = settings.axisLabel ?? unit
        // A longer label would be written over the name of the axis.
        if settings.unitsLength == nil, let length = axis.labelLength(base: base),
            length > GraphSettings.usualUnitsLength
        {
            settings.unitsLength = min(length, GraphSettings.unitsLengths.upperBound)
        }
        return GraphPlan(
            script: GraphScript(
                title: request.hasLegend ? legend.title : "", range: request.range,
                width: request.width, height: request.height, scale: request.scale,
                format: request.format, theme: request.theme, hasLegend: request.hasLegend,
                base: base, axis: axis,
                timeAxis: .fitted(
                    to: request.range, width: request.width, zoneOffset: situation.zoneOffset),
                settings: settings, rows: builder.lent,
                elements: builder.neededElements),
            series: series, frame: rows.frame, expectedRows: expected,
            unit: unit, totalUnit: units.total?.unit, percentile: percentile,
            unknown: gaps, notes: legend.notes,
            resolution: legend.resolution.joined(separator: ", "))
    }

    private static func planned(
        _ trace: Trace, _ builder: PlanBuilder, _ units: UnitConversion, counted: Range<Int>,
        expected: Range<Int>, _ percentile: Double, _ request: GraphRequest,
        _ situation: GraphSituation, step: Int64
    ) -> GraphPlan.PlannedSeries {
        let values = builder.column(trace.average)
        let peaks = trace.peak.flatMap { $0 == trace.average ? nil : builder.column($0) }
        var numbers = SeriesNumbers(
            label: trace.label, values: values[counted],
            peaks: peaks.map { $0[counted] }, frame: builder.frame,
            expected: expected.clamped(to: counted), percentile: percentile)
        // The mean of a single step is its largest value.
        if trace.peak == trace.average { numbers.peak = numbers.maximum }
        if situation.isReached(by: request.range, step: step) {
            numbers.isCurrent = true
            // The newest of finer rows; else one of those that are over since a moment only.
            let newest = values.prefix(max(0, expected.upperBound + 2)).suffix(4)
                .last { !$0.isNaN }
            numbers.current = trace.recent ?? newest
        }
        return GraphPlan.PlannedSeries(
            label: trace.label, isDrawn: trace.style != .numbers, format: trace.format,
            numbers: numbers,
            total: units.total.flatMap { total in
                numbers.total.map { $0 / total.divisor }
            }, values: values, peaks: peaks,
            capacity: trace.capacity)
    }

    /// Nothing is missed before the second sample, nor in the steps that are not over yet. A row
    /// that reaches over either end need not be known.
    private static func expectedRows(
        _ subject: GraphSubject, _ frame: ColumnFrame, _ now: Timestamp
    ) -> Range<Int> {
        let first = subject.parts.map { $0.createdAt.seconds + 2 * $0.file.step.seconds }.min() ?? 0
        let last = now.seconds - 2 * (subject.parts.map(\.file.step.seconds).max() ?? 1)
        let lower = -((frame.start - first).flooredDivision(by: frame.stepSeconds))
        let upper = (last - frame.start).flooredDivision(by: frame.stepSeconds)
        let start = min(max(lower, 0), Int64(frame.count))
        let end = min(max(upper, start), Int64(frame.count))
        return Int(start)..<Int(end)
    }
}

/// Where nothing that is drawn is known, though it could be.
struct UnknownRows {
    /// In the order of time.
    let stretches: [GapText.Gap]

    init(columns: [[Double]], frame: ColumnFrame, expected: Range<Int>) {
        // One column after the other: a loop over all of them for each row would look each up.
        var isKnown = [Bool](repeating: false, count: expected.count)
        for column in columns {
            var unknown = 0
            for value in column[expected] { unknown &+= value.isNaN ? 1 : 0 }
            // Mostly the first knows all that there is to know.
            if unknown == 0 {
                stretches = []
                return
            }
            isKnown.withUnsafeMutableBufferPointer { isKnown in
                column[expected].withUnsafeBufferPointer { values in
                    for row in values.indices where !values[row].isNaN { isKnown[row] = true }
                }
            }
        }
        var found: [GapText.Gap] = []
        var start: Int?
        for row in expected {
            let isUnknown = !isKnown[row - expected.lowerBound]
            if isUnknown, start == nil { start = row }
            if let first = start, !isUnknown {
                found.append(Self.stretch(first..<row, frame))
                start = nil
            }
        }
        if let first = start { found.append(Self.stretch(first..<expected.upperBound, frame)) }
        stretches = found
    }

    private static func stretch(_ rows: Range<Int>, _ frame: ColumnFrame) -> GapText.Gap {
        GapText.Gap(
            start: Timestamp(seconds: frame.time(ofRow: rows.lowerBound - 1)),
            end: Timestamp(seconds: frame.time(ofRow: rows.upperBound - 1)))
    }
}
