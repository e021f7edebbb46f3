import Foundation
import GRDB
import PollerModel

/// The rows of the inventory's tables, and how they become values of the model and back.

/// A row that the model cannot hold: the database was written by something else.
struct UnreadableRow: Error {
    let words: String
}

struct DeviceRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "device"

    var id: Int64?
    var name: String
    var host: String
    var port: Int
    var snmpVersion: String
    var community: String?
    var user: String?
    var authentication: SNMPUser.Authentication?
    var authenticationPassphrase: String?
    var privacy: SNMPUser.Privacy?
    var privacyPassphrase: String?
    var context: String?
    var contextEngineID: Data?
    var timeoutMilliseconds: Int64
    var retries: Int
    var stepSeconds: Int64
    var template: String
    var site: String?
    var tags: [String]
    var isEnabled: Bool
    var makesGraphs: Bool
    var isDiscovered: Bool
    var isTemplateChosen: Bool
    var system: SystemDescription
    var createdAt: Int64

    private enum CodingKeys: String, CodingKey {
        case id, name, host, port, community, user, authentication, privacy, context, retries,
            template, site, tags, system
        case authenticationPassphrase = "authentication_passphrase"
        case privacyPassphrase = "privacy_passphrase"
        case contextEngineID = "context_engine_id"
        case snmpVersion = "snmp_version"
        case timeoutMilliseconds = "timeout_milliseconds"
        case stepSeconds = "step_seconds"
        case isEnabled = "is_enabled"
        case makesGraphs = "makes_graphs"
        case isDiscovered = "is_discovered"
        case isTemplateChosen = "is_template_chosen"
        case createdAt = "created_at"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(_ device: NewDevice, at now: Timestamp) {
        name = device.name
        host = device.target.host.description
        port = Int(device.target.port)
        snmpVersion = device.target.version.rawValue
        switch device.target.credentials {
        case .community(let secret): community = secret.withExposedValue { $0 }
        case .user(let account):
            user = account.name
            authentication = account.authentication?.kind
            authenticationPassphrase = account.authentication?.passphrase.withExposedValue { $0 }
            privacy = account.privacy?.kind
            privacyPassphrase = account.privacy?.passphrase.withExposedValue { $0 }
            context = account.context
            contextEngineID = Data(account.contextEngineID)
        }
        timeoutMilliseconds = device.target.timeoutMilliseconds
        retries = device.target.retries
        stepSeconds = device.profile.step.seconds
        template = device.discovered.template.name
        site = device.site
        tags = device.tags
        isEnabled = true
        makesGraphs = device.makesGraphs
        isDiscovered = device.discovered.hasAnswered
        isTemplateChosen = device.isTemplateChosen
        system = device.discovered.system
        createdAt = now.milliseconds
    }

    func device() throws(UnreadableRow) -> Device {
        guard let id, let host = DeviceHost(host), let port = UInt16(exactly: port),
            let version = SNMPVersion(rawValue: snmpVersion), let step = Step(seconds: stepSeconds),
            SNMPTarget.timeoutMillisecondsRange.contains(timeoutMilliseconds),
            SNMPTarget.retriesRange.contains(retries), let createdAt = Self.time(createdAt),
            let credentials = credentials(of: version)
        else { throw UnreadableRow(words: "device \(id ?? 0) (\(name)) is not readable") }
        return Device(
            id: DeviceID(id), name: name,
            target: SNMPTarget(
                host: host, port: port, version: version,
                credentials: credentials, timeoutMilliseconds: timeoutMilliseconds, retries: retries
            ),
            step: step, template: template, site: site, tags: tags, isEnabled: isEnabled,
            makesGraphs: makesGraphs, isDiscovered: isDiscovered,
            isTemplateChosen: isTemplateChosen, system: system, createdAt: createdAt)
    }

    private func credentials(of version: SNMPVersion) -> SNMPCredentials? {
        switch version {
        case .v1, .v2c: return community.map { .community(Secret($0)) }
        case .v3:
            let key = authentication.flatMap { kind in
                authenticationPassphrase.map { SNMPUser.AuthenticationKey(kind, Secret($0)) }
            }
            let privacyKey = privacy.flatMap { kind in
                privacyPassphrase.map { SNMPUser.PrivacyKey(kind, Secret($0)) }
            }
            do {
                return .user(
                    try SNMPUser(
                        name: user ?? "", authentication: key, privacy: privacyKey,
                        context: context ?? "", contextEngineID: Array(contextEngineID ?? Data())))
            } catch {
                // Said as a row that cannot be read; the reason would be about a secret.
                return nil
            }
        }
    }

    /// nil before 1970 and after 9999.
    static func time(_ milliseconds: Int64) -> Timestamp? {
        (0..<253_402_300_800_000).contains(milliseconds)
            ? Timestamp(milliseconds: milliseconds) : nil
    }
}

struct QueryRowRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "query_row"

    var id: Int64?
    var device: Int64
    var query: String
    var rowIndex: String
    var fields: RowFields
    var isPresent: Bool

    private enum CodingKeys: String, CodingKey {
        case id, device, query, fields
        case rowIndex = "row_index"
        case isPresent = "is_present"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(_ row: DiscoveredTable.Row, query: String, device: DeviceID) {
        self.device = device.rawValue
        self.query = query
        rowIndex = OID.dotted(row.index)
        fields = row.fields
        isPresent = true
    }

    init(_ row: QueryRow) {
        id = row.id.rawValue
        device = row.device.rawValue
        query = row.query
        rowIndex = OID.dotted(row.index)
        fields = row.fields
        isPresent = row.isPresent
    }

    func row() throws(UnreadableRow) -> QueryRow {
        guard let id, let index = OID(rowIndex), index.arcs.count <= QueryRow.longestIndex else {
            throw UnreadableRow(words: "query_row \(id ?? 0) is not readable")
        }
        return QueryRow(
            id: QueryRowID(id), device: DeviceID(device), query: query, index: index.arcs,
            fields: fields, isPresent: isPresent)
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

    func graph() throws(UnreadableRow) -> Graph {
        guard let id else { throw UnreadableRow(words: "a graph has no id") }
        return Graph(
            id: GraphID(id), device: DeviceID(device), template: template,
            dataSource: DataSourceID(dataSource), title: title)
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
