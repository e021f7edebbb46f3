import GRDB
package import PollerModel

/// Which data source has which profile.
extension Inventory {
    package func setProfile(
        of sources: [DataSourceID], to profile: String
    ) async throws(InventoryFailure) -> [DeviceDefinition] {
        do {
            _ = try definitions.catalogue.profile(named: profile)
        } catch {
            throw .unknownProfile(error)
        }
        guard !sources.isEmpty else { return [] }
        do {
            return try await database.writeWithoutTransaction { database in
                var changed: [DeviceDefinition] = []
                try database.inTransaction {
                    changed = try Self.change(sources, to: profile, database)
                    return .commit
                }
                self.publish(changed.map { ($0.device.id, $0) })
                return changed
            }
        } catch {
            throw Self.failure(error, "change the profile of \(sources.count) data sources")
        }
    }

    private static func change(
        _ sources: [DataSourceID], to profile: String, _ database: Database
    ) throws -> [DeviceDefinition] {
        var devices: Set<Int64> = []
        for source in Set(sources).sorted() {
            let device = try Int64.fetchOne(
                database, sql: "UPDATE data_source SET profile = ? WHERE id = ? RETURNING device",
                arguments: [profile, source.rawValue])
            guard let device else { throw InventoryFailure.unknownDataSource(source) }
            devices.insert(device)
        }
        return try devices.sorted().map { try read(DeviceID($0), database) }
    }

    /// What new files of a device are made with: the profile most of its data sources have (of
    /// several the first by name), else that of its step.
    static func profile(
        of device: DeviceRecord, _ catalogue: Catalogue, _ database: Database
    ) throws -> String {
        let used = try String.fetchOne(
            database,
            sql: """
                SELECT profile FROM data_source WHERE device = ?
                    GROUP BY profile ORDER BY count(*) DESC, profile LIMIT 1
                """,
            arguments: [device.id])
        let step = Step(seconds: device.stepSeconds)
        guard let profile = used ?? step.flatMap({ catalogue.profile(step: $0)?.name }) else {
            throw UnreadableRow(words: "no profile has the step of device \(device.name)")
        }
        return profile
    }
}
