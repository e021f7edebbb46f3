import GRDB
package import PollerModel

/// Rows of tables that change their places, and what is kept of that.
extension Inventory {
    package func apply(
        _ change: TableChange, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let catalogue = definitions.catalogue
        return try await self.change("re-index device \(change.device)") { database in
            try Self.apply(change, at: now, catalogue, database)
            return change.device
        }
    }

    package func remaps(of device: DeviceID) async throws(InventoryFailure) -> [Remap] {
        do {
            return try await database.read { database in
                let newestFirst = RemapRecord.filter(Column("device") == device.rawValue)
                    .order(Column("id").desc)
                return try Self.records(newestFirst, database).map { try $0.remap() }
            }
        } catch {
            throw Self.failure(error, "read what became of the rows of device \(device)")
        }
    }

    package func undoRemap(
        _ remap: RemapID, of device: DeviceID, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let catalogue = definitions.catalogue
        return try await self.change("undo remap \(remap)") { database in
            let definition = try Self.read(device, database)
            let found = try Self.records(RemapRecord.filter(key: remap.rawValue), database).first
            guard var record = found, record.device == device.rawValue else {
                throw InventoryFailure.unknownRemap(remap, of: device)
            }
            let change = try RemapUndo.plan(record.remap(), of: definition, catalogue: catalogue)
            record.undoneAt = now.milliseconds
            try record.update(database)
            try Self.apply(change, at: now, catalogue, database)
            return device
        }
    }

    private static func apply(
        _ change: TableChange, at now: Timestamp, _ catalogue: Catalogue, _ database: Database
    ) throws {
        let device = try record(of: change.device, database)
        // Rows may swap their indexes: first none is at its place, then each at its own.
        for row in change.rows {
            try database.execute(
                sql: "UPDATE query_row SET is_present = 0 WHERE id = ?",
                arguments: [row.id.rawValue])
        }
        for row in change.rows { try QueryRowRecord(row.noted(at: now)).update(database) }
        let added = DiscoveredTable(query: change.query, rows: change.added, note: nil)
        let rows = try insert([change.query: added], of: change.device, catalogue, database)
        for (graph, title) in change.titles { try retitle(graph, title, database) }
        try insert(
            change.proposals, device: change.device, rows: rows,
            profile: profile(of: device, catalogue, database), at: now, database)
        let places = change.added.compactMap { row in
            rows[.init(query: change.query, index: row.index)].map { (QueryRowID($0), row) }
        }
        try keep(change.remapRows(added: places, catalogue: catalogue), of: change, now, database)
    }

    private static func keep(
        _ rows: [Remap.Row], of change: TableChange, _ now: Timestamp, _ database: Database
    ) throws {
        guard change.isRemap else { return }
        var remap = RemapRecord(change, rows, at: now)
        try remap.insert(database)
        try database.execute(
            sql: """
                DELETE FROM remap WHERE device = ?1 AND id NOT IN (
                    SELECT id FROM remap WHERE device = ?1 ORDER BY id DESC LIMIT ?2)
                """,
            arguments: [change.device.rawValue, Remap.largestCount])
    }
}
