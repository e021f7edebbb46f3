/// Finds rows of a table by what people call them.
package struct RowNames: Sendable {
    private let query: DataQuery
    private let rows: [DiscoveredTable.Row]
    /// By index, and by each text that identifies: which rows.
    private var positions: [String: Set<Int>] = [:]
    /// What identifies, best first.
    private let fields: [String]

    package init(_ rows: [DiscoveredTable.Row], of query: DataQuery) {
        self.query = query
        self.rows = rows
        var seen: Set<String> = []
        fields = query.identity.joined().filter { seen.insert($0).inserted }
        for (position, row) in rows.enumerated() {
            let index = OID.dotted(row.index)
            for name in [index, "#\(index)"] + names(row) {
                positions[name.lowercased(), default: []].insert(position)
            }
        }
    }

    /// The texts by which a row may be identified.
    private func names(_ row: DiscoveredTable.Row) -> [String] {
        fields.compactMap { row.fields[$0]?.text }.filter { !$0.isEmpty }
    }

    /// What a row is called in a sentence.
    package func name(of row: DiscoveredTable.Row) -> String {
        names(row).first ?? "#\(OID.dotted(row.index))"
    }

    /// The row that `text` means: one of this name, or else one that is written like it but for
    /// capitals.
    ///
    /// - Throws: there is none, or there are several.
    package func row(_ text: String) throws(OperationFailure) -> DiscoveredTable.Row {
        let alike = positions[text.lowercased()] ?? []
        let exact = alike.filter { position in
            let row = rows[position]
            let index = OID.dotted(row.index)
            return text == index || text == "#\(index)" || names(row).contains(text)
        }
        let found = (exact.isEmpty ? alike : exact).sorted()
        guard let first = found.first else {
            throw .notFound(
                words: "the table \(query.name) has no row “\(DeviceText(text).text)”"
                    + Suggestion.phrase(for: text, among: Set(rows.flatMap(names))),
                fix: "name it by its index or its "
                    + (fields.isEmpty ? "index" : fields.joined(separator: ", ")))
        }
        guard found.count == 1 else {
            let indexes = found.prefix(Self.shownIndexes).map { "#\(OID.dotted(rows[$0].index))" }
            throw .invalid(
                words: "“\(DeviceText(text).text)” may be \(found.count) rows of \(query.name)",
                fix: "write the index: \(indexes.joined(separator: ", "))"
                    + (found.count > Self.shownIndexes ? ", …" : ""))
        }
        return rows[first]
    }

    private static let shownIndexes = 5
}
