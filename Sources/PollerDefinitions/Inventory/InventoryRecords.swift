import Foundation
import GRDB
import PollerModel

/// The rows of the inventory's tables, and how they become values of the model and back.

/// A row that the model cannot hold: the database was written by something else.
struct UnreadableRow: Error {
    let words: String
}

struct QueryRowRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "query_row"

    var id: Int64?
    var device: Int64
    var query: String
    var rowIndex: String
    var fields: RowFields
    var isPresent: Bool
    var absentSince: Int64?

    private enum CodingKeys: String, CodingKey {
        case id, device, query, fields
        case rowIndex = "row_index"
        case isPresent = "is_present"
        case absentSince = "absent_since"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(query: String, device: DeviceID, index: [UInt32], fields: RowFields) {
        self.device = device.rawValue
        self.query = query
        rowIndex = OID.dotted(index)
        self.fields = fields
        isPresent = true
    }

    init(_ row: QueryRow) {
        id = row.id.rawValue
        device = row.device.rawValue
        query = row.query
        rowIndex = OID.dotted(row.index)
        fields = row.fields
        isPresent = row.isPresent
        absentSince = row.absentSince?.milliseconds
    }

    func row() throws(UnreadableRow) -> QueryRow {
        let since = absentSince.flatMap(DeviceRecord.time)
        guard let id, let index = OID(rowIndex), index.arcs.count <= QueryRow.longestIndex,
            (absentSince == nil) == (since == nil)
        else {
            throw UnreadableRow(words: "query_row \(id ?? 0) is not readable")
        }
        return QueryRow(
            id: QueryRowID(id), device: DeviceID(device), query: query, index: index.arcs,
            fields: fields, isPresent: isPresent, absentSince: since)
    }
}

struct DataSourceRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "data_source"

    var id: Int64?
    var device: Int64
    var template: String
    var queryRow: Int64?
    var profile: String
    var width: CounterWidth
    var createdAt: Int64

    private enum CodingKeys: String, CodingKey {
        case id, device, template, profile, width
        case queryRow = "query_row"
        case createdAt = "created_at"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    func dataSource() throws(UnreadableRow) -> DataSource {
        guard let id, let createdAt = DeviceRecord.time(createdAt) else {
            throw UnreadableRow(words: "data_source \(id ?? 0) is not readable")
        }
        return DataSource(
            id: DataSourceID(id), device: DeviceID(device), template: template,
            row: queryRow.map { QueryRowID($0) }, profile: profile, width: width,
            createdAt: createdAt)
    }
}

struct GraphRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "graph"

    var id: Int64?
    var device: Int64
    var template: String
    var dataSource: Int64
    var title: String

    private enum CodingKeys: String, CodingKey {
        case id, device, template, title
        case dataSource = "data_source"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    /// - Parameter edits: how somebody wants graphs to be drawn.
    func graph(_ edits: [GraphID: GraphEdit] = [:]) throws(UnreadableRow) -> Graph {
        guard let id else { throw UnreadableRow(words: "a graph has no id") }
        return Graph(
            id: GraphID(id), device: DeviceID(device), template: template,
            dataSource: DataSourceID(dataSource), title: title, edit: edits[GraphID(id)])
    }
}

struct EngineRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "snmp_engine"

    var address: String
    var port: Int
    var user: String
    var engineID: Data
    var boots: Int64
    var seconds: Int64
    var heardAt: Int64

    private enum CodingKeys: String, CodingKey {
        case address, port, user, boots, seconds
        case engineID = "engine_id"
        case heardAt = "heard_at"
    }

    init(_ engine: SNMPEngineRecord) {
        address = engine.address.description
        port = Int(engine.port)
        user = engine.user
        engineID = Data(engine.engineID)
        boots = Int64(engine.boots)
        seconds = Int64(engine.seconds)
        heardAt = engine.heardAt.milliseconds
    }

    func engine() throws(UnreadableRow) -> SNMPEngineRecord {
        guard case .address(let address)? = DeviceHost(address), let port = UInt16(exactly: port),
            let boots = UInt32(exactly: boots), let seconds = UInt32(exactly: seconds),
            let heardAt = DeviceRecord.time(heardAt)
        else { throw UnreadableRow(words: "the engine of \(self.address) is not readable") }
        return SNMPEngineRecord(
            address: address, port: port, user: user, engineID: Array(engineID), boots: boots,
            seconds: seconds, heardAt: heardAt)
    }
}

struct HabitsRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "snmp_habits"

    var address: String
    var port: Int
    var values: SNMPHabits
    var learnedAt: Int64

    private enum CodingKeys: String, CodingKey {
        case address, port
        case values = "habits"
        case learnedAt = "learned_at"
    }

    init(_ record: SNMPHabitsRecord) {
        address = record.address.description
        port = Int(record.port)
        values = record.habits
        learnedAt = record.learnedAt.milliseconds
    }

    func habits() throws(UnreadableRow) -> SNMPHabitsRecord {
        guard case .address(let address)? = DeviceHost(address), let port = UInt16(exactly: port),
            let learnedAt = DeviceRecord.time(learnedAt)
        else { throw UnreadableRow(words: "the habits of \(self.address) are not readable") }
        return SNMPHabitsRecord(
            address: address, port: port, habits: values, learnedAt: learnedAt)
    }
}
