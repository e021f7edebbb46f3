/// Draws what was worked out: bands, areas, lines, rules and the legend, in an order in which
/// nothing hides anything.
struct GraphDrawing {
    let subject: GraphSubject
    let request: GraphRequest
    let traces: [Trace]
    let series: [GraphPlan.PlannedSeries]
    let legend: GraphLegend
    let units: UnitConversion
    let base: GraphTemplate.Base
    let drawsPeaks: Bool

    /// Of an area below its line.
    private static let underlayAlpha: UInt8 = 0x40
    private static let peakAlpha: UInt8 = 0x70
    private static let ghostAlpha: UInt8 = 0x90
    private static let markAlpha: UInt8 = 0xb0
    /// A point that covers so many steps gets its peaks drawn.
    private static let peakSteps: Int64 = 4
    /// More series with peaks would hide each other.
    private static let mostPeakSeries = 2
    /// Parts of an expression that tells where nothing is known.
    private static let longestProduct = 120
    /// A capacity is drawn once the data come so near, unless it is asked for.
    private static let capacityShare = 0.5

    func draw(
        _ builder: inout PlanBuilder, unknown: UnknownRows, _ situation: GraphSituation
    ) -> ValueAxis {
        var extent = Extent()
        appendGap(&builder, unknown, situation)
        let underlays = appendUnderlays(&builder)
        appendPeaks(&builder, &extent)
        appendGhosts(&builder, situation, &extent)
        appendRules(&extent, &builder)
        appendMarks(&builder, situation)
        if request.hasLegend, let header = legend.header {
            builder.append(.comment(header, .left))
        }
        appendItems(&builder, &extent, situation)
        if request.hasLegend { appendFooter(&builder) }
        appendNothing(&builder)
        let axis = valueAxis(extent)
        // An area says how far from zero a value is, so it needs to be seen where that is.
        if !axis.reachesZero { builder.remove(underlays) }
        return axis
    }

    private func valueAxis(_ extent: Extent) -> ValueAxis {
        if request.view.axis == .logarithmic || subject.template.settings.isLogarithmic {
            return .logarithmic(
                smallest: extent.smallestAboveZero, largest: extent.range?.upperBound,
                subject.template.settings)
        }
        var settings = subject.template.settings
        if units.isShare { (settings.lowerLimit, settings.upperLimit) = (0, 100) }
        if extent.hasBelow, settings.lowerLimit == 0 { settings.lowerLimit = nil }
        return .fitted(
            to: extent.range, settings, base: base, height: request.height,
            isPlain: traces.allSatisfy { $0.format != .scaled },
            isWhole: traces.decisive.allSatisfy { $0.format.isWhole })
    }

    // MARK: Behind the data

    /// A shaded band where every series is unknown and at least one could be known: a gap is
    /// seen as a gap, never as a zero.
    private func appendGap(
        _ builder: inout PlanBuilder, _ unknown: UnknownRows, _ situation: GraphSituation
    ) {
        guard !unknown.stretches.isEmpty else { return }
        let limits = (
            unknown.stretches.map(\.start.seconds).min() ?? 0,
            unknown.stretches.map(\.end.seconds).max() ?? 0
        )
        var tokens: [Expression.Token] = []
        for trace in traces.decisive {
            tokens += [.variable(trace.average), .operation(.isUnknown)]
            if tokens.count > 2 { tokens.append(.operation(.multiply)) }
            // More than an expression takes is made in several.
            if tokens.count >= Self.longestProduct {
                tokens = [.variable(compute(tokens, &builder))]
            }
        }
        guard !tokens.isEmpty else { return }
        let name = compute(
            tokens + [
                .operation(.time), .number(Double(limits.0)),
                .operation(.greater), .operation(.multiply), .operation(.time),
                .number(Double(limits.1)), .operation(.lessOrEqual), .operation(.multiply),
                .operation(.infinity), .operation(.unknown), .operation(.choose),
            ], &builder)
        let mirror = compute(
            [.variable(name), .number(-1), .operation(.multiply)], &builder)
        for band in [name, mirror] {
            builder.append(
                .area(name: band, color: request.theme.gap, legend: nil, isStacked: false))
        }
    }

    /// The light areas come first, so that no area covers another series' line.
    ///
    /// - Returns: where they are among the elements.
    private func appendUnderlays(_ builder: inout PlanBuilder) -> Range<Int> {
        let first = builder.elements.count
        for trace in traces where trace.style == .area {
            builder.append(
                .area(
                    name: drawn(trace, trace.average, &builder),
                    color: trace.color.withAlpha(Self.underlayAlpha), legend: nil,
                    isStacked: false))
        }
        return first..<builder.elements.count
    }

    private static func hasLine(_ trace: Trace) -> Bool {
        trace.style == .line || trace.style == .area
    }

    /// Whether the largest of each row get lines of their own.
    static func drawsPeaks(
        _ traces: [Trace], _ subject: GraphSubject, _ request: GraphRequest, _ frame: ColumnFrame
    ) -> Bool {
        let lines = traces.count(where: hasLine)
        guard lines > 0 else { return false }
        if let isWanted = request.view.showsPeaks { return isWanted }
        // Beside a stack, which has none, a line with its peaks would look as if all had them.
        guard !traces.contains(where: { $0.style == .stack }) else { return false }
        let pixel = request.range.seconds / Int64(request.width)
        let step = subject.parts.map(\.file.step.seconds).max() ?? 1
        return max(pixel, frame.stepSeconds) >= peakSteps * step && lines <= mostPeakSeries
    }

    private func appendPeaks(_ builder: inout PlanBuilder, _ extent: inout Extent) {
        guard drawsPeaks else { return }
        for trace in traces where Self.hasLine(trace) {
            guard let peak = trace.peak, peak != trace.average else { continue }
            let name = drawn(trace, peak, &builder)
            extent.take(builder.column(peak), isBelow: trace.isBelow)
            builder.append(
                .line(
                    name: name, GraphStroke(width: 1),
                    color: trace.color.withAlpha(Self.peakAlpha), legend: nil, isStacked: false))
        }
    }

    private func appendGhosts(
        _ builder: inout PlanBuilder, _ situation: GraphSituation, _ extent: inout Extent
    ) {
        guard let comparison = request.view.comparison else { return }
        let shift = situation.shiftSeconds(request.range, by: comparison)
        for trace in traces where trace.style != .numbers {
            guard let earlier = trace.earlier else { continue }
            let name = drawn(trace, earlier.name, &builder)
            extent.take(earlier.values, isBelow: trace.isBelow)
            builder.append(.shift(name: name, seconds: shift))
            builder.append(
                .line(
                    name: name, GraphStroke(width: 1, dashes: [4, 3]),
                    color: trace.color.withAlpha(Self.ghostAlpha), legend: nil, isStacked: false))
        }
    }

    private func appendRules(_ extent: inout Extent, _ builder: inout PlanBuilder) {
        if request.view.percentile != nil {
            for (trace, one) in zip(traces, series) where trace.style != .numbers {
                guard let value = one.numbers.percentile, value.isFinite else { continue }
                let sign = trace.isBelow ? -1.0 : 1
                extent.take([sign * value], isBelow: false)
                builder.append(
                    .horizontalRule(
                        sign * value, GraphStroke(width: 1, dashes: [8, 4]),
                        color: trace.color.withAlpha(Self.markAlpha), legend: nil))
            }
        }
        var capacities: Set<Double> = []
        for (trace, one) in zip(traces, series) where trace.style != .numbers {
            guard let capacity = trace.capacity else { continue }
            let largest = one.numbers.peak ?? one.numbers.maximum ?? 0
            guard request.view.showsCapacity ?? (largest >= capacity * Self.capacityShare),
                capacities.insert(trace.isBelow ? -capacity : capacity).inserted
            else { continue }
            let value = trace.isBelow ? -capacity : capacity
            extent.take([value], isBelow: false)
            builder.append(
                .horizontalRule(
                    value, GraphStroke(width: 1, dashes: [2, 2]), color: request.theme.axis,
                    legend: nil))
        }
    }

    /// Thin lines where something happened; what it was is told below the picture.
    private func appendMarks(_ builder: inout PlanBuilder, _ situation: GraphSituation) {
        guard request.view.showsEvents else { return }
        for mark in situation.marks {
            builder.append(
                .verticalRule(
                    mark.time, GraphStroke(width: 1, dashes: [4, 3]),
                    color: request.theme.font.withAlpha(Self.markAlpha), legend: nil))
        }
    }

    // MARK: The data and their legend

    private func appendItems(
        _ builder: inout PlanBuilder, _ extent: inout Extent, _ situation: GraphSituation
    ) {
        var stacks = Stacks()
        for (place, trace) in traces.enumerated() {
            let text =
                request.hasLegend && place < GraphLimits.mostLegendLines
                ? legend.lines[place] : nil
            append(trace, text, &stacks, &extent, &builder)
        }
        if request.hasLegend, traces.count > GraphLimits.mostLegendLines {
            builder.append(
                .comment("and \(traces.count - GraphLimits.mostLegendLines) more", .left))
        }
        var items = ItemDrawing(
            subject: subject, request: request, situation: situation, base: base, legend: legend)
        for item in subject.template.items { items.append(item, &builder, &extent) }
    }

    private func append(
        _ trace: Trace, _ text: String?, _ stacks: inout Stacks, _ extent: inout Extent,
        _ builder: inout PlanBuilder
    ) {
        let values = builder.column(trace.average)
        switch trace.style {
        case .numbers:
            if let text { builder.append(.comment("  " + text, .left)) }
            return
        case .stack:
            extent.take(stacks.add(values, isBelow: trace.isBelow), isBelow: trace.isBelow)
            // A stack is read by its heights.
            extent.take([0], isBelow: false)
            builder.append(
                .area(
                    name: drawn(trace, trace.average, &builder), color: trace.color,
                    legend: text, isStacked: stacks.isOpen(isBelow: trace.isBelow)))
            stacks.open(isBelow: trace.isBelow)
        case .line, .area:
            extent.take(values, isBelow: trace.isBelow)
            builder.append(
                .line(
                    name: drawn(trace, trace.average, &builder), trace.stroke,
                    color: trace.color, legend: text, isStacked: false))
        }
        if text != nil { builder.append(.comment("", .left)) }
    }

    private func appendFooter(_ builder: inout PlanBuilder) {
        if legend.header != nil {
            for line in legend.broken(footer, at: " · ") { builder.append(.comment(line, .left)) }
        }
        for note in legend.notes {
            for line in legend.broken(note) { builder.append(.comment(line, .left)) }
        }
    }

    private var footer: [String] {
        var parts = [legend.range] + legend.resolution
        let hasPercentile =
            subject.template.numbers.contains(.percentile) || request.view.percentile != nil
        if hasPercentile, request.width >= GraphLimits.narrowWidth {
            parts.append("percentile of known rows")
        }
        if let comparison = request.view.comparison {
            parts.append("dashed: \(comparison.words)")
        }
        if let capacity = traces.compactMap(\.capacity).max(), !units.isShare {
            let text = NumberText.scaled(capacity, base: base)
            parts.append(
                "capacity \(text.number)\(text.prefix.isEmpty ? "" : " " + text.prefix)")
        }
        return parts
    }

    /// librrd makes no picture at all of numbers only, so a line that nobody sees stands for them.
    private func appendNothing(_ builder: inout PlanBuilder) {
        guard !builder.elements.contains(where: \.isDrawn) else { return }
        builder.append(
            .horizontalRule(
                0, GraphStroke(width: 1), color: request.theme.axis.withAlpha(0), legend: nil))
    }

    // MARK: Names, of which no numbers are made

    /// What is drawn of a value: below the zero line its negative.
    private func drawn(
        _ trace: Trace, _ name: String, _ builder: inout PlanBuilder
    ) -> String {
        trace.isBelow ? builder.scale(name, by: -1, isRead: false) : name
    }

    private func compute(
        _ tokens: [Expression.Token], _ builder: inout PlanBuilder
    ) -> String {
        do {
            return builder.compute(try Expression(tokens), isRead: false)
        } catch {
            preconditionFailure("a gap is an expression: \(error.words)")
        }
    }
}
