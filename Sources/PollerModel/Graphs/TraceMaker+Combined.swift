/// Several parts as one.
extension TraceMaker {
    func combined(
        _ series: GraphTemplate.Series, label: String, place: Int, _ builder: inout PlanBuilder
    ) -> Trace {
        let capacities = subject.parts.compactMap { capacity(of: series.value, $0) }
        let sumOfCapacities: Double? =
            capacities.count == subject.parts.count ? capacities.reduce(0, +) : nil
        let names = subject.parts.indices.map { part in
            builder.compute(series.value.renaming { builder.read($0, part: part, .average) })
        }
        let isMean = subject.arrangement.kind == .average
        let sum = Summation(
            names: names,
            firsts: subject.parts.map { $0.createdAt.seconds + 2 * $0.file.step.seconds },
            takesKnown: subject.arrangement.unknowns == .known, frameStart: builder.frame.start)
        let total = sum.build(isMean: isMean, addedAtOnce: Self.addedAtOnce, &builder)
        let limit =
            isMean
            ? sumOfCapacities.map { $0 / Double(subject.parts.count) } : sumOfCapacities
        let factor = units.factor(capacity: limit)
        let drawn = builder.scale(total, by: factor)
        return Trace(
            label: label, style: series.style, stroke: series.stroke,
            color: request.theme.color(series.color), format: units.format(series.format),
            isBelow: series.isBelow
                || (subject.arrangement.isMirrored && !place.isMultiple(of: 2)),
            average: drawn,
            // The largest of a sum is not the sum of the largest.
            peak: builder.frame.stepSeconds
                == subject.parts.map(\.file.step.seconds).max() ? drawn : nil,
            recent: combinedRecent(series.value, factor, isMean: isMean, builder.rows),
            capacity: limit.map(units.scaled),
            earlier: combinedEarlier(series.value, factor, isMean: isMean, &builder))
    }

    /// The newest of all parts together, where each was read in single steps.
    private func combinedRecent(
        _ value: Expression, _ factor: Double, isMean: Bool, _ rows: GraphRows
    ) -> Double?? {
        var sum = 0.0
        var known = 0
        for part in rows.parts {
            guard let newest = recent(value, factor, part.recent) else { return nil }
            guard let number = newest else { continue }
            sum += number
            known += 1
        }
        let isComplete = known == rows.parts.count
        guard known > 0, isComplete || subject.arrangement.unknowns == .known else {
            return .some(nil)
        }
        return .some(isMean ? sum / Double(known) : sum)
    }

    /// The same of the time that it is compared with, where all parts have it: a smaller sum would
    /// look like less.
    private func combinedEarlier(
        _ value: Expression, _ factor: Double, isMean: Bool, _ builder: inout PlanBuilder
    ) -> (name: String, values: [Double])? {
        guard request.view.comparison != nil else { return nil }
        var names: [String] = []
        var sums: [Double] = []
        for part in subject.parts.indices {
            guard let one = earlier(value, 1, part: part, &builder) else { return nil }
            names.append(one.name)
            // Rows of other lengths only tell how high the axis must be.
            let count = max(sums.count, one.values.count)
            sums = (0..<count).map {
                ($0 < sums.count ? sums[$0] : 0) + ($0 < one.values.count ? one.values[$0] : 0)
            }
        }
        let sum = Summation(
            names: names, firsts: names.map { _ in 0 }, takesKnown: false,
            frameStart: builder.frame.start, isRead: false)
        let name = sum.build(isMean: isMean, addedAtOnce: Self.addedAtOnce, &builder)
        let share = isMean ? factor / Double(max(1, names.count)) : factor
        return (builder.scale(name, by: factor), sums.map { $0 * share })
    }
}
