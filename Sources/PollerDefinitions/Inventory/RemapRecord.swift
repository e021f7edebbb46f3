import GRDB
import PollerModel

/// A row of the table `remap`.
struct RemapRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "remap"

    var id: Int64?
    var device: Int64
    var query: String
    var remappedAt: Int64
    var reason: String
    var changes: [Remap.Row]
    var undoes: Int64?
    var undoneAt: Int64?

    private enum CodingKeys: String, CodingKey {
        case id, device, query, reason, changes, undoes
        case remappedAt = "remapped_at"
        case undoneAt = "undone_at"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(_ change: TableChange, _ rows: [Remap.Row], at now: Timestamp) {
        device = change.device.rawValue
        query = change.query
        remappedAt = now.milliseconds
        reason = change.reason
        changes = rows
        undoes = change.undoes?.rawValue
    }

    func remap() throws(UnreadableRow) -> Remap {
        let undone = undoneAt.flatMap(DeviceRecord.time)
        guard let id, let time = DeviceRecord.time(remappedAt),
            (undoneAt == nil) == (undone == nil)
        else { throw UnreadableRow(words: "remap \(id ?? 0) is not readable") }
        return Remap(
            id: RemapID(id), device: DeviceID(device), query: query, time: time, reason: reason,
            rows: changes, undoes: undoes.map { RemapID($0) }, undoneAt: undone)
    }
}
