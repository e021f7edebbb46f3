/// What became of a device's table when it was read again because somebody asked for it.
package struct TableReading: Sendable, Hashable, Codable {
    package enum Outcome: String, Sendable, Hashable, Codable {
        /// It is known which row is where.
        case complete
        /// The same, but new rows are still to be judged.
        case partial
        /// Nothing was changed.
        case failed
    }

    /// Name of the data query.
    package let query: String
    package let title: String
    package let outcome: Outcome
    /// How many rows were found, moved, new and gone; or why the table was not read.
    package let words: String
    /// Rows that are known since, and how many of them the device lists.
    package let rows: Int
    package let presentRows: Int
    /// Stable name of the failure of an exchange with the device; null when there was none.
    @ExplicitNull package var code: String?
    @ExplicitNull package var fix: String?

    package init(
        query: String, title: String, outcome: Outcome, words: String, rows: [QueryRow],
        failure: SNMPFailure? = nil
    ) {
        self.query = query
        self.title = title
        self.outcome = outcome
        self.words = words
        self.rows = rows.count
        presentRows = rows.count { $0.isPresent }
        _code = ExplicitNull(wrappedValue: failure?.code)
        _fix = ExplicitNull(wrappedValue: failure?.fix)
    }
}
