/// A row of a device's table, found by a data query.
package struct QueryRow: Sendable, Hashable {
    /// In arcs; longer ones are not polled. A column takes at most the rest of an OID's arcs.
    package static let longestIndex = 96
    /// Of one table of a device, those that are gone among them.
    package static let largestCount = 50_000
    package static let longestColumn = OID.largestArcCount - longestIndex

    package let id: QueryRowID
    package let device: DeviceID
    /// Name of the data query.
    package let query: String
    /// The arcs behind the column: where the device keeps the row at present.
    package var index: [UInt32]
    package var fields: RowFields
    /// False while the device does not list the row.
    package var isPresent: Bool {
        didSet { if isPresent { absentSince = nil } }
    }
    /// When the device was first found not to list it any more; nil while it is present, and where
    /// that was not noted.
    package var absentSince: Timestamp?

    package init(
        id: QueryRowID, device: DeviceID, query: String, index: [UInt32], fields: RowFields,
        isPresent: Bool, absentSince: Timestamp? = nil
    ) {
        self.id = id
        self.device = device
        self.query = query
        self.index = index
        self.fields = fields
        self.isPresent = isPresent
        self.absentSince = isPresent ? nil : absentSince
    }
}
