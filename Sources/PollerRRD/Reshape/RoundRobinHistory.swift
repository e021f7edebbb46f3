import PollerModel

/// A stretch of time over which a data source had one value, or none. In microseconds.
struct HistoryPiece {
    let start: Int64
    let end: Int64
    /// The mean (or extreme, or newest) of what is known; NaN when nothing is.
    let value: Double
    /// How much of the stretch is known, 0 … 1; where in it is not recorded.
    let knownShare: Double
}

/// What a file knows of the past, at the finest resolution that reaches back so far.
struct RoundRobinHistory {
    /// A stretch of time that is told by one archive of the file, in seconds.
    struct Span: Hashable {
        let archive: Int
        var start: Int64
        let end: Int64
    }

    let contents: RoundRobinContents
    /// The end of the newest complete step, in seconds: behind it lies the one in progress.
    let stepEnd: Int64

    init(_ contents: RoundRobinContents) {
        self.contents = contents
        stepEnd = contents.completeEnd(ofLength: contents.stepSeconds)
    }

    // MARK: Which archive tells what

    /// Which archives tell rows of a length, from the newest stretch to the oldest.
    ///
    /// The archive with the very same rows comes first, so that rows that stay are copied; then
    /// the finer ones as far as they reach, then coarser ones.
    ///
    /// - Parameters:
    ///   - rowSeconds: the length of a row that is to be told.
    ///   - unknownShare: how much of it may be unknown.
    func spans(
        _ function: ConsolidationFunction, rowSeconds: Int64, unknownShare: Double
    ) -> [Span] {
        var spans: [Span] = []
        var reached = stepEnd
        let order = candidates(function, rowSeconds: rowSeconds, unknownShare: unknownShare)
        for candidate in order {
            let archive = contents.archives[candidate.archive]
            let length = contents.rowSeconds(archive)
            let start = contents.start(archive)
            guard start < reached else { continue }
            var end = reached
            // Where a row that is wanted takes whole rows of this archive, the one that reaches
            // into the finer archive is taken whole too: its part is not known by itself.
            if candidate.isExact, rowSeconds.isMultiple(of: length) {
                end = min((reached + length - 1).flooredDivision(by: length) * length, stepEnd)
                while let last = spans.last, last.end <= end { spans.removeLast() }
                if let last = spans.last { spans[spans.count - 1].start = max(last.start, end) }
            }
            spans.append(Span(archive: candidate.archive, start: start, end: end))
            reached = start
        }
        return spans
    }

    private struct Candidate {
        let archive: Int
        /// Whether its rows are of the function, or of one step, where all functions agree.
        let isExact: Bool
    }

    private func candidates(
        _ function: ConsolidationFunction, rowSeconds: Int64, unknownShare: Double
    ) -> [Candidate] {
        var exact: [Int] = []
        var means: [Int] = []
        for (position, archive) in contents.archives.enumerated() {
            guard let own = archive.function else { continue }
            if own == function || archive.stepsPerRow == 1 {
                exact.append(position)
            } else if own == .average {
                // Peaks of a time for which there are only means are those of the means.
                means.append(position)
            }
        }
        // Ascending by length; among those of one step, the function's own.
        func isBefore(_ left: Int, _ right: Int) -> Bool {
            let (one, other) = (contents.archives[left], contents.archives[right])
            if one.stepsPerRow != other.stepsPerRow { return one.stepsPerRow < other.stepsPerRow }
            if (one.function == function) != (other.function == function) {
                return one.function == function
            }
            return left < right
        }
        exact.sort(by: isBefore)
        means.sort(by: isBefore)
        let same = exact.firstIndex {
            let archive = contents.archives[$0]
            return archive.function == function && contents.rowSeconds(archive) == rowSeconds
                && archive.allowedUnknownShare == unknownShare
        }
        if let same { exact.insert(exact.remove(at: same), at: 0) }
        return exact.map { Candidate(archive: $0, isExact: true) }
            + means.map { Candidate(archive: $0, isExact: false) }
    }

    // MARK: What was

    /// What a data source was between two times, oldest first, with the step in progress last.
    ///
    /// - Parameters:
    ///   - spans: from `spans`.
    ///   - from: microseconds; pieces before it are left out, and one that reaches over it is cut.
    ///   - to: the same for the end.
    ///   - into: is emptied first. Handed in because this is done for each source and archive.
    func pieces(
        _ spans: [Span], source: Int, from: Int64, to: Int64, into pieces: inout [HistoryPiece]
    ) {
        pieces.removeAll(keepingCapacity: true)
        for span in spans.reversed() {
            append(span, source: source, from: from, to: to, &pieces)
        }
        append(stepInProgress(source), from: from, to: to, &pieces)
    }

    private func append(
        _ span: Span, source: Int, from: Int64, to: Int64, _ pieces: inout [HistoryPiece]
    ) {
        let unit = RoundRobinContents.microsecondsPerSecond
        let start = max(span.start * unit, from)
        let end = min(span.end * unit, to)
        guard start < end else { return }
        let archive = contents.archives[span.archive]
        let length = contents.rowSeconds(archive) * unit
        let oldest = contents.start(archive) * unit
        var row = Int((start - oldest) / length)
        var rowStart = oldest + Int64(row) * length
        let count = contents.sources.count
        while rowStart < end, row < archive.rowCount {
            let value = archive.values[row * count + source]
            pieces.append(
                HistoryPiece(
                    start: max(rowStart, start), end: min(rowStart + length, end), value: value,
                    // A number without end cannot be averaged; we never write one.
                    knownShare: value.isFinite ? 1 : 0))
            row += 1
            rowStart += length
        }
        if rowStart < end {
            append(rowInProgress(archive, source: source), from: start, to: end, &pieces)
        }
    }

    private func append(
        _ piece: HistoryPiece, from: Int64, to: Int64, _ pieces: inout [HistoryPiece]
    ) {
        let start = max(piece.start, from)
        let end = min(piece.end, to)
        guard start < end else { return }
        pieces.append(
            HistoryPiece(
                start: start, end: end, value: piece.value, knownShare: piece.knownShare))
    }

    /// The complete steps behind an archive's newest row.
    private func rowInProgress(
        _ archive: RoundRobinContents.Archive, source: Int
    ) -> HistoryPiece {
        let unit = RoundRobinContents.microsecondsPerSecond
        let start = contents.end(archive)
        let steps = (stepEnd - start) / contents.stepSeconds
        let state = archive.states[source]
        let known = max(steps - max(state.unknownSteps, 0), 0)
        let value = archive.function == .average ? state.value / Double(known) : state.value
        let isKnown = known > 0 && value.isFinite
        return HistoryPiece(
            start: start * unit, end: stepEnd * unit, value: isKnown ? value : .nan,
            knownShare: isKnown ? Double(known) / Double(steps) : 0)
    }

    private func stepInProgress(_ source: Int) -> HistoryPiece {
        let unit = RoundRobinContents.microsecondsPerSecond
        let start = stepEnd * unit
        let source = contents.sources[source]
        let length = contents.lastUpdate - start
        let known = length - min(max(source.unknownSeconds, 0) * unit, length)
        let value = source.sum / (Double(known) / Double(unit))
        let isKnown = known > 0 && value.isFinite
        return HistoryPiece(
            start: start, end: contents.lastUpdate, value: isKnown ? value : .nan,
            knownShare: isKnown ? Double(known) / Double(length) : 0)
    }
}
