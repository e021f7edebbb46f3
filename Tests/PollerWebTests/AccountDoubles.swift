import PollerModel
import Synchronization

/// Accounts and sessions in memory, which can be told to fail as a full disk does.
final class MemoryAccounts: AccountRegister, Sendable {
    private struct State {
        var accounts: [AccountID: (account: Account, password: PasswordHash)] = [:]
        var sessions: [SessionID: (session: Session, digest: [UInt8])] = [:]
        var setup: (digest: [UInt8], expiresAt: Timestamp)?
        var next: Int64 = 1
        var isBroken = false
    }

    private let state = Mutex(State())

    /// Whatever writes fails from now on.
    func breakDisk() { state.withLock { $0.isBroken = true } }
    func mendDisk() { state.withLock { $0.isBroken = false } }

    private static let full = AccountFailure.failed(
        operation: "save the session in /state/pollerd.sqlite", detail: "disk is full")

    private func write<Value: Sendable>(
        _ body: (inout State) throws(AccountFailure) -> Value
    ) throws(AccountFailure) -> Value {
        let result = state.withLock { state -> Result<Value, AccountFailure> in
            guard !state.isBroken else { return .failure(Self.full) }
            return Result { () throws(AccountFailure) in try body(&state) }
        }
        return try result.get()
    }

    private static func insert(
        _ new: NewAccount, at now: Timestamp, _ state: inout State
    ) throws(AccountFailure) -> Account {
        guard !state.accounts.values.contains(where: { $0.account.name == new.name }) else {
            throw .nameTaken(new.name)
        }
        let account = Account(
            id: AccountID(state.next), name: new.name, role: new.role, scope: new.scope,
            mustChangePassword: new.mustChangePassword, createdAt: now, passwordChangedAt: now)
        state.next += 1
        state.accounts[account.id] = (account, new.password)
        return account
    }

    func accounts() async throws(AccountFailure) -> [Account] {
        state.withLock { $0.accounts.values.map(\.account).sorted { $0.id < $1.id } }
    }

    func account(_ id: AccountID) async throws(AccountFailure) -> Account? {
        state.withLock { $0.accounts[id]?.account }
    }

    func credentials(
        of name: AccountName
    ) async throws(AccountFailure) -> (account: Account, password: PasswordHash)? {
        state.withLock { $0.accounts.values.first { $0.account.name == name } }
    }

    func add(_ account: NewAccount, at now: Timestamp) async throws(AccountFailure) -> Account {
        try write { state throws(AccountFailure) in try Self.insert(account, at: now, &state) }
    }

    func change(
        _ id: AccountID, to change: AccountChange
    ) async throws(AccountFailure) -> Account {
        try write { state throws(AccountFailure) in
            guard var known = state.accounts[id] else { throw .unknownAccount("\(id)") }
            known.account.role = change.role ?? known.account.role
            known.account.scope = change.scope ?? known.account.scope
            known.account.isDisabled = change.isDisabled ?? known.account.isDisabled
            known.account.mustChangePassword =
                change.mustChangePassword ?? known.account.mustChangePassword
            state.accounts[id] = known
            state.sessions = state.sessions.filter { $0.value.session.account != id }
            return known.account
        }
    }

    func setPassword(
        of id: AccountID, to password: PasswordHash, mustChange: Bool, at now: Timestamp
    ) async throws(AccountFailure) {
        try write { state throws(AccountFailure) in
            guard var known = state.accounts[id] else { throw .unknownAccount("\(id)") }
            known.password = password
            known.account.mustChangePassword = mustChange
            state.accounts[id] = known
            state.sessions = state.sessions.filter { $0.value.session.account != id }
        }
    }

    func rehash(_ id: AccountID, as password: PasswordHash) async throws(AccountFailure) {
        try write { state throws(AccountFailure) in state.accounts[id]?.password = password }
    }

    func removeAccount(_ id: AccountID) async throws(AccountFailure) {
        try write { state throws(AccountFailure) in
            guard state.accounts.removeValue(forKey: id) != nil else {
                throw .unknownAccount("\(id)")
            }
        }
    }

    func addSetup(digest: [UInt8], expiresAt: Timestamp) async throws(AccountFailure) {
        try write { state throws(AccountFailure) in state.setup = (digest, expiresAt) }
    }

    func isSetup(digest: [UInt8], at now: Timestamp) async throws(AccountFailure) -> Bool {
        state.withLock { $0.setup.map { $0.digest == digest && $0.expiresAt > now } ?? false }
    }

    func setUp(
        digest: [UInt8], _ account: NewAccount, at now: Timestamp
    ) async throws(AccountFailure) -> Account? {
        try write { state throws(AccountFailure) in
            guard let setup = state.setup, setup.digest == digest, setup.expiresAt > now else {
                return nil
            }
            state.setup = nil
            return try Self.insert(account, at: now, &state)
        }
    }

    func begin(
        _ session: NewSession, at now: Timestamp
    ) async throws(AccountFailure) -> Session {
        try write { state throws(AccountFailure) in
            let begun = Session(
                id: SessionID(state.next), account: session.account, createdAt: now, usedAt: now,
                address: session.address, agent: session.agent)
            state.next += 1
            state.sessions[begun.id] = (begun, session.tokenDigest)
            return begun
        }
    }

    func session(
        digest: [UInt8]
    ) async throws(AccountFailure) -> (session: Session, account: Account)? {
        state.withLock { state in
            guard let found = state.sessions.values.first(where: { $0.digest == digest }),
                let account = state.accounts[found.session.account]
            else { return nil }
            return (found.session, account.account)
        }
    }

    func use(_ session: SessionID, at now: Timestamp) async throws(AccountFailure) {
        try write { state throws(AccountFailure) in state.sessions[session]?.session.usedAt = now }
    }

    func sessions(of account: AccountID) async throws(AccountFailure) -> [Session] {
        state.withLock { state in
            state.sessions.values.map(\.session).filter { $0.account == account }
                .sorted { $0.id > $1.id }
        }
    }

    func endSession(_ id: SessionID) async throws(AccountFailure) {
        try write { state throws(AccountFailure) in state.sessions[id] = nil }
    }

    func endSessions(
        of account: AccountID, except session: SessionID?
    ) async throws(AccountFailure) {
        try write { state throws(AccountFailure) in
            state.sessions = state.sessions.filter {
                $0.value.session.account != account || $0.key == session
            }
        }
    }
}

/// What was kept of who changed what.
final class RecordedAudit: AuditLog, Sendable {
    private let kept = Mutex<[AuditEntry]>([])
    var entries: [AuditEntry] { kept.withLock { $0 } }
    func record(_ entry: AuditEntry) async { kept.withLock { $0.append(entry) } }
}
