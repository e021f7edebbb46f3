import PollerModel

/// Reads the rows of one table: which there are, what is known of them, and which data templates
/// they have values for.
struct TableReader {
    let query: DataQuery
    /// The data templates of this query.
    let templates: [DataTemplate]
    let columns: ColumnReader
    /// Names of the templates for which also rows are judged that are graphed on request only.
    var demanded: Set<String> = []

    /// What was read so far.
    private struct Reading {
        var rows: [[UInt32]]
        /// Rows of the whole table.
        let length: Int
        var fields: [[UInt32]: RowFields] = [:]
        var unread: Set<String> = []
        var isCut: Bool
        var note: String?
    }

    func read() async throws(SNMPFailure) -> DiscoveredTable {
        let index = try await columns.column(query.index, rowLimit: query.rowLimit)
        guard !index.values.isEmpty else {
            return DiscoveredTable(
                query: query.name, rows: [], note: index.note ?? DiscoveredTable.nothing)
        }
        var reading = Reading(
            rows: index.values.keys.sorted { $0.lexicographicallyPrecedes($1) },
            length: index.values.count, isCut: !index.isWhole, note: index.note)
        try await readFields(&reading)
        let count = reading.rows.count
        reading.rows.removeAll { !query.rows.keeps(reading.fields[$0] ?? [:]) }
        if reading.rows.isEmpty {
            return DiscoveredTable(
                query: query.name, rows: [], unreadFields: reading.unread,
                note: reading.note ?? "none of \(count) rows is of interest")
        }
        let (widths, areUnread) = try await widths(reading)
        return DiscoveredTable(
            query: query.name,
            rows: reading.rows.map {
                DiscoveredTable.Row(
                    index: $0, fields: reading.fields[$0] ?? [:], widths: widths[$0] ?? [:])
            },
            unreadFields: reading.unread, isCut: reading.isCut, areWidthsUnread: areUnread,
            note: reading.note)
    }

    // MARK: Fields

    private func readFields(_ reading: inout Reading) async throws(SNMPFailure) {
        for field in query.fields {
            guard case .index = field.origin else { continue }
            for row in reading.rows {
                reading.fields[row, default: [:]][field.name] = field.value(fromIndex: row)
            }
        }
        let own = query.fields.compactMap { field -> OID? in
            if case .column(let column, at: nil) = field.origin { column } else { nil }
        }
        let cells = try await columns.cells(own, at: reading.rows, rowLimit: query.rowLimit)
        for field in query.fields {
            guard case .column(let column, let at) = field.origin else { continue }
            if let at {
                try await join(field, column, at: at, &reading)
                continue
            }
            note(column, of: field, cells, &reading)
            for row in reading.rows {
                guard let value = cells.values[column]?[row] else { continue }
                reading.fields[row, default: [:]][field.name] = field.value(from: value)
            }
        }
    }

    /// A column that was not read to its end: behind a cut, a row would lack what it has.
    private func note(
        _ column: OID, of field: RowField, _ cells: ColumnReader.Cells, _ reading: inout Reading
    ) {
        if cells.cut.contains(column) {
            let values = cells.values[column] ?? [:]
            let count = reading.rows.count
            reading.rows.removeAll { values[$0] == nil }
            guard reading.rows.count < count else { return }
            reading.isCut = true
            reading.note =
                reading.note ?? "only the first \(reading.rows.count) rows were read in time"
        } else if cells.unread.contains(column) {
            reading.unread.insert(field.name)
        }
    }

    /// A field whose instance another field tells.
    private func join(
        _ field: RowField, _ column: OID, at name: String, _ reading: inout Reading
    ) async throws(SNMPFailure) {
        var places: [[UInt32]: [UInt32]] = [:]
        for row in reading.rows {
            guard let arcs = reading.fields[row]?[name]?.arcs,
                arcs.count <= QueryRow.longestIndex
            else { continue }
            places[row] = arcs
        }
        let wanted = Set(places.values).sorted { $0.lexicographicallyPrecedes($1) }
        let cells = try await columns.cells([column], at: wanted, rowLimit: query.rowLimit)
        if cells.unread.contains(column) { reading.unread.insert(field.name) }
        for (row, place) in places {
            guard let value = cells.values[column]?[place] else { continue }
            reading.fields[row, default: [:]][field.name] = field.value(from: value)
        }
    }

    // MARK: Values

    /// Which templates each row has values for, judged by their first items.
    private func widths(
        _ reading: Reading
    ) async throws(SNMPFailure) -> (widths: [[UInt32]: [String: CounterWidth]], areUnread: Bool) {
        var widths: [[UInt32]: [String: CounterWidth]] = [:]
        var areUnread = false
        for template in templates {
            guard let item = template.items.first else { continue }
            let judge = ValueJudge(item: item, fields: reading.fields)
            let rows = reading.rows.filter { row in
                let fields = reading.fields[row] ?? [:]
                guard demanded.contains(template.name) || query.isGraphedByDefault(fields) else {
                    return false
                }
                return template.rows?.holds(for: fields) ?? true
            }
            guard !rows.isEmpty else { continue }
            let wide = try await columns.cells(
                item.objects(.wide), at: judge.places(of: rows), length: reading.length,
                rowLimit: query.rowLimit)
            var narrow = ColumnReader.Cells()
            // The twin tells only of rows that lack the 64-bit counter, or where it stands still.
            let doubtful =
                item.hasNarrow ? rows.filter { judge.isDoubtful($0, wide) } : []
            if !doubtful.isEmpty {
                narrow = try await columns.cells(
                    item.objects(.narrow), at: judge.places(of: doubtful), length: reading.length,
                    rowLimit: query.rowLimit)
            }
            if !wide.unread.isEmpty || !narrow.unread.isEmpty { areUnread = true }
            for row in rows {
                if let width = judge.width(row, wide, narrow) {
                    widths[row, default: [:]][template.name] = width
                }
            }
        }
        return (widths, areUnread)
    }
}

/// Judges whether rows have a value for an item.
private struct ValueJudge {
    let item: DataTemplate.Item
    let fields: [[UInt32]: RowFields]

    /// The instances that are read for rows.
    func places(of rows: [[UInt32]]) -> [[UInt32]] { rows.compactMap(place) }

    private func place(of row: [UInt32]) -> [UInt32]? {
        guard let at = item.at else { return row }
        guard let arcs = fields[row]?[at]?.arcs, arcs.count <= QueryRow.longestIndex else {
            return nil
        }
        return arcs
    }

    /// Whether the 64-bit counter is missing or may be a dummy.
    func isDoubtful(_ row: [UInt32], _ wide: ColumnReader.Cells) -> Bool {
        number(row, .wide, wide).map { $0 == 0 } ?? true
    }

    private func number(
        _ row: [UInt32], _ width: CounterWidth, _ cells: ColumnReader.Cells
    ) -> Int64? {
        guard let column = item.objects(width).first, let place = place(of: row) else { return nil }
        return cells.values[column]?[place]?.wholeNumber
    }

    /// A 64-bit counter that stays at zero while its 32-bit twin counts is a dummy.
    func width(
        _ row: [UInt32], _ wide: ColumnReader.Cells, _ narrow: ColumnReader.Cells
    ) -> CounterWidth? {
        let isWide = hasValue(row, .wide, wide)
        guard item.hasNarrow, hasValue(row, .narrow, narrow) else { return isWide ? .wide : nil }
        let isDummy =
            number(row, .wide, wide) == 0 && number(row, .narrow, narrow) ?? 0 > 0
        return isWide && !isDummy ? .wide : .narrow
    }

    private func hasValue(
        _ row: [UInt32], _ width: CounterWidth, _ cells: ColumnReader.Cells
    ) -> Bool {
        guard let place = place(of: row) else { return false }
        var values: [OID: SNMPValue] = [:]
        for column in item.objects(width) {
            if let value = cells.values[column]?[place] { values[column.appending(place)] = value }
        }
        return FirstValue.exists(
            of: item, row: (row, fields[row] ?? [:]), width: width, values: values)
    }
}
