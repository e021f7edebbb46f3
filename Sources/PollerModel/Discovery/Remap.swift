/// One time at which rows of a device's table changed their places: what became of which row, and
/// by what that was known. It can be undone (`RemapUndo`).
package struct Remap: Sendable, Hashable {
    /// Of one device; older ones are forgotten. One is kept whole, however many rows it has.
    package static let largestCount = 50

    package let id: RemapID
    package let device: DeviceID
    /// Name of the data query.
    package let query: String
    package let time: Timestamp
    /// One line: by what the rows were recognised, and what could not be said of them.
    package let reason: String
    package let rows: [Row]
    /// The one that this one undid.
    package let undoes: RemapID?
    package let undoneAt: Timestamp?

    package init(
        id: RemapID, device: DeviceID, query: String, time: Timestamp, reason: String,
        rows: [Row], undoes: RemapID? = nil, undoneAt: Timestamp? = nil
    ) {
        self.id = id
        self.device = device
        self.query = query
        self.time = time
        self.reason = reason
        self.rows = rows
        self.undoes = undoes
        self.undoneAt = undoneAt
    }
}

extension Remap {
    package enum Change: String, Sendable, Hashable, Codable, CaseIterable {
        /// It stands at another index.
        case moved
        /// The device does not list it any more.
        case vanished
        /// It had vanished, and is back.
        case returned
        /// It stands where it stood, and its best field says something else.
        case renamed
        /// Nobody knew it, and it stands where another row of the event stood.
        case added
    }

    /// Where a row stood, and what it said of itself there: the fields of the query's identity.
    package struct Place: Sendable, Hashable, Codable {
        package let index: [UInt32]
        package let fields: RowFields

        package init(index: [UInt32], fields: RowFields) {
            self.index = index
            self.fields = fields
        }
    }

    /// What became of one row.
    package struct Row: Sendable, Hashable, Codable {
        package let row: QueryRowID
        package let change: Change
        /// nil for an added row; of one that returned, where it stood when it vanished.
        package let before: Place?
        /// nil for a vanished row.
        package let after: Place?
        /// By what it was recognised, or why it was not; nil when nothing is to be said.
        package let reason: String?

        package init(
            _ row: QueryRowID, _ change: Change, before: Place?, after: Place?,
            reason: String? = nil
        ) {
            self.row = row
            self.change = change
            self.before = before
            self.after = after
            self.reason = reason
        }
    }

    package func count(_ change: Change) -> Int { rows.count { $0.change == change } }
}

extension [Remap.Row] {
    /// "2 moved, 1 vanished"
    package var words: String {
        Remap.Change.allCases.compactMap { change in
            let count = self.count { $0.change == change }
            return count == 0 ? nil : "\(count) \(change.rawValue)"
        }.joined(separator: ", ")
    }
}
