import Foundation
import GRDB
package import PollerModel

/// Who may log in, and who has.
extension Inventory: AccountRegister {
    package func accounts() async throws(AccountFailure) -> [Account] {
        try await readAccounts("read the accounts") { database in
            try Self.records(AccountRecord.order(Column("name").collating(.nocase)), database)
                .map { try $0.account() }
        }
    }

    package func account(_ id: AccountID) async throws(AccountFailure) -> Account? {
        try await readAccounts("read account \(id)") { database in
            try Self.records(AccountRecord.filter(key: id.rawValue), database).first?.account()
        }
    }

    package func credentials(
        of name: AccountName
    ) async throws(AccountFailure) -> (account: Account, password: PasswordHash)? {
        try await readAccounts("read account \(name)") { database in
            try Self.record(named: name, database).map {
                (try $0.account(), PasswordHash($0.password))
            }
        }
    }

    package func add(
        _ account: NewAccount, at now: Timestamp
    ) async throws(AccountFailure) -> Account {
        try await writeAccounts("add account \(account.name)") { database in
            try Self.insert(account, at: now, database)
        }
    }

    package func change(
        _ id: AccountID, to change: AccountChange
    ) async throws(AccountFailure) -> Account {
        try await writeAccounts("change account \(id)") { database in
            var record = try Self.record(of: id, database)
            let wasAdministrator = record.isAdministrator
            if let role = change.role { record.role = role.rawValue }
            if let scope = change.scope { record.scope = AccountRecord.text(scope) }
            try Self.checkScope(of: record)
            if let isDisabled = change.isDisabled { record.isDisabled = isDisabled }
            if let must = change.mustChangePassword { record.mustChangePassword = must }
            try record.update(database)
            if wasAdministrator { try Self.checkAdministrator(database) }
            try Self.endSessions(of: id, database)
            return try record.account()
        }
    }

    package func setPassword(
        of id: AccountID, to password: PasswordHash, mustChange: Bool, at now: Timestamp
    ) async throws(AccountFailure) {
        try await writeAccounts("change the password of account \(id)") { database in
            var record = try Self.record(of: id, database)
            record.password = password.secret.withExposedValue { $0 }
            record.mustChangePassword = mustChange
            record.passwordChangedAt = now.milliseconds
            try record.update(database)
            try Self.endSessions(of: id, database)
        }
    }

    package func rehash(
        _ id: AccountID, from old: PasswordHash, as password: PasswordHash
    ) async throws(AccountFailure) {
        try await writeAccounts("rehash the password of account \(id)") { database in
            try database.execute(
                sql: "UPDATE account SET password = ? WHERE id = ? AND password = ?",
                arguments: [
                    password.secret.withExposedValue { $0 }, id.rawValue,
                    old.secret.withExposedValue { $0 },
                ])
        }
    }

    package func removeAccount(_ id: AccountID) async throws(AccountFailure) {
        try await writeAccounts("remove account \(id)") { database in
            let record = try Self.record(of: id, database)
            try record.delete(database)
            if record.isAdministrator { try Self.checkAdministrator(database) }
        }
    }

    // MARK: Setup

    package func addSetup(
        digest: [UInt8], expiresAt: Timestamp
    ) async throws(AccountFailure) {
        try await writeAccounts("keep a setup link") { database in
            try database.execute(sql: "DELETE FROM setup_link")
            try database.execute(
                sql: "INSERT INTO setup_link (digest, expires_at) VALUES (?, ?)",
                arguments: [Data(digest), expiresAt.milliseconds])
        }
    }

    package func isSetup(
        digest: [UInt8], at now: Timestamp
    ) async throws(AccountFailure) -> Bool {
        try await readAccounts("read the setup link") { database in
            try Self.isSetup(digest, at: now, database)
        }
    }

    package func setUp(
        digest: [UInt8], _ account: NewAccount, at now: Timestamp
    ) async throws(AccountFailure) -> Account? {
        try await writeAccounts("set up account \(account.name)") { database in
            guard try Self.isSetup(digest, at: now, database) else { return nil }
            try database.execute(sql: "DELETE FROM setup_link")
            return try Self.insert(account, at: now, database)
        }
    }

    private static func isSetup(
        _ digest: [UInt8], at now: Timestamp, _ database: Database
    ) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM setup_link WHERE digest = ? AND expires_at > ?)",
            arguments: [Data(digest), now.milliseconds]) ?? false
    }

    // MARK: Sessions

    package func begin(
        _ session: NewSession, at now: Timestamp
    ) async throws(AccountFailure) -> Session {
        try await writeAccounts("save the session in \(database.path)") { database in
            let account = session.account.rawValue
            try database.execute(
                sql: "DELETE FROM session WHERE created_at <= ?",
                arguments: [now.advanced(seconds: -Session.longestSeconds).milliseconds])
            try database.execute(
                sql: """
                    DELETE FROM session WHERE account = ? AND id NOT IN (
                        SELECT id FROM session WHERE account = ? ORDER BY used_at DESC LIMIT ?)
                    """,
                arguments: [account, account, Session.largestCount - 1])
            try database.execute(
                sql: "UPDATE account SET last_login_at = ? WHERE id = ?",
                arguments: [now.milliseconds, account])
            var record = SessionRecord(session, at: now)
            try record.insert(database)
            return try record.session()
        }
    }

    package func session(
        digest: [UInt8]
    ) async throws(AccountFailure) -> (session: Session, account: Account)? {
        try await readAccounts("read the session") { database in
            let wanted = SessionRecord.filter(Column("token_digest") == Data(digest))
            guard let session = try Self.records(wanted, database).first?.session() else {
                return nil
            }
            return (session, try Self.record(of: session.account, database).account())
        }
    }

    package func use(_ session: SessionID, at now: Timestamp) async throws(AccountFailure) {
        try await writeAccounts("note the use of session \(session)") { database in
            try database.execute(
                sql: "UPDATE session SET used_at = max(used_at, ?) WHERE id = ?",
                arguments: [now.milliseconds, session.rawValue])
        }
    }

    package func sessions(of account: AccountID) async throws(AccountFailure) -> [Session] {
        try await readAccounts("read the sessions of account \(account)") { database in
            let wanted = SessionRecord.filter(Column("account") == account.rawValue)
                .order(Column("used_at").desc, Column("id").desc)
            return try Self.records(wanted, database).map { try $0.session() }
        }
    }

    /// Sessions that have not ended.
    package func sessionCount(at now: Timestamp) async throws(AccountFailure) -> Int {
        try await readAccounts("count sessions") { database in
            try SessionRecord.filter(
                Column("used_at") > now.milliseconds - Session.idleSeconds * 1_000
                    && Column("created_at") > now.milliseconds - Session.longestSeconds * 1_000
            ).fetchCount(database)
        }
    }

    package func endSession(_ id: SessionID) async throws(AccountFailure) {
        try await writeAccounts("end session \(id)") { database in
            _ = try SessionRecord.deleteOne(database, key: id.rawValue)
        }
    }

    package func endSessions(
        of account: AccountID, except session: SessionID?
    ) async throws(AccountFailure) {
        try await writeAccounts("end the sessions of account \(account)") { database in
            try Self.endSessions(of: account, except: session, database)
        }
    }

    static func endSessions(
        of account: AccountID, except session: SessionID? = nil, _ database: Database
    ) throws {
        try database.execute(
            sql: "DELETE FROM session WHERE account = ? AND id IS NOT ?",
            arguments: [account.rawValue, session?.rawValue])
    }

    // MARK: The database

    static func record(of id: AccountID, _ database: Database) throws -> AccountRecord {
        guard let found = try records(AccountRecord.filter(key: id.rawValue), database).first
        else { throw AccountFailure.unknownAccount("\(id)") }
        return found
    }

    private static func record(
        named name: AccountName, _ database: Database
    ) throws -> AccountRecord? {
        let named = Column("name").collating(.nocase) == name.description
        return try records(AccountRecord.filter(named), database).first
    }

    private static func insert(
        _ account: NewAccount, at now: Timestamp, _ database: Database
    ) throws -> Account {
        guard try record(named: account.name, database) == nil else {
            throw AccountFailure.nameTaken(account.name)
        }
        guard try AccountRecord.fetchCount(database) < Account.largestCount else {
            throw AccountFailure.tooMany
        }
        var record = AccountRecord(account, at: now)
        try checkScope(of: record)
        try record.insert(database)
        return try record.account()
    }

    /// Says in words what the table refuses too.
    private static func checkScope(of record: AccountRecord) throws {
        guard record.role != Role.administrator.rawValue || record.scope == nil else {
            throw AccountFailure.scopedAdministrator
        }
    }

    /// Refuses a change after which nobody could change anything.
    private static func checkAdministrator(_ database: Database) throws {
        let isThere = try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM account
                    WHERE role = ? AND is_disabled = 0)
                """,
            arguments: [Role.administrator.rawValue])
        guard isThere == true else { throw AccountFailure.lastAdministrator }
    }

    func readAccounts<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(AccountFailure) -> Value {
        do {
            return try await database.read { try body($0) }
        } catch {
            throw Self.accountFailure(error, operation)
        }
    }

    func writeAccounts<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(AccountFailure) -> Value {
        do {
            return try await database.write { try body($0) }
        } catch {
            throw Self.accountFailure(error, operation)
        }
    }

    private static func accountFailure(_ error: any Error, _ operation: String) -> AccountFailure {
        error as? AccountFailure ?? .failed(operation: operation, detail: words(error))
    }
}
