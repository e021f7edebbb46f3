/// A dashboard as `/api/v1/dashboards` and `pollerctl dashboard show -o json` show it.
package struct DashboardReport: Sendable, Hashable, Codable {
    package let id: DashboardID
    package let name: String
    package let owner: String
    /// Whether all may see it.
    package let shared: Bool
    package let columns: Int
    package let tileCount: Int
    /// For changes that are to be refused when somebody else was faster.
    package let version: Int64
    package let changedAt: String
    package let changedBy: String
    package let url: String
    /// In their order, as they are sent too; null in listings.
    @ExplicitNull package var tiles: [DashboardTileOrder]?

    package init(_ dashboard: Dashboard, listsTiles: Bool, baseURL: String) {
        id = dashboard.id
        name = dashboard.name
        owner = dashboard.owner
        shared = dashboard.isShared
        columns = dashboard.columns
        tileCount = dashboard.tiles.count
        version = dashboard.version
        changedAt = dashboard.changedAt.rfc3339
        changedBy = dashboard.changedBy
        url = "\(baseURL)/dashboards/\(dashboard.id)"
        _tiles = ExplicitNull(
            wrappedValue: listsTiles ? dashboard.tiles.map { DashboardTileOrder($0) } : nil)
    }
}
