/// Why a remap cannot be undone (any more).
package enum RemapRefusal: Error, Sendable, Hashable {
    case alreadyUndone(RemapID, at: Timestamp)
    /// No row of it can go anywhere.
    case nothingMoved(RemapID)
    /// The inventory has the row no more.
    case rowDeleted(QueryRowID)
    /// The row is not any more where the remap put it.
    case rowChanged(QueryRowID)
    /// The device lists nothing where the row stood.
    case nothingThere(QueryRowID, index: [UInt32])
    /// Where the row stood, there is one now that the remap has nothing to do with.
    case indexTaken(index: [UInt32], by: QueryRowID)

    package var words: String {
        switch self {
        case .alreadyUndone(let id, let time): "remap \(id) was undone already, \(time.rfc3339)"
        case .nothingMoved(let id): "remap \(id) has no row that could go back"
        case .rowDeleted(let row): "row \(row) does not exist any more"
        case .rowChanged(let row): "row \(row) has changed its place since then"
        case .nothingThere(let row, let index):
            "the device lists nothing at index \(OID.dotted(index)), where row \(row) stood"
        case .indexTaken(let index, let row):
            "at index \(OID.dotted(index)) stands row \(row), which came there otherwise"
        }
    }

    package var fix: String {
        switch self {
        case .alreadyUndone: "the remap that undid it can be undone in turn"
        case .rowChanged, .indexTaken: "undo the later remap first"
        case .nothingMoved, .rowDeleted, .nothingThere: "the rows stay as they are"
        }
    }
}

/// Decides what it takes to take a remap back: each row that it moved goes where it stood, and
/// takes over what is known of what stands there now. So the next re-index recognises it by that,
/// and leaves it there.
package enum RemapUndo {
    /// All or nothing. Rows that vanished go back where another row of the remap stands now; what
    /// stood there, and has no other place, vanishes.
    package static func plan(
        _ remap: Remap, of definition: DeviceDefinition, catalogue: Catalogue
    ) throws(RemapRefusal) -> TableChange {
        if let time = remap.undoneAt { throw .alreadyUndone(remap.id, at: time) }
        let undoing = try Undoing(remap, definition)
        guard !undoing.restored.isEmpty else { throw .nothingMoved(remap.id) }
        var change = TableChange(device: definition.device.id, query: remap.query)
        change.rows = (undoing.restored + undoing.displaced).sorted { $0.id < $1.id }
        let identity = RowIdentity(catalogue.dataQueries[remap.query]?.identity ?? [])
        change.moves = change.rows.compactMap { row in
            definition.row(row.id).flatMap { identity.move($0, row, reason: nil) }
        }
        change.titles = ReindexPlanner.titles(
            of: definition, rows: change.rows, catalogue: catalogue)
        change.undoes = remap.id
        change.reason = "remap \(remap.id) undone"
        change.summary = "\(change.reason): \(change.moves.words)"
        return change
    }
}

/// Who goes where.
private struct Undoing {
    /// Rows back where they stood.
    private(set) var restored: [QueryRow] = []
    /// Rows that have no place then.
    private(set) var displaced: [QueryRow] = []

    private let events: [QueryRowID: Remap.Row]
    /// Who stands at which index of the table.
    private let holders: [[UInt32]: QueryRow]

    init(_ remap: Remap, _ definition: DeviceDefinition) throws(RemapRefusal) {
        events = Dictionary(
            remap.rows.map { ($0.row, $0) }, uniquingKeysWith: { first, _ in first })
        holders = Dictionary(
            definition.rows.filter { $0.isPresent && $0.query == remap.query }.map {
                ($0.index, $0)
            }, uniquingKeysWith: { first, _ in first })
        var homeless: [QueryRow] = []
        var freed: [QueryRow] = []
        for event in remap.rows {
            guard let former = event.before?.index, wantsBack(event, to: former) else { continue }
            guard let row = definition.row(event.row) else { throw .rowDeleted(event.row) }
            guard stands(row, as: event) else { throw .rowChanged(row.id) }
            guard let holder = holders[former] else {
                homeless.append(row)
                continue
            }
            guard events[holder.id]?.after?.index == former else {
                throw .indexTaken(index: former, by: holder.id)
            }
            freed.append(holder)
            var back = row
            (back.index, back.fields, back.isPresent) = (former, holder.fields, true)
            restored.append(back)
        }
        try displace(freed: freed, homeless: homeless)
    }

    /// A row that vanished has a place only where another stands now.
    private func wantsBack(_ event: Remap.Row, to former: [UInt32]) -> Bool {
        event.change == .moved || event.change == .vanished && holders[former] != nil
    }

    /// Whether a row is as the event left it.
    private func stands(_ row: QueryRow, as event: Remap.Row) -> Bool {
        event.after.map { row.isPresent && row.index == $0.index } ?? !row.isPresent
    }

    private mutating func displace(
        freed: [QueryRow], homeless: [QueryRow]
    ) throws(RemapRefusal) {
        let places = Set(freed.map(\.index))
        for row in homeless where !places.contains(row.index) {
            throw .nothingThere(row.id, index: events[row.id]?.before?.index ?? row.index)
        }
        let back = Set(restored.map(\.id))
        displaced = freed.filter { !back.contains($0.id) }.map { row in
            var row = row
            row.isPresent = false
            return row
        }
    }
}

extension RowIdentity {
    /// What became of a row, for a remap; nil when nothing that counts.
    func move(_ old: QueryRow, _ new: QueryRow, reason: String?) -> Remap.Row? {
        let change: Remap.Change
        switch (old.isPresent, new.isPresent) {
        case (false, false): return nil
        case (true, false): change = .vanished
        case (false, true): change = .returned
        case (true, true):
            let isRenamed = best(of: old.fields).map {
                Self.key($0.candidate, new.fields) != $0.key
            }
            guard old.index != new.index || isRenamed == true else { return nil }
            change = old.index != new.index ? .moved : .renamed
        }
        return Remap.Row(
            old.id, change, before: place(old.index, old.fields),
            after: new.isPresent ? place(new.index, new.fields) : nil,
            reason: reason)
    }

    /// With the fields of the identity only: a table of ten thousand rows is kept whole.
    func place(_ index: [UInt32], _ row: RowFields) -> Remap.Place {
        Remap.Place(index: index, fields: row.filter { fields.contains($0.key) })
    }
}
