import PollerModel

/// Compares what rows add up to before and after, by another way than the rows were made: running
/// sums over the old pieces.
struct Conservation {
    /// How far the sums may be apart, as a share of what is compared.
    static let tolerance = 0.001

    private static let unit = Double(RoundRobinContents.microsecondsPerSecond)

    /// The end of each piece, and what all up to it come to.
    private var ends: [Int64] = []
    private var integrals: [Double] = []
    private var knowns: [Double] = []
    private let pieces: [HistoryPiece]

    init(_ pieces: [HistoryPiece]) {
        self.pieces = pieces
        var integral = 0.0
        var known = 0.0
        for piece in pieces {
            let share = Double(piece.end - piece.start) / Self.unit * piece.knownShare
            known += share
            if piece.knownShare > 0 { integral += share * piece.value }
            ends.append(piece.end)
            integrals.append(integral)
            knowns.append(known)
        }
    }

    /// Value × seconds, and known seconds, from the first piece to a time.
    private func sums(to time: Int64) -> (integral: Double, known: Double) {
        var low = 0
        var high = ends.count
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= time { low = middle + 1 } else { high = middle }
        }
        let before = low > 0 ? (integrals[low - 1], knowns[low - 1]) : (0, 0)
        guard low < pieces.count, pieces[low].start < time, pieces[low].knownShare > 0 else {
            return before
        }
        let share = Double(time - pieces[low].start) / Self.unit * pieces[low].knownShare
        return (before.0 + share * pieces[low].value, before.1 + share)
    }

    /// What a new archive's column and the old pieces come to over the same time.
    struct Comparison {
        var before = ReshapeReport.Total()
        var after = ReshapeReport.Total()
        /// Both over the known rows only, each weighed with what the old file knows of its time.
        fileprivate var wanted = 0.0
        fileprivate var found = 0.0
        fileprivate var scale = 0.0

        /// Whether nothing was added or lost where the new archive has rows.
        var isConserved: Bool { abs(found - wanted) <= scale * Conservation.tolerance }
    }

    /// - Parameter values: one for each row; NaN is unknown.
    func comparison(_ values: some Sequence<Double>, _ rows: NewRows) -> Comparison {
        var result = Comparison()
        var last = sums(to: rows.start)
        for (row, value) in values.enumerated() {
            let next = sums(to: rows.range(row).upperBound)
            let part = (integral: next.integral - last.integral, known: next.known - last.known)
            last = next
            result.before.integral += part.integral
            result.before.knownSeconds += part.known
            guard !value.isNaN else { continue }
            let seconds = Double(rows.length) / Self.unit
            result.after.integral += value * seconds
            result.after.knownSeconds += seconds
            result.wanted += part.integral
            result.found += value * part.known
            result.scale += abs(value) * seconds
        }
        return result
    }
}
