/// What somebody wants a dashboard to be: the body of `POST` and `PATCH /api/v1/dashboards`. A key
/// that is missing or null is the default of a new one, and unchanged for one that exists.
package struct DashboardOrder: Sendable, Hashable, Codable {
    /// Needed for a new one.
    package var name: String?
    package var shared: Bool?
    package var columns: Int?
    /// In place of those of before.
    package var tiles: [DashboardTileOrder]?
    /// The one that was looked at; null: whichever is there.
    package var version: Int64?

    /// All there are: an order with another one is refused.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, shared, columns, tiles, version
    }

    package init() {}

    /// - Parameter definitions: what whoever wants it may see.
    package func changes(
        in definitions: Definitions
    ) throws(DashboardFailure) -> [DashboardChange] {
        var changes: [DashboardChange] = []
        if let name { changes.append(.rename(name)) }
        if let shared { changes.append(.share(shared)) }
        if let columns { changes.append(.columns(columns)) }
        if let tiles {
            guard tiles.count <= Dashboard.largestTileCount else { throw .tooManyTiles }
            var wanted: [DashboardTile] = []
            for tile in tiles { wanted.append(try tile.tile(in: definitions)) }
            changes.append(.tiles(wanted))
        }
        return changes
    }
}
