import GRDB
package import PollerModel

/// Dashboards.
extension Inventory: DashboardRegister {
    package func dashboards() async throws(DashboardFailure) -> [Dashboard] {
        do {
            return try await database.read { database in
                try Self.records(DashboardRecord.order(Column("id")), database).map {
                    try $0.dashboard()
                }
            }
        } catch {
            throw Self.dashboardFailure(error, "read the dashboards")
        }
    }

    package func dashboard(_ id: DashboardID) async throws(DashboardFailure) -> Dashboard? {
        do {
            return try await database.read { database in
                try Self.records(DashboardRecord.filter(key: id.rawValue), database).first?
                    .dashboard()
            }
        } catch {
            throw Self.dashboardFailure(error, "read dashboard \(id)")
        }
    }

    package func addDashboard(
        named name: String, with changes: [DashboardChange], owner: Viewer, at now: Timestamp
    ) async throws(DashboardFailure) -> Dashboard {
        var dashboard = Dashboard(
            id: DashboardID(0), name: try Dashboard.checked(name), owner: owner.name,
            ownerAccount: owner.account, changedAt: now, changedBy: owner.name)
        for change in changes { try dashboard.apply(change) }
        let new = dashboard
        return try await writeDashboard("add a dashboard") { database in
            guard try DashboardRecord.fetchCount(database) < Dashboard.largestCount else {
                throw DashboardFailure.tooMany
            }
            var record = DashboardRecord(new, isNew: true)
            try record.insert(database)
            return try record.dashboard()
        }
    }

    package func changeDashboard(
        _ id: DashboardID, from version: Int64?, with changes: [DashboardChange],
        by author: String, at now: Timestamp
    ) async throws(DashboardFailure) -> Dashboard {
        try await writeDashboard("change dashboard \(id)") { database in
            var dashboard = try Self.dashboard(id, from: version, database)
            for change in changes { try dashboard.apply(change) }
            dashboard.version += 1
            dashboard.changedAt = now
            dashboard.changedBy = author
            try DashboardRecord(dashboard).update(database)
            return dashboard
        }
    }

    package func removeDashboard(
        _ id: DashboardID, from version: Int64?
    ) async throws(DashboardFailure) -> Dashboard {
        try await writeDashboard("remove dashboard \(id)") { database in
            let dashboard = try Self.dashboard(id, from: version, database)
            _ = try DashboardRecord.deleteOne(database, key: id.rawValue)
            return dashboard
        }
    }

    /// The dashboard that is there, if it is the version that was looked at.
    private static func dashboard(
        _ id: DashboardID, from version: Int64?, _ database: Database
    ) throws -> Dashboard {
        let found = try records(DashboardRecord.filter(key: id.rawValue), database).first
        guard let dashboard = try found?.dashboard() else { throw DashboardFailure.unknown(id) }
        guard version == nil || version == dashboard.version else {
            throw DashboardFailure.conflict(
                SavedMeanwhile(
                    name: dashboard.name, author: dashboard.changedBy,
                    savedAt: dashboard.changedAt, version: dashboard.version))
        }
        return dashboard
    }

    private func writeDashboard(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Dashboard
    ) async throws(DashboardFailure) -> Dashboard {
        do {
            return try await database.write { try body($0) }
        } catch {
            throw Self.dashboardFailure(error, operation)
        }
    }

    private static func dashboardFailure(
        _ error: any Error, _ operation: String
    ) -> DashboardFailure {
        error as? DashboardFailure ?? .failed(operation: operation, detail: words(error))
    }
}
