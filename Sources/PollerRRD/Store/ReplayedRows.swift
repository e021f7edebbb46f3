import PollerModel

/// What a journal tells of one file, in the order of time. The journal itself may not: rows that
/// waited for long were written to a newer segment again, behind such as were accepted since.
struct ReplayedRows {
    /// Rows of one definition.
    struct Piece {
        var definition: RoundRobinFile
        var rows: PackedRows
        /// The oldest segment that holds one of them.
        let segment: UInt64
    }

    private var found: [Piece] = []

    mutating func add(_ rows: PackedRows, _ definition: RoundRobinFile, _ segment: UInt64) {
        let position = found.firstIndex { $0.definition.sources == definition.sources }
        guard let position else {
            found.append(Piece(definition: definition, rows: rows, segment: segment))
            return
        }
        // Step and archives may be other ones by now.
        found[position].definition = definition
        found[position].rows.append(rows)
    }

    /// In the order of time; no row twice.
    var pieces: [Piece] {
        found.map { piece in
            var piece = piece
            piece.rows.sort()
            return piece
        }.sorted { $0.rows.time(0) < $1.rows.time(0) }
    }
}
