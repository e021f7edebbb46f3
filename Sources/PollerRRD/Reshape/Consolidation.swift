import PollerModel

/// Makes one row of pieces of history, one after the other, oldest first.
struct Consolidation {
    /// One piece stands for itself, without arithmetic: what stays the same stays so to the bit.
    private var knownPieces = 0
    private var only = Double.nan
    /// Microseconds.
    private(set) var known = 0.0
    private var weighted = 0.0
    private(set) var lowest = Double.infinity
    private(set) var highest = -Double.infinity
    private var last = Double.nan

    /// - Parameter overlap: how many microseconds of the piece lie in the row.
    mutating func add(_ piece: HistoryPiece, overlap: Int64) {
        last = piece.value
        guard piece.knownShare > 0 else { return }
        let share = Double(overlap) * piece.knownShare
        known += share
        weighted += share * piece.value
        knownPieces += 1
        only = piece.value
        lowest = min(lowest, piece.value)
        highest = max(highest, piece.value)
    }

    /// The row's value; NaN when too much of it is unknown, as librrd decides it.
    ///
    /// - Parameters:
    ///   - row: where the row lies, in microseconds.
    ///   - stepMicroseconds: what librrd counts the unknown part in.
    func value(
        _ function: ConsolidationFunction, row: Range<Int64>, stepMicroseconds: Int64,
        unknownShare: Double
    ) -> Double {
        guard known > 0 else { return .nan }
        let length = row.upperBound - row.lowerBound
        let unknownSteps = (Double(length) - known) / Double(stepMicroseconds)
        let steps = Double(length / stepMicroseconds)
        guard unknownSteps <= steps * unknownShare else { return .nan }
        switch function {
        case .average:
            // A mean lies between its parts, also where rounding would have it otherwise.
            return knownPieces == 1 ? only : min(max(weighted / known, lowest), highest)
        case .maximum: return highest
        case .minimum: return lowest
        // As in librrd, the last part counts even where it is unknown.
        case .last: return last
        }
    }

    /// Rows of one length, the first of which begins at `start`; `body` gets each one's number
    /// and what was in it.
    static func forEachRow(
        of pieces: [HistoryPiece], start: Int64, length: Int64, count: Int,
        _ body: (Int, Consolidation) -> Void
    ) {
        var first = 0
        var rowStart = start
        for row in 0..<count {
            let rowEnd = rowStart + length
            while first < pieces.count, pieces[first].end <= rowStart { first += 1 }
            var sum = Consolidation()
            var position = first
            while position < pieces.count, pieces[position].start < rowEnd {
                let piece = pieces[position]
                sum.add(piece, overlap: min(piece.end, rowEnd) - max(piece.start, rowStart))
                position += 1
            }
            body(row, sum)
            rowStart = rowEnd
        }
    }
}
