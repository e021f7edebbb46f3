/// Asked along with the values of a row: what the row says of itself. An agent may move rows
/// without telling anybody, and the counters of neighbours may look like those of one port.
package struct RowProbe: Sendable, Hashable {
    package let table: String
    /// Whose row it is.
    package let source: DataSourceID
    package let object: OID
    private let field: RowField
    private let expected: FieldValue

    fileprivate init(
        table: String, source: DataSourceID, object: OID, field: RowField, expected: FieldValue
    ) {
        self.table = table
        self.source = source
        self.object = object
        self.field = field
        self.expected = expected
    }

    /// Whether another row stands there now, or none.
    package func speaksAgainst(_ answer: SNMPValue) -> Bool {
        guard answer.isPresent else { return true }
        // An answer of a foreign type tells nothing.
        return field.value(from: answer).map { $0 != expected } ?? false
    }
}

extension RowProbe {
    /// One in so many data sources has its row looked at in a poll: little beside what is asked
    /// anyway, and most renumberings move most rows.
    static let share = 8
    static let fewest = 2
    /// As many as fit into one small message.
    static let most = 32

    /// - Parameters:
    ///   - sources: what is asked in this poll.
    ///   - turn: counts the polls from 0, so that after some of them each row has been looked at.
    ///     In the first after a start or a silence, all are: nobody knows what happened before.
    package static func choose(
        of sources: [PlannedSource], in definition: DeviceDefinition, catalogue: Catalogue,
        turn: Int
    ) -> [RowProbe] {
        let positions = sources.indices.filter { sources[$0].table != nil }
        guard !positions.isEmpty else { return [] }
        let count =
            turn == 0
            ? positions.count
            : min(max(positions.count / share, fewest), most, positions.count)
        let start = turn % positions.count * count
        var rows: Set<QueryRowID> = []
        return (start..<start + count).flatMap { step -> [RowProbe] in
            let source = sources[positions[step % positions.count]].dataSource
            guard let row = definition.dataSource(source).flatMap(definition.row(of:)),
                let query = catalogue.dataQueries[row.query], rows.insert(row.id).inserted
            else { return [] }
            return probes(of: row, query, source, in: definition)
        }
    }

    /// The fields that tell the row from all others.
    private static func probes(
        of row: QueryRow, _ query: DataQuery, _ source: DataSourceID,
        in definition: DeviceDefinition
    ) -> [RowProbe] {
        let candidate = query.identity.first { candidate in
            guard let key = RowIdentity.key(candidate, row.fields) else { return false }
            return !definition.rows.contains {
                $0.query == row.query && $0.isPresent && $0.id != row.id
                    && RowIdentity.key(candidate, $0.fields) == key
            }
        }
        return query.fields.compactMap { field in
            guard candidate?.contains(field.name) == true,
                case .column(let column, at: nil) = field.origin,
                let expected = row.fields[field.name]
            else { return nil }
            return RowProbe(
                table: query.name, source: source, object: column.appending(row.index),
                field: field, expected: expected)
        }
    }
}
