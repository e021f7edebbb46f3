import HTTPTypes
import Logging
import PollerModel
import PollerSecrets
import Synchronization

/// Logs people in and out, and changes accounts. Whatever changes accounts or sessions goes
/// through here, because what was read of sessions is remembered.
final class AccountDesk: Sendable {
    /// For how long a setup link may be used.
    static let setupSeconds: Int64 = 30 * 60
    /// Sessions that are remembered between requests.
    static let largestMemory = 1_000

    let register: any AccountRegister
    /// Which scopes may name.
    let trees: any TreeRegister
    /// Where the database is.
    private let stateFolder: String
    private let passwords: HashingQueue
    private let events: any EventLog
    let timekeeper: any Timekeeper
    let logger: Logger
    private let logins = Mutex(LoginGuard())
    /// Texts that are no tokens, counted apart: they keep nobody from logging in.
    let wrongTokens = Mutex(LoginGuard())
    let codes: PendingCodes

    struct Memory {
        var sessions: [[UInt8]: OpenSession] = [:]
        var tokens: [[UInt8]: (token: APIToken, account: Account)] = [:]
        /// Grows with each change, so that what was read before one is not kept after it.
        var version = 0
        /// Whether there is an account; once there is, it stays so until one is removed.
        var isSetUp = false
    }
    let memory = Mutex(Memory())

    init(
        register: any AccountRegister, trees: any TreeRegister, stateFolder: String,
        hasher: PasswordHasher, timekeeper: any Timekeeper, events: any EventLog, logger: Logger
    ) {
        self.register = register
        self.trees = trees
        self.stateFolder = stateFolder
        self.events = events
        passwords = HashingQueue(hasher: hasher)
        self.timekeeper = timekeeper
        self.logger = logger
        codes = PendingCodes(timekeeper: timekeeper)
    }

    var now: Timestamp { timekeeper.now.wall }

    // MARK: Setup

    /// Whether there is any account.
    func isSetUp() async throws -> Bool {
        if memory.withLock({ $0.isSetUp }) { return true }
        let isSetUp = try await said { try await !self.register.accounts().isEmpty }
        if isSetUp { memory.withLock { $0.isSetUp = true } }
        return isSetUp
    }

    /// Makes a link with which an administrator is made, and ends older ones. Its token is in the
    /// answer and nowhere else.
    func makeSetupToken() async throws -> (token: String, expiresAt: Timestamp) {
        let token = try secretly { () throws(SecretsFailure) in try OpaqueToken.make() }
        let digest = try secretly { () throws(SecretsFailure) in
            try OpaqueToken.digest(of: token)
        }
        let end = now.advanced(seconds: Self.setupSeconds)
        try await said { try await self.register.addSetup(digest: digest, expiresAt: end) }
        return (token, end)
    }

    func isSetupToken(_ token: String) async throws -> Bool {
        let digest = try secretly { () throws(SecretsFailure) in
            try OpaqueToken.digest(of: token)
        }
        return try await said { try await self.register.isSetup(digest: digest, at: self.now) }
    }

    /// Makes an administrator with a setup link. nil: the link does not count any more.
    func setUp(token: String, name: AccountName, password: Secret) async throws -> Account? {
        let digest = try secretly { () throws(SecretsFailure) in
            try OpaqueToken.digest(of: token)
        }
        let hash = try await passwords.hash(password)
        let account = try await said {
            try await self.register.setUp(
                digest: digest,
                NewAccount(name: name, role: .administrator, password: hash), at: self.now)
        }
        forget()
        return account
    }

    // MARK: Log-in

    enum Login: Sendable {
        case welcome(Account)
        /// The password was right, and a code is needed besides.
        case needsCode(Account)
        /// Wrong name or password: which of them is not said.
        case wrong
        /// Too many tries.
        case locked(seconds: Int64)
    }

    func logIn(name: AccountName, password: Secret, address: String) async throws -> Login {
        let outcome = try await tryPassword(name: name, password: password, address: address)
        guard case .welcome(let account) = outcome else { return outcome }
        if account.hasSecondFactor {
            // The code is a try of its own. Else the pause after this one could be longer than the
            // page of the code waits, and nobody whose name others try would ever come in.
            giveBack(name, from: address)
            return .needsCode(account)
        }
        succeed(name, from: address)
        return outcome
    }

    private func tryPassword(
        name: AccountName, password: Secret, address: String
    ) async throws -> Login {
        if let pause = takeTry(of: name, from: address) { return .locked(seconds: pause) }
        do {
            return try await compare(password, of: name, from: address)
        } catch {
            // Too much to do, or a database that fails: nobody learned whether it was right.
            giveBack(name, from: address)
            throw error
        }
    }

    private func compare(
        _ password: Secret, of name: AccountName, from address: String
    ) async throws -> Login {
        let known = try await said { try await self.register.credentials(of: name) }
        let isRight = try await passwords.isRight(password, for: known?.password)
        guard let known, isRight, !known.account.isDisabled else {
            let reason =
                known == nil
                ? "there is no such account" : isRight ? "it is disabled" : "wrong password"
            logger.warning(
                "\(name) could not log in from \(address): \(reason)",
                metadata: ["event": "login.failed", "account": "\(name)", "address": "\(address)"])
            events.report(
                // Counted by where they come from: names are whatever somebody types.
                NewEvent(
                    .loginFailed, name: address, "\(name) could not log in: \(reason)",
                    details: ["account": "\(name)", "address": address], likeness: address))
            return .wrong
        }
        if passwords.hasher.isOutdated(known.password) {
            let hash = try await passwords.hash(password)
            try await said {
                try await self.register.rehash(known.account.id, from: known.password, as: hash)
            }
        }
        return .welcome(known.account)
    }

    /// Takes a try of a password or a code.
    ///
    /// - Returns: how long nobody may try yet; nil when he may.
    func takeTry(of name: AccountName, from address: String) -> Int64? {
        let monotonic = timekeeper.now.monotonic
        let pause = logins.withLock { $0.pauseSeconds(for: name, from: address, at: monotonic) }
        if let pause {
            logger.warning(
                "log-ins of \(name) from \(address) wait for \(pause) s after too many failures",
                metadata: ["event": "login.locked", "account": "\(name)", "address": "\(address)"])
            events.report(
                NewEvent(
                    .loginLocked, name: address,
                    "log-ins of \(name) wait after too many failures",
                    details: ["account": "\(name)", "address": address], likeness: address))
        }
        return pause
    }

    /// The try was a log-in: forgets the failures of the account.
    func succeed(_ name: AccountName, from address: String) {
        logins.withLock { $0.succeed(name, from: address) }
    }

    /// The try was neither a log-in nor a failure.
    private func giveBack(_ name: AccountName, from address: String) {
        logins.withLock { $0.giveBack(name, from: address) }
    }

    /// Somebody whom a proxy has logged in; nil when there is no such account, or it is disabled.
    func account(named text: String) async throws -> Account? {
        guard let name = try? AccountName(text) else { return nil }
        let account = try await said { try await self.register.credentials(of: name) }?.account
        return account?.isDisabled == false ? account : nil
    }

    /// Begins a session with a new token, for the cookie.
    ///
    /// - Throws: 503 with the database's path and its reason when it cannot be saved.
    func begin(_ account: Account, address: String, agent: DeviceText) async throws -> String {
        let token = try secretly { () throws(SecretsFailure) in try OpaqueToken.make() }
        let digest = try secretly { () throws(SecretsFailure) in
            try OpaqueToken.digest(of: token)
        }
        do {
            _ = try await register.begin(
                NewSession(
                    account: account.id, tokenDigest: digest, address: address, agent: agent),
                at: now)
        } catch {
            var problem = WebProblem(
                .serviceUnavailable,
                "the log-in was correct, but the session could not be saved: \(error.words)",
                code: "session_not_saved", fix: error.fix)
            if DiskRoom.isFull(stateFolder) { problem.finding = .diskFull }
            throw problem
        }
        logger.notice(
            "\(account.name) logged in from \(address)",
            metadata: [
                "event": "login.done", "account": "\(account.name)", "address": "\(address)",
            ])
        return token
    }

    // MARK: Sessions

    enum Found: Sendable {
        case open(OpenSession)
        case ended(Session.End)
    }

    func session(withToken token: String) async throws -> Found {
        let digest = try secretly { () throws(SecretsFailure) in
            try OpaqueToken.digest(of: token)
        }
        let (remembered, version) = memory.withLock { ($0.sessions[digest], $0.version) }
        if let remembered { return await checked(remembered, digest) }
        let found = try await said { try await self.register.session(digest: digest) }
        guard let found else { return .ended(.gone) }
        let session = try secretly { () throws(SecretsFailure) in
            try OpenSession(session: found.session, account: found.account, token: token)
        }
        memory.withLock { memory in
            guard memory.version == version else { return }
            if memory.sessions.count >= Self.largestMemory { memory.sessions = [:] }
            memory.sessions[digest] = session
        }
        return await checked(session, digest)
    }

    /// A session that is in time, whose use is noted.
    private func checked(_ open: OpenSession, _ digest: [UInt8]) async -> Found {
        let now = now
        if let end = open.session.end(at: now) { return .ended(end) }
        guard now.seconds - open.session.usedAt.seconds >= Session.useGrainSeconds else {
            return .open(open)
        }
        do {
            try await register.use(open.session.id, at: now)
            memory.withLock { $0.sessions[digest] = nil }
        } catch {
            // He stays logged in; only when he last did something is not kept.
            logger.warning("\(error.words)", metadata: ["event": "session.use_not_kept"])
        }
        return .open(open)
    }

    func end(_ session: SessionID) async throws {
        try await changed { try await self.register.endSession(session) }
    }

    func endSessions(of account: AccountID, except session: SessionID?) async throws {
        try await changed {
            try await self.register.endSessions(of: account, except: session)
        }
    }

    // MARK: Changes

    /// Gives an account another password, and ends its sessions.
    func setPassword(
        of id: AccountID, to password: Secret, mustChange: Bool = false
    ) async throws {
        let hash = try await passwords.hash(password)
        try await changed {
            try await self.register.setPassword(
                of: id, to: hash, mustChange: mustChange, at: self.now)
        }
    }

    /// Whether this is the account's password; counts as a try to log in.
    func isPassword(_ password: Secret, of account: Account, address: String) async throws -> Bool {
        let outcome = try await tryPassword(
            name: account.name, password: password, address: address)
        guard case .welcome(let known) = outcome else { return false }
        if known.hasSecondFactor {
            // Whoever knows the password alone must not get new tries of the code by it.
            giveBack(account.name, from: address)
        } else {
            succeed(account.name, from: address)
        }
        return true
    }

    func add(
        _ name: AccountName, role: Role, scope: AccessScope, password: Secret, mustChange: Bool
    ) async throws -> Account {
        let hash = try await passwords.hash(password)
        return try await changed {
            try await self.register.add(
                NewAccount(
                    name: name, role: role, scope: scope, password: hash,
                    mustChangePassword: mustChange), at: self.now)
        }
    }

    func change(_ id: AccountID, to change: AccountChange) async throws -> Account {
        try await changed { try await self.register.change(id, to: change) }
    }

    func remove(_ id: AccountID) async throws {
        try await changed { try await self.register.removeAccount(id) }
    }

    func changed<Value>(_ body: () async throws -> Value) async throws -> Value {
        defer { forget() }
        return try await said(body)
    }

    func forget() {
        memory.withLock { $0 = Memory(version: $0.version + 1) }
    }

    func said<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as AccountFailure {
            throw WebProblem(failure)
        }
    }

    func secretly<Value>(
        _ body: () throws(SecretsFailure) -> Value
    ) throws(WebProblem) -> Value {
        do {
            return try body()
        } catch {
            throw WebProblem(error)
        }
    }
}

extension WebProblem {
    init(_ failure: AccountFailure) {
        let status: HTTPResponse.Status =
            switch failure {
            case .unknownAccount, .unknownToken: .notFound
            case .scopedAdministrator: .badRequest
            case .nameTaken, .lastAdministrator, .tooMany, .tooManyTokens: .conflict
            case .failed: .serviceUnavailable
            }
        self.init(status, failure.words, code: failure.code, fix: failure.fix)
    }
}
