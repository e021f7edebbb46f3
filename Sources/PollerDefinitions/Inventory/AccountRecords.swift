import Foundation
import GRDB
import PollerModel

/// A row of the table `account`.
struct AccountRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "account"

    var id: Int64?
    var name: String
    var role: String
    /// Parts, a line each; NULL is everything.
    var scope: String?
    var password: String
    var isDisabled: Bool
    var mustChangePassword: Bool
    var secondFactor: Data?
    var secondFactorStep: Int64?
    var createdAt: Int64
    var passwordChangedAt: Int64
    var lastLoginAt: Int64?

    private enum CodingKeys: String, CodingKey {
        case id, name, role, scope, password
        case isDisabled = "is_disabled"
        case mustChangePassword = "must_change_password"
        case secondFactor = "second_factor"
        case secondFactorStep = "second_factor_step"
        case createdAt = "created_at"
        case passwordChangedAt = "password_changed_at"
        case lastLoginAt = "last_login_at"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(_ new: NewAccount, at now: Timestamp) {
        name = new.name.description
        role = new.role.rawValue
        scope = Self.text(new.scope)
        password = new.password.secret.withExposedValue { $0 }
        isDisabled = false
        mustChangePassword = new.mustChangePassword
        createdAt = now.milliseconds
        passwordChangedAt = now.milliseconds
    }

    /// Whether he may change accounts now.
    var isAdministrator: Bool { role == Role.administrator.rawValue && !isDisabled }

    static func text(_ scope: AccessScope) -> String? { scope.texts?.joined(separator: "\n") }

    func account() throws(UnreadableRow) -> Account {
        do {
            guard let id, let role = Role(rawValue: role) else {
                throw UnreadableRow(words: "account \(id ?? 0) is not readable")
            }
            let parts = scope.map { $0.split(separator: "\n").map(String.init) }
            return Account(
                id: AccountID(id), name: try AccountName(name), role: role,
                scope: try parts.map { $0.isEmpty ? .parts([]) : try AccessScope(texts: $0) }
                    ?? .everything,
                isDisabled: isDisabled, mustChangePassword: mustChangePassword,
                hasSecondFactor: secondFactor != nil,
                createdAt: Timestamp(milliseconds: createdAt),
                passwordChangedAt: Timestamp(milliseconds: passwordChangedAt),
                lastLoginAt: lastLoginAt.map { Timestamp(milliseconds: $0) })
        } catch {
            throw UnreadableRow(words: "account \(id ?? 0) is not readable")
        }
    }
}

/// A row of the table `session`.
struct SessionRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "session"

    var id: Int64?
    var account: Int64
    var tokenDigest: Data
    var createdAt: Int64
    var usedAt: Int64
    var address: String
    var agent: String

    private enum CodingKeys: String, CodingKey {
        case id, account, address, agent
        case tokenDigest = "token_digest"
        case createdAt = "created_at"
        case usedAt = "used_at"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(_ new: NewSession, at now: Timestamp) {
        account = new.account.rawValue
        tokenDigest = Data(new.tokenDigest)
        createdAt = now.milliseconds
        usedAt = now.milliseconds
        address = new.address
        agent = new.agent.text
    }

    func session() throws(UnreadableRow) -> Session {
        guard let id else { throw UnreadableRow(words: "a session has no id") }
        return Session(
            id: SessionID(id), account: AccountID(account),
            createdAt: Timestamp(milliseconds: createdAt),
            usedAt: Timestamp(milliseconds: usedAt), address: address,
            agent: DeviceText(agent))
    }
}

/// A row of the table `api_token`.
struct TokenRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "api_token"

    var id: Int64?
    var account: Int64
    var digest: Data
    var label: String
    var role: String
    var createdAt: Int64
    var expiresAt: Int64?
    var usedAt: Int64?

    private enum CodingKeys: String, CodingKey {
        case id, account, digest, label, role
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case usedAt = "used_at"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(_ new: NewAPIToken, at now: Timestamp) {
        account = new.account.rawValue
        digest = Data(new.digest)
        label = new.label
        role = new.role.rawValue
        createdAt = now.milliseconds
        expiresAt = new.expiresAt?.milliseconds
    }

    func token() throws(UnreadableRow) -> APIToken {
        guard let id, let role = Role(rawValue: role) else {
            throw UnreadableRow(words: "token \(id ?? 0) is not readable")
        }
        return APIToken(
            id: APITokenID(id), account: AccountID(account), label: label, role: role,
            createdAt: Timestamp(milliseconds: createdAt),
            expiresAt: expiresAt.map { Timestamp(milliseconds: $0) },
            usedAt: usedAt.map { Timestamp(milliseconds: $0) })
    }
}

/// A row of the table `audit`.
struct AuditRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "audit"

    let id: Int64
    let time: Int64
    let actor: String
    let address: String
    let action: String
    let status: Int
    /// JSON of `[AuditEntry.Note]`.
    let notes: String
    let previous: Data
    let digest: Data

    init(_ record: AuditRecord) throws {
        id = record.id.rawValue
        time = record.entry.time.milliseconds
        actor = record.entry.actor
        address = record.entry.address
        action = record.entry.action
        status = record.entry.status
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        notes = String(decoding: try encoder.encode(record.entry.notes), as: UTF8.self)
        previous = Data(record.previous)
        digest = Data(record.digest)
    }

    /// Notes that are no JSON any more are shown as what they are: the chain says so too.
    func record() -> AuditRecord {
        let known = try? JSONDecoder().decode([AuditEntry.Note].self, from: Data(notes.utf8))
        return AuditRecord(
            id: AuditRecordID(id),
            entry: AuditEntry(
                time: Timestamp(milliseconds: time), actor: actor, address: address,
                action: action, status: status,
                notes: known ?? [.init(object: notes, before: nil, after: nil)]),
            previous: Array(previous), digest: Array(digest))
    }
}
