import GRDB
import PollerModel

/// A row of the table `dashboard`.
struct DashboardRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "dashboard"

    var id: Int64?
    var name: String
    var owner: String
    var ownerAccount: Int64?
    var isShared: Bool
    var columns: Int
    var tiles: [DashboardTileOrder]
    var version: Int64
    var changedAt: Int64
    var changedBy: String

    private enum CodingKeys: String, CodingKey {
        case id, name, owner, columns, tiles, version
        case ownerAccount = "owner_account"
        case isShared = "is_shared"
        case changedAt = "changed_at"
        case changedBy = "changed_by"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    /// - Parameter isNew: whether the database is to choose the id.
    init(_ dashboard: Dashboard, isNew: Bool = false) {
        id = isNew ? nil : dashboard.id.rawValue
        name = dashboard.name
        owner = dashboard.owner
        ownerAccount = dashboard.ownerAccount?.rawValue
        isShared = dashboard.isShared
        columns = dashboard.columns
        tiles = dashboard.tiles.map { DashboardTileOrder($0) }
        version = dashboard.version
        changedAt = dashboard.changedAt.milliseconds
        changedBy = dashboard.changedBy
    }

    func dashboard() throws(UnreadableRow) -> Dashboard {
        let tiles = tiles.compactMap(\.kept)
        guard let id, let changedAt = DeviceRecord.time(changedAt),
            tiles.count == self.tiles.count
        else { throw UnreadableRow(words: "dashboard \(id ?? 0) is not readable") }
        return Dashboard(
            id: DashboardID(id), name: name, owner: owner,
            ownerAccount: ownerAccount.map { AccountID($0) }, isShared: isShared,
            columns: columns, tiles: tiles, version: version, changedAt: changedAt,
            changedBy: changedBy)
    }
}
