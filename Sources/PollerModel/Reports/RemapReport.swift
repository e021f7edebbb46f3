/// A remap as `/api/v1/devices/{id}/remaps` and `pollerctl device remaps -o json` show it.
package struct RemapReport: Sendable, Hashable, Codable {
    package let id: RemapID
    package let device: DeviceID
    /// Name of the data query.
    package let query: String
    package let time: String
    package let reason: String
    package let moved: Int
    package let vanished: Int
    package let returned: Int
    package let renamed: Int
    package let added: Int
    /// The remap that this one took back; null for what a device did.
    @ExplicitNull package var undoes: RemapID?
    @ExplicitNull package var undoneAt: String?
    package let rows: [Row]

    package struct Row: Sendable, Hashable, Codable {
        package let row: QueryRowID
        package let change: Remap.Change
        @ExplicitNull package var indexBefore: String?
        @ExplicitNull package var indexAfter: String?
        /// What the row said of itself, by name of the field; empty where it had no place.
        package let fieldsBefore: [String: String]
        package let fieldsAfter: [String: String]
        /// By what it was recognised, or why it was not; null when nothing is to be said.
        @ExplicitNull package var reason: String?

        init(_ row: Remap.Row) {
            self.row = row.row
            change = row.change
            fieldsBefore = (row.before?.fields ?? [:]).mapValues(\.text)
            fieldsAfter = (row.after?.fields ?? [:]).mapValues(\.text)
            _indexBefore = ExplicitNull(wrappedValue: row.before.map { OID.dotted($0.index) })
            _indexAfter = ExplicitNull(wrappedValue: row.after.map { OID.dotted($0.index) })
            _reason = ExplicitNull(wrappedValue: row.reason)
        }
    }

    package init(_ remap: Remap) {
        id = remap.id
        device = remap.device
        query = remap.query
        time = remap.time.rfc3339
        reason = remap.reason
        moved = remap.count(.moved)
        vanished = remap.count(.vanished)
        returned = remap.count(.returned)
        renamed = remap.count(.renamed)
        added = remap.count(.added)
        rows = remap.rows.map { Row($0) }
        _undoes = ExplicitNull(wrappedValue: remap.undoes)
        _undoneAt = ExplicitNull(wrappedValue: remap.undoneAt?.rfc3339)
    }
}
