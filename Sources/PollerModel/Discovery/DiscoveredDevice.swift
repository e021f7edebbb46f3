/// What a device showed of itself: the system group, its tables, and which values it has.
package struct DiscoveredDevice: Sendable {
    package let system: SystemDescription
    package let kind: DeviceKind
    /// By name of the data query.
    package let tables: [String: DiscoveredTable]
    /// Names of the data templates without a query that have values, and with which width.
    package let scalars: [String: CounterWidth]
    /// False when it did not answer: then this is what every device has.
    package let hasAnswered: Bool

    package init(
        system: SystemDescription, kind: DeviceKind,
        tables: [String: DiscoveredTable], scalars: [String: CounterWidth],
        hasAnswered: Bool = true
    ) {
        self.system = system
        self.kind = kind
        self.tables = tables
        self.scalars = scalars
        self.hasAnswered = hasAnswered
    }
}

/// One table of a device as found now.
package struct DiscoveredTable: Sendable {
    package struct Row: Sendable, Hashable {
        package let index: [UInt32]
        package let fields: RowFields
        /// Names of the data templates the row has values for, and with which width.
        package let widths: [String: CounterWidth]

        package init(index: [UInt32], fields: RowFields, widths: [String: CounterWidth]) {
            self.index = index
            self.fields = fields
            self.widths = widths
        }
    }

    /// The note of a table that was read and has nothing in it.
    package static let nothing = "the device has none"

    package let query: String
    package let rows: [Row]
    /// Whether the device was asked and has no rows at all.
    package var isAbsent: Bool { rows.isEmpty && (note == nil || note == Self.nothing) }
    /// Names of fields whose column could not be read to its end: that a row lacks one of them
    /// says nothing.
    package let unreadFields: Set<String>
    /// Whether there may be more rows than these.
    package let isCut: Bool
    /// Whether a column that tells which values a row has could not be read: what new rows are
    /// worth is not known then.
    package let areWidthsUnread: Bool
    /// Why the table is empty or cut, where it is.
    package let note: String?

    package init(
        query: String, rows: [Row], unreadFields: Set<String> = [], isCut: Bool = false,
        areWidthsUnread: Bool = false, note: String?
    ) {
        self.query = query
        self.rows = rows
        self.unreadFields = unreadFields
        self.isCut = isCut
        self.areWidthsUnread = areWidthsUnread
        self.note = note
    }
}
