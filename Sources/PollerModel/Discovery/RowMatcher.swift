/// Finds known rows of a table again after the device renumbered it.
package enum RowMatcher {
    /// Where known rows are now, and which rows are new.
    package struct Outcome: Sendable, Hashable {
        /// For known rows that were found: the position among the found rows.
        package var positions: [QueryRowID: Int] = [:]
        /// Positions of found rows that nobody knew.
        package var added: [Int] = []
        /// Known rows the device does not list.
        package var missing: [QueryRowID] = []
        /// The field the rows were recognised by; nil: by their index.
        package var field: String?
    }

    /// The first field of `identity` that is filled and unique over all rows, then and now,
    /// recognises them. Where there is none, only an unchanged index does.
    package static func match(
        known: [QueryRow], found: [DiscoveredTable.Row], identity: [String]
    ) -> Outcome {
        let field = identity.first {
            isUnique($0, known.map(\.fields)) && isUnique($0, found.map(\.fields))
        }
        var outcome = Outcome()
        outcome.field = field
        let key = { (index: [UInt32], fields: RowFields) -> FieldValue in
            field.flatMap { fields[$0] } ?? .text(DeviceText(OID.dotted(index)))
        }
        let positions = Dictionary(
            found.enumerated().map { (key($1.index, $1.fields), $0) },
            uniquingKeysWith: { first, _ in first })
        for row in known {
            if let position = positions[key(row.index, row.fields)] {
                outcome.positions[row.id] = position
            } else {
                outcome.missing.append(row.id)
            }
        }
        let taken = Set(outcome.positions.values)
        outcome.added = found.indices.filter { !taken.contains($0) }
        return outcome
    }

    private static func isUnique(_ field: String, _ rows: [RowFields]) -> Bool {
        var seen: Set<FieldValue> = []
        return rows.allSatisfy { fields in
            guard let value = fields[field], !value.isEmpty else { return false }
            return seen.insert(value).inserted
        }
    }
}
