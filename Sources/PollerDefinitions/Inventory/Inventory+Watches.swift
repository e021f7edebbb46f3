import GRDB
package import PollerModel

/// The last values of objects that tell whether tables changed.
extension Inventory {
    package func watchValues(of device: DeviceID) async throws(InventoryFailure) -> [OID: String] {
        do {
            return try await database.read { database in
                let rows = try Row.fetchAll(
                    database, sql: "SELECT object, value FROM watch WHERE device = ?",
                    arguments: [device.rawValue])
                return rows.reduce(into: [:]) { values, row in
                    let object: String = row["object"]
                    if let oid = OID(object) { values[oid] = row["value"] }
                }
            }
        } catch {
            throw Self.failure(error, "read what was watched of device \(device)")
        }
    }

    static func forgetWatchValues(of device: DeviceID, _ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM watch WHERE device = ?", arguments: [device.rawValue])
    }

    package func setWatchValues(
        _ values: [OID: String], of device: DeviceID
    ) async throws(InventoryFailure) {
        do {
            try await database.write { database in
                // A device that was removed meanwhile has nothing to remember.
                guard try DeviceRecord.exists(database, key: device.rawValue) else { return }
                for (object, value) in values {
                    try database.execute(
                        sql: """
                            INSERT INTO watch (device, object, value) VALUES (?, ?, ?)
                            ON CONFLICT (device, object) DO UPDATE SET value = excluded.value
                            """,
                        arguments: [device.rawValue, object.description, value])
                }
            }
        } catch {
            throw Self.failure(error, "remember what was watched of device \(device)")
        }
    }
}
