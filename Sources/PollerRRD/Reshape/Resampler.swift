import PollerModel

/// Turns what a file holds into what a file of another layout would hold at the same moment, so
/// that the next update goes on as if the file had always been so. Pure.
struct Resampler {
    private static let unit = RoundRobinContents.microsecondsPerSecond

    private let old: RoundRobinContents
    private let history: RoundRobinHistory
    private let new: RoundRobinFile
    /// Which old data source each new one goes on with; nil where it begins unknown.
    private let origins: [Int?]
    /// The end of the newest complete new step, in seconds.
    private let stepEnd: Int64

    private init(_ old: RoundRobinContents, _ new: RoundRobinFile) {
        self.old = old
        self.new = new
        history = RoundRobinHistory(old)
        origins = Self.origins(of: new.sources, in: old)
        stepEnd = old.completeEnd(ofLength: new.step.seconds)
    }

    static func contents(
        of old: RoundRobinContents, as new: RoundRobinFile
    ) -> RoundRobinContents {
        let resampler = Resampler(old, new)
        return RoundRobinContents(
            stepSeconds: new.step.seconds, lastUpdateSeconds: old.lastUpdateSeconds,
            lastUpdateMicroseconds: old.lastUpdateMicroseconds,
            sources: new.sources.indices.map(resampler.source),
            archives: new.archives.map(resampler.archive))
    }

    /// Sources go on by name. What a gauge was says nothing of a rate, and the other way round.
    static func origins(
        of sources: [RoundRobinFile.Source], in old: RoundRobinContents
    ) -> [Int?] {
        sources.map { source in
            old.sources.firstIndex {
                $0.name == source.name
                    && ($0.kind == DataSourceKind.gauge.rawValue) == (source.kind == .gauge)
            }
        }
    }

    // MARK: Data sources

    private func source(_ position: Int) -> RoundRobinContents.Source {
        let source = new.sources[position]
        let (sum, unknownSeconds) = step(origins[position])
        return RoundRobinContents.Source(
            name: source.name, kind: source.kind.rawValue,
            heartbeatSeconds: new.heartbeatSeconds, minimum: .nan, maximum: .nan,
            lastText: origins[position].map { lastText(old.sources[$0], as: source.kind) } ?? "U",
            sum: sum, unknownSeconds: unknownSeconds)
    }

    private func lastText(_ origin: RoundRobinContents.Source, as kind: DataSourceKind) -> String {
        guard kind == .counter else { return origin.lastText }
        // librrd takes the next difference from this text. Those of other kinds are no counts
        // that go on, or are not written as a counter is.
        let isCount = origin.kind == "COUNTER" || origin.kind == "DERIVE"
        let isNumber = origin.lastText.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isCount && isNumber && !origin.lastText.isEmpty ? origin.lastText : "U"
    }

    /// The step in progress.
    private func step(_ origin: Int?) -> (sum: Double, unknownSeconds: Int64) {
        let start = stepEnd * Self.unit
        let seconds = old.lastUpdateSeconds - stepEnd
        guard let origin else { return (.nan, seconds) }
        guard new.step.seconds != old.stepSeconds else {
            return (old.sources[origin].sum, old.sources[origin].unknownSeconds)
        }
        let spans = history.spans(
            .average, rowSeconds: new.step.seconds,
            unknownShare: RoundRobinContents.Archive.stepUnknownShare)
        var pieces: [HistoryPiece] = []
        history.pieces(
            spans, source: origin, from: start, to: old.lastUpdate, into: &pieces)
        var known = 0.0
        var sum = 0.0
        for piece in pieces where piece.knownShare > 0 {
            let share = Double(piece.end - piece.start) / Double(Self.unit) * piece.knownShare
            known += share
            sum += share * piece.value
        }
        guard known > 0 else { return (.nan, seconds) }
        let length = Double(old.lastUpdate - start) / Double(Self.unit)
        // librrd counts whole seconds here. What it does not count as unknown, the sum must
        // cover, or the step's mean would come out too small.
        let unknown = (length - known + Self.roundingSeconds).rounded(.down)
        return (sum * ((length - unknown) / known), Int64(unknown))
    }

    /// Seconds that come out of products of shares are whole up to this.
    private static let roundingSeconds = 1e-6

    // MARK: Archives

    private func archive(_ archive: RoundRobinArchive) -> RoundRobinContents.Archive {
        let steps = Int64(archive.stepsPerRow)
        let count = new.sources.count
        var values = [Double](repeating: .nan, count: archive.rows * count)
        var states: [RoundRobinContents.State] = []
        let rows = NewRows(archive, step: new.step, contents: old)
        let spans = history.spans(
            archive.function, rowSeconds: rows.length / Self.unit,
            unknownShare: rows.unknownShare)
        var pieces: [HistoryPiece] = []
        for (position, origin) in origins.enumerated() {
            if let origin {
                history.pieces(
                    spans, source: origin, from: rows.start, to: rows.end, into: &pieces)
                Consolidation.forEachRow(
                    of: pieces, start: rows.start, length: rows.length, count: archive.rows
                ) { row, sum in
                    values[row * count + position] = rows.value(sum, row: row)
                }
            }
            let newest = values[(archive.rows - 1) * count + position]
            let progress = progress(archive, origin: origin, rowStart: rows.end, &pieces)
            states.append(
                RoundRobinContents.State(
                    value: progress.value, unknownSteps: progress.unknownSteps, primary: newest,
                    secondary: newest))
        }
        return RoundRobinContents.Archive(
            functionName: archive.function.rawValue, stepsPerRow: steps, rowCount: archive.rows,
            unknownShare: archive.unknownShare, states: states, values: values)
    }

    /// What an archive's row in progress has gathered of its complete steps, as rrd_update.c
    /// (update_cdp) would have left it.
    private func progress(
        _ archive: RoundRobinArchive, origin: Int?, rowStart: Int64, _ pieces: inout [HistoryPiece]
    ) -> (value: Double, unknownSteps: Int64) {
        // A row of one step is written when the step is complete; librrd leaves this alone.
        guard archive.stepsPerRow > 1 else { return (.nan, 0) }
        let count = (stepEnd * Self.unit - rowStart) / (new.step.seconds * Self.unit)
        guard let origin else { return (Self.nothing(archive.function), count) }
        if new.step.seconds == old.stepSeconds,
            let same = old.archives.first(where: {
                $0.function == archive.function && $0.stepsPerRow == archive.stepsPerRow
            })
        {
            return (same.states[origin].value, same.states[origin].unknownSteps)
        }
        let spans = history.spans(
            archive.function, rowSeconds: new.step.seconds,
            unknownShare: RoundRobinContents.Archive.stepUnknownShare)
        // Extremes also of old steps that lie in the new step in progress: its mean would hide
        // them.
        let end = max(stepEnd, history.stepEnd) * Self.unit
        history.pieces(spans, source: origin, from: rowStart, to: end, into: &pieces)
        return Self.fold(
            pieces, archive.function, start: rowStart, step: new.step.seconds * Self.unit,
            count: Int(count))
    }

    private static func fold(
        _ pieces: [HistoryPiece], _ function: ConsolidationFunction, start: Int64, step: Int64,
        count: Int
    ) -> (value: Double, unknownSteps: Int64) {
        var unknownSteps: Int64 = 0
        var sum = 0.0
        var last = Double.nan
        Consolidation.forEachRow(of: pieces, start: start, length: step, count: count) {
            row, part in
            let begin = start + Int64(row) * step
            let value = part.value(
                function, row: begin..<begin + step, stepMicroseconds: step,
                unknownShare: RoundRobinContents.Archive.stepUnknownShare)
            if value.isNaN {
                unknownSteps += 1
            } else {
                sum += value
                last = value
            }
        }
        let known = pieces.lazy.filter { $0.knownShare > 0 }.map(\.value)
        switch function {
        case .average: return (sum, unknownSteps)
        case .last: return (last, unknownSteps)
        case .maximum: return (known.max() ?? nothing(function), unknownSteps)
        case .minimum: return (known.min() ?? nothing(function), unknownSteps)
        }
    }

    /// rrd_update.c, initialize_carry_over: what a row in progress holds of nothing.
    private static func nothing(_ function: ConsolidationFunction) -> Double {
        switch function {
        case .average: 0
        case .maximum: -.infinity
        case .minimum: .infinity
        case .last: .nan
        }
    }
}

/// Where the rows of a new archive lie, in microseconds.
struct NewRows {
    let function: ConsolidationFunction
    let start: Int64
    let end: Int64
    let length: Int64
    let unknownShare: Double
    private let stepMicroseconds: Int64

    init(_ archive: RoundRobinArchive, step: Step, contents: RoundRobinContents) {
        let unit = RoundRobinContents.microsecondsPerSecond
        let rowSeconds = step.seconds * Int64(archive.stepsPerRow)
        function = archive.function
        length = rowSeconds * unit
        end = contents.completeEnd(ofLength: rowSeconds) * unit
        start = end - length * Int64(archive.rows)
        stepMicroseconds = step.seconds * unit
        unknownShare =
            archive.stepsPerRow == 1
            ? RoundRobinContents.Archive.stepUnknownShare : archive.unknownShare
    }

    func range(_ row: Int) -> Range<Int64> {
        let begin = start + Int64(row) * length
        return begin..<begin + length
    }

    func value(_ sum: Consolidation, row: Int) -> Double {
        sum.value(
            function, row: range(row), stepMicroseconds: stepMicroseconds,
            unknownShare: unknownShare)
    }
}
