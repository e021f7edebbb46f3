/// Which rows a picture is drawn from. One archive serves the plot and the numbers below it: the
/// finest that reaches back over the whole range.
package struct GraphReads: Hashable, Sendable {
    /// `parts[i]` belongs to `subject.parts[i]`.
    package let parts: [Part]

    package struct Part: Hashable, Sendable {
        package let average: SeriesRead
        /// The largest values within each row; nil where a row is one step, so that its mean is
        /// its peak, and where the file keeps none.
        package let peak: SeriesRead?
        /// The newest rows of single steps, where the others are longer and the range reaches to
        /// now.
        package let recent: SeriesRead?
        /// The same stretch of time before, for comparison.
        package let earlier: SeriesRead?
        /// What else the template's items ask for.
        package let others: [SeriesRead]

        var all: [SeriesRead] {
            [average] + [peak, recent, earlier].compactMap { $0 } + others
        }
    }

    package init(parts: [Part]) { self.parts = parts }

    /// All reads, in the order in which `GraphRows` takes their answers.
    package var all: [SeriesRead] { parts.flatMap(\.all) }
}

extension GraphPlanner {
    /// Steps behind now in which the newest row is looked for.
    static let recentSteps: Int64 = 4

    package static func reads(
        for subject: GraphSubject, _ request: GraphRequest, _ situation: GraphSituation
    ) -> GraphReads {
        let functions = Set(subject.template.items.compactMap(\.function))
            .subtracting([.average, .maximum]).sorted { $0.rawValue < $1.rawValue }
        let earlier = request.view.comparison.flatMap { situation.earlier(request.range, by: $0) }
        return GraphReads(
            parts: subject.parts.map { part in
                reads(
                    of: part.file, request.range, earlier: earlier, functions: functions,
                    situation)
            })
    }

    private static func reads(
        of file: RoundRobinFile, _ range: TimeRange, earlier: TimeRange?,
        functions: [ConsolidationFunction], _ situation: GraphSituation
    ) -> GraphReads.Part {
        func read(
            _ function: ConsolidationFunction, _ range: TimeRange, _ rowSeconds: Int64
        ) -> SeriesRead {
            SeriesRead(
                path: file.path, function: function, range: range, rowSeconds: rowSeconds)
        }
        let step = file.step.seconds
        let seconds = file.rowSeconds(.average, over: range, now: situation.now) ?? step
        let hasPeaks = seconds > step && file.has(.maximum, rowSeconds: seconds)
        var recent: TimeRange?
        if seconds > step, situation.isReached(by: range, step: step) {
            let end = situation.now
            recent = try? TimeRange(start: end.advanced(seconds: -recentSteps * step), end: end)
        }
        return GraphReads.Part(
            average: read(.average, range, seconds),
            peak: hasPeaks ? read(.maximum, range, seconds) : nil,
            recent: recent.map { read(.average, $0, step) },
            earlier: earlier.map {
                read(
                    .average, $0, file.rowSeconds(.average, over: $0, now: situation.now) ?? step)
            },
            others: functions.filter { file.has($0, rowSeconds: seconds) }
                .map { read($0, range, seconds) })
    }
}

extension RoundRobinFile {
    /// The length of the rows of the finest archive that reaches back over the whole range, and has
    /// no more rows in it than a picture takes; of the one that reaches furthest where none does.
    package func rowSeconds(
        _ function: ConsolidationFunction, over range: TimeRange, now: Timestamp
    ) -> Int64? {
        let lengths = archives.filter { $0.function == function }
            .map { (seconds: Int64($0.stepsPerRow) * step.seconds, rows: Int64($0.rows)) }
            .sorted { $0.seconds < $1.seconds }
        let fitting = lengths.filter { range.seconds / $0.seconds <= GraphLimits.mostRows }
        let needed = now.seconds - range.start.seconds
        return fitting.first { $0.seconds * $0.rows >= needed }?.seconds
            ?? lengths.max { $0.seconds * $0.rows < $1.seconds * $1.rows }?.seconds
    }

    func has(_ function: ConsolidationFunction, rowSeconds: Int64) -> Bool {
        archives.contains {
            $0.function == function && Int64($0.stepsPerRow) * step.seconds == rowSeconds
        }
    }
}

extension GraphItem {
    /// The archives that it reads; nil when it reads none, or the usual ones.
    var function: ConsolidationFunction? {
        switch self {
        case .line(let mark, _, _), .area(let mark, _), .tick(let mark, _): mark.function
        case .print(let print): print.function
        case .series, .horizontalRule, .verticalRule, .comment, .alignment: nil
        }
    }
}
