/// What a re-index changes in the inventory: where known rows are now, which are gone, which
/// are new, and which titles follow.
package struct TableChange: Sendable, Hashable {
    package let device: DeviceID
    package let query: String
    /// Known rows with their present index and fields; absent ones keep the old.
    package var rows: [QueryRow] = []
    package var added: [DiscoveredTable.Row] = []
    /// Graphs for the added rows.
    package var proposals: [GraphProposal] = []
    package var titles: [GraphID: String] = [:]
    /// Whether new rows were left out, because not enough is known of them yet.
    package var isPartial = false
    /// Why the table was not read to its end; nil when it was.
    package var cut: String?
    /// What became of rows that moved, vanished, returned or are called something else.
    package var moves: [Remap.Row] = []
    /// By what rows were recognised.
    package var reason = ""
    /// The remap that this one takes back.
    package var undoes: RemapID?
    /// One line for the log.
    package var summary: String = ""

    /// Whether the table is as it was known.
    package var isNothing: Bool { rows.isEmpty && added.isEmpty && titles.isEmpty && moves.isEmpty }

    /// Whether the inventory keeps a `Remap` of it.
    package var isRemap: Bool { !moves.isEmpty }
}

extension TableChange {
    /// What a remap tells of this change.
    ///
    /// - Parameter added: the new rows, which have their ids now. Those that stand where another
    ///   row stood belong to the story: that row may have to have its place back.
    package func remapRows(
        added: [(id: QueryRowID, row: DiscoveredTable.Row)], catalogue: Catalogue
    ) -> [Remap.Row] {
        let identity = RowIdentity(catalogue.dataQueries[query]?.identity ?? [])
        let left = Set(moves.compactMap { $0.before?.index })
        return moves
            + added.filter { left.contains($0.row.index) }.map { id, row in
                Remap.Row(
                    id, .added, before: nil, after: identity.place(row.index, row.fields))
            }
    }
}

extension QueryRow {
    /// Since when it is absent is noted once.
    package func noted(at now: Timestamp) -> QueryRow {
        var row = self
        if !isPresent, absentSince == nil { row.absentSince = now }
        return row
    }
}

/// Decides what becomes of known rows when a table was walked again.
package enum ReindexPlanner {
    package enum Verdict: Sendable, Hashable {
        case change(TableChange)
        /// What was read does not tell which row is which; the reason in words.
        case unclear(String)
    }

    package static func verdict(
        _ definition: DeviceDefinition, table: DiscoveredTable, catalogue: Catalogue
    ) -> Verdict {
        guard let query = catalogue.dataQueries[table.query] else {
            return .unclear("the catalogue has no data query \(table.query) any more")
        }
        // More often a fault of the agent than the end of all interfaces.
        guard !table.rows.isEmpty else {
            return .unclear("\(query.name): \(table.note ?? "no rows"), the known ones stay")
        }
        // As the fields are read now: a catalogue that rewrites a text makes no other row of it.
        let known = definition.rows.filter { $0.query == table.query }.map { row in
            var row = row
            row.fields = query.rewritten(row.fields)
            return row
        }
        let match = RowMatcher.match(known: known, found: table.rows, identity: query.identity)
        let unread = RowIdentity(query.identity).fields.sorted().filter { field in
            table.unreadFields.contains(field)
                && known.contains { $0.isPresent && $0.fields[field]?.isEmpty == false }
        }
        if match.candidate == nil, !unread.isEmpty {
            return .unclear("\(query.name): \(unread.joined(separator: " and ")) was not read")
        }
        return .change(change(definition, known, table, match, query, catalogue))
    }

    private static func change(
        _ definition: DeviceDefinition, _ known: [QueryRow], _ table: DiscoveredTable,
        _ match: RowMatcher.Outcome, _ query: DataQuery, _ catalogue: Catalogue
    ) -> TableChange {
        var change = TableChange(device: definition.device.id, query: table.query)
        let identity = RowIdentity(query.identity)
        for old in known {
            let row = present(old, table, match, query)
            if row != old { change.rows.append(row) }
            let reason = match.reasons[old.id] ?? match.doubts[old.id]
            if let move = identity.move(old, row, reason: reason) { change.moves.append(move) }
        }
        let deciding = query.graphed.fields.union(query.rows.fields)
        change.isPartial =
            !match.added.isEmpty
            && (table.areWidthsUnread || !table.unreadFields.isDisjoint(with: deciding))
        // A row is judged once, so all columns have to be read that tell what becomes of it.
        let free = change.isPartial ? 0 : max(0, QueryRow.largestCount - known.count)
        change.added = match.added.prefix(free).map { table.rows[$0] }
        change.titles = titles(of: definition, rows: change.rows, catalogue: catalogue)
        change.proposals = proposals(definition, added: change.added, query: query, catalogue)
        change.reason = match.words
        if table.isCut { change.cut = table.note ?? "not read to its end" }
        change.summary = summary(change, table, match)
        return change
    }

    /// A known row as it is now.
    private static func present(
        _ old: QueryRow, _ table: DiscoveredTable, _ match: RowMatcher.Outcome, _ query: DataQuery
    ) -> QueryRow {
        var row = old
        guard let position = match.positions[old.id] else {
            // Also behind a cut: whose row stands there now is not known.
            row.isPresent = false
            return row
        }
        let found = table.rows[position]
        let kept = old.fields.filter { table.unreadFields.contains($0.key) }
        (row.index, row.isPresent) = (found.index, true)
        row.fields = query.kept(found.fields).merging(kept) { found, _ in found }
        return row
    }

    private static func summary(
        _ change: TableChange, _ table: DiscoveredTable, _ match: RowMatcher.Outcome
    ) -> String {
        let left = match.added.count - change.added.count
        let moved = change.moves.count { $0.before?.index != $0.after?.index && $0.after != nil }
        return "\(table.rows.count) rows \(match.words): \(moved) moved, "
            + "\(change.added.count) new, \(match.missing.count) gone"
            + (left == 0
                ? ""
                : change.isPartial
                    ? ", \(left) not judged yet"
                    : ", \(left) beyond the limit of \(QueryRow.largestCount) rows")
            + (table.isCut ? "; \(table.note ?? "the table was cut")" : "")
    }

    /// Titles that name a field which changed. One that somebody chose stays: it is not what the
    /// pattern gave for the row as it was.
    static func titles(
        of definition: DeviceDefinition, rows: [QueryRow], catalogue: Catalogue
    ) -> [GraphID: String] {
        let changed = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        let wanted = definition.graphs.compactMap {
            graph -> (graph: Graph, title: String, place: String)? in
            guard let source = definition.dataSource(graph.dataSource),
                let row = source.row.flatMap({ changed[$0] }),
                let old = source.row.flatMap({ definition.row($0) }),
                let template = catalogue.graphTemplates[graph.template]
            else { return nil }
            let pattern = GraphTitles.title(template, of: source, in: definition)
            let new = GraphTitles.title(template, of: source, in: definition, row: row)
            let query = catalogue.dataQueries[row.query]
            let oldPlace = GraphTitles.place(
                of: (old.index, old.fields), query: query, beside: pattern)
            let place = GraphTitles.place(of: (row.index, row.fields), query: query, beside: new)
            guard new != pattern || place != oldPlace,
                GraphTitles.follows(graph.givenTitle, pattern: pattern, place: oldPlace)
            else { return nil }
            return (graph, new, place)
        }
        return GraphTitles.renamed(definition, wanted)
    }

    private static func proposals(
        _ definition: DeviceDefinition, added: [DiscoveredTable.Row], query: DataQuery,
        _ catalogue: Catalogue
    ) -> [GraphProposal] {
        guard let kind = catalogue.kind(named: definition.device.templates) else { return [] }
        let discovered = DiscoveredDevice(
            system: definition.device.system, kind: kind,
            tables: [query.name: DiscoveredTable(query: query.name, rows: added, note: nil)],
            scalars: [:])
        return GraphSelection.proposals(
            by: definition.device.graphPolicy, for: discovered, of: definition.device.titleSubject,
            catalogue: catalogue,
            taken: Set(definition.graphs.map(\.title)))
    }
}
