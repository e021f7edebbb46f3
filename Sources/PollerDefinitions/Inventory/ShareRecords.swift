import Foundation
import GRDB
import PollerModel

/// A row of the table `share`.
struct ShareRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "share"

    var id: Int64?
    var graph: Int64
    var scope: String
    var label: String?
    var createdAt: Int64
    var createdBy: String
    var expiresAt: Int64?
    var signingKey: Int64
    var revokedAt: Int64?
    var useCount: Int64
    var usedAt: Int64?

    private enum CodingKeys: String, CodingKey {
        case id, graph, scope, label
        case createdAt = "created_at"
        case createdBy = "created_by"
        case expiresAt = "expires_at"
        case signingKey = "signing_key"
        case revokedAt = "revoked_at"
        case useCount = "use_count"
        case usedAt = "used_at"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(_ share: NewShare, at now: Timestamp) {
        graph = share.graph.rawValue
        scope = share.scope.text
        label = share.label
        createdAt = now.milliseconds
        createdBy = share.createdBy
        expiresAt = share.expiresAt?.milliseconds
        signingKey = share.key.rawValue
        useCount = 0
    }

    func share() throws(UnreadableRow) -> Share {
        let times = [expiresAt, revokedAt, usedAt].map { $0.flatMap(DeviceRecord.time) }
        guard let id, let scope = ShareScope(text: scope),
            let createdAt = DeviceRecord.time(createdAt),
            times.map({ $0 == nil }) == [expiresAt, revokedAt, usedAt].map({ $0 == nil })
        else { throw UnreadableRow(words: "share \(id ?? 0) is not readable") }
        return Share(
            id: ShareID(id),
            NewShare(
                graph: GraphID(graph), scope: scope, label: label, createdBy: createdBy,
                expiresAt: times[0], key: SigningKeyID(signingKey)),
            createdAt: createdAt, revokedAt: times[1],
            use: times[2].map { ShareUse(count: useCount, lastAt: $0) })
    }
}

/// A row of the table `signing_key`.
struct SigningKeyRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "signing_key"

    var id: Int64?
    var secret: Data
    var createdAt: Int64

    private enum CodingKeys: String, CodingKey {
        case id, secret
        case createdAt = "created_at"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(_ secret: SecretBytes, at now: Timestamp) {
        self.secret = secret.withExposedBytes { Data($0) }
        createdAt = now.milliseconds
    }

    func key() throws(UnreadableRow) -> SigningKey {
        guard let id, let createdAt = DeviceRecord.time(createdAt),
            let key = SigningKey(
                id: SigningKeyID(id), secret: SecretBytes(Array(secret)), createdAt: createdAt)
        else { throw UnreadableRow(words: "signing_key \(id ?? 0) is not readable") }
        return key
    }
}
