/// The rows of a picture, all in one frame: columns of all its files that belong to each other
/// value by value.
package struct GraphRows: Sendable {
    package let frame: ColumnFrame
    /// `parts[i]` belongs to `subject.parts[i]`.
    let parts: [Part]

    struct Part: Sendable {
        /// By function, in the frame.
        var columns: [ConsolidationFunction: RoundRobinSeries] = [:]
        /// As they were read.
        var recent: RoundRobinSeries?
        /// In rows as long as those of the frame.
        var earlier: RoundRobinSeries?
        /// Why the file could not be read.
        var failure: StoreFailure?
    }

    /// - Parameter answers: `answers[i]` belongs to `reads.all[i]`.
    /// - Precondition: there are as many.
    package init(
        _ reads: GraphReads, _ answers: [Result<RoundRobinSeries, StoreFailure>],
        range: TimeRange
    ) {
        precondition(answers.count == reads.all.count, "each read has an answer")
        var rest = answers[...]
        var read: [(reads: GraphReads.Part, answers: [SeriesRead: RoundRobinSeries])] = []
        var failures: [StoreFailure?] = []
        for part in reads.parts {
            var found: [SeriesRead: RoundRobinSeries] = [:]
            var failure: StoreFailure?
            for read in part.all {
                switch rest.removeFirst() {
                case .success(let series): found[read] = series
                case .failure(let reason): failure = failure ?? reason
                }
            }
            read.append((part, found))
            failures.append(failure)
        }
        let seconds =
            read.compactMap { $0.answers[$0.reads.average]?.stepSeconds }.max()
            ?? reads.parts.map(\.average.rowSeconds).max() ?? 1
        let frame = ColumnFrame(covering: range, stepSeconds: seconds)
        self.frame = frame
        parts = zip(read, failures).map { part, failure in
            var result = Part(failure: failure)
            for read in [part.reads.average] + [part.reads.peak].compactMap({ $0 })
                + part.reads.others
            {
                result.columns[read.function] = part.answers[read]?.fitted(
                    to: frame, read.function)
            }
            result.recent = part.reads.recent.flatMap { part.answers[$0] }
            // Of one length with the rest: librrd computes with rows of different lengths in steps
            // of what divides them all, which over years is more than there is memory for.
            result.earlier = part.reads.earlier.flatMap { read in
                part.answers[read]?.fitted(
                    to: ColumnFrame(covering: read.range, stepSeconds: seconds), .average)
            }
            return result
        }
    }
}

extension ColumnFrame {
    /// Whole rows of which each has time of the range in it.
    init(covering range: TimeRange, stepSeconds: Int64) {
        let start = range.start.seconds.flooredDivision(by: stepSeconds) * stepSeconds
        let end = -((-range.end.seconds).flooredDivision(by: stepSeconds)) * stepSeconds
        self.init(
            start: start, stepSeconds: stepSeconds, count: Int((end - start) / stepSeconds))
    }
}

extension RoundRobinSeries {
    /// The same rows in another frame. Shorter rows are put together by `function`; a row of which
    /// more than half is not known is not known. What lies outside is left out.
    func fitted(to frame: ColumnFrame, _ function: ConsolidationFunction) -> RoundRobinSeries {
        let width = names.count
        let offset = start.seconds - frame.start
        var fitted: [Double]
        if stepSeconds == frame.stepSeconds, offset.isMultiple(of: stepSeconds) {
            fitted = rows(from: -Int(offset / stepSeconds), count: frame.count)
        } else {
            fitted = Array(repeating: .nan, count: frame.count * width)
            for place in 0..<width {
                var gathering = RowGathering(frame, function)
                for row in 0..<rowCount {
                    gathering.add(
                        values[row * width + place],
                        from: start.seconds + Int64(row) * stepSeconds, seconds: stepSeconds)
                }
                for (row, value) in gathering.values.enumerated() {
                    fitted[row * width + place] = value
                }
            }
        }
        return RoundRobinSeries(
            start: Timestamp(seconds: frame.start), stepSeconds: frame.stepSeconds, names: names,
            values: fitted)
    }

    /// Values of so many rows; those that are not there are unknown.
    private func rows(from first: Int, count: Int) -> [Double] {
        let (wanted, there) = (first..<first + count, 0..<rowCount)
        guard wanted != there else { return values }
        let shared = wanted.clamped(to: there)
        guard shared != wanted else {
            return Array(values[first * names.count..<(first + count) * names.count])
        }
        var rows = [Double](repeating: .nan, count: count * names.count)
        guard !shared.isEmpty else { return rows }
        let target = (shared.lowerBound - first) * names.count
        let source = values[shared.lowerBound * names.count..<shared.upperBound * names.count]
        rows.replaceSubrange(target..<target + source.count, with: source)
        return rows
    }
}

/// Puts rows together into longer or shifted ones, by the time that they have in common.
private struct RowGathering {
    private let frame: ColumnFrame
    private let function: ConsolidationFunction
    private var sums: [Double]
    private var known: [Int64]

    init(_ frame: ColumnFrame, _ function: ConsolidationFunction) {
        self.frame = frame
        self.function = function
        sums = Array(repeating: 0, count: frame.count)
        known = Array(repeating: 0, count: frame.count)
    }

    mutating func add(_ value: Double, from start: Int64, seconds: Int64) {
        guard !value.isNaN else { return }
        let first = (start - frame.start).flooredDivision(by: frame.stepSeconds)
        let last = (start + seconds - 1 - frame.start).flooredDivision(by: frame.stepSeconds)
        guard last >= 0, first < Int64(frame.count) else { return }
        for row in Int(max(first, 0))...Int(min(last, Int64(frame.count) - 1)) {
            let rowStart = frame.start + Int64(row) * frame.stepSeconds
            let shared =
                min(start + seconds, rowStart + frame.stepSeconds) - max(start, rowStart)
            switch function {
            case .average: sums[row] += value * Double(shared)
            case .maximum: sums[row] = known[row] == 0 ? value : max(sums[row], value)
            case .minimum: sums[row] = known[row] == 0 ? value : min(sums[row], value)
            case .last: sums[row] = value
            }
            known[row] += shared
        }
    }

    var values: [Double] {
        zip(sums, known).map { sum, known in
            guard known * 2 >= frame.stepSeconds, known > 0 else { return .nan }
            return function == .average ? sum / Double(known) : sum
        }
    }
}
