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

    private enum Key: Hashable {
        case field(FieldValue)
        case index([UInt32])
    }

    /// The first field of `identity` that is filled and unique over all present rows, then and
    /// now, recognises them. Where there is none, only an unchanged index does, and only while
    /// the best filled field there says the same. Rows that were gone take what the present ones
    /// leave.
    package static func match(
        known: [QueryRow], found: [DiscoveredTable.Row], identity: [String]
    ) -> Outcome {
        let present = known.filter(\.isPresent)
        let field = identity.first {
            isUnique($0, present.map(\.fields)) && isUnique($0, found.map(\.fields))
        }
        var outcome = Outcome()
        outcome.field = field
        let key = { (index: [UInt32], fields: RowFields) -> Key? in
            guard let field else { return .index(index) }
            return fields[field].map { .field($0) }
        }
        var positions: [Key: Int] = [:]
        for (position, row) in found.enumerated() {
            if let key = key(row.index, row.fields) { positions[key] = position }
        }
        for row in present + known.filter({ !$0.isPresent }) {
            let wanted = key(row.index, row.fields)
            var place = wanted.flatMap { positions[$0] }
            if let found = place.map({ found[$0] }), field == nil,
                let best = identity.first(where: { row.fields[$0]?.isEmpty == false }),
                row.fields[best] != found.fields[best]
            {
                place = nil
            }
            if let wanted, let place {
                positions[wanted] = nil
                outcome.positions[row.id] = place
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
