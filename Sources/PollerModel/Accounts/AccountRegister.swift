/// Where accounts, their sessions, tokens and second factors are kept. Passwords and tokens are not:
/// only what tells that one is right.
package protocol AccountRegister: TokenRegister, SecondFactorRegister {
    /// Ascending by name.
    func accounts() async throws(AccountFailure) -> [Account]

    func account(_ id: AccountID) async throws(AccountFailure) -> Account?

    /// The account with this name, and what its password is compared with.
    func credentials(
        of name: AccountName
    ) async throws(AccountFailure) -> (account: Account, password: PasswordHash)?

    func add(_ account: NewAccount, at now: Timestamp) async throws(AccountFailure) -> Account

    /// Changes an account. The last administrator who may log in stays one. Its sessions end,
    /// because they were begun with other rights.
    func change(
        _ id: AccountID, to change: AccountChange
    ) async throws(AccountFailure) -> Account

    /// Gives an account another password; its sessions end.
    func setPassword(
        of id: AccountID, to password: PasswordHash, mustChange: Bool, at now: Timestamp
    ) async throws(AccountFailure)

    /// Replaces what a password is compared with by a stronger hash of the same one. An account
    /// that has another password by now keeps it.
    func rehash(
        _ id: AccountID, from old: PasswordHash, as password: PasswordHash
    ) async throws(AccountFailure)

    /// Removes an account with its sessions and tokens; never the last administrator.
    func removeAccount(_ id: AccountID) async throws(AccountFailure)

    // MARK: Setup

    /// Keeps what a setup link is compared with, until it is used or expires; older ones end.
    func addSetup(digest: [UInt8], expiresAt: Timestamp) async throws(AccountFailure)

    /// Whether a setup link may be used; it stays.
    func isSetup(digest: [UInt8], at now: Timestamp) async throws(AccountFailure) -> Bool

    /// Uses a setup link up: makes an administrator. False when the link does not count.
    func setUp(
        digest: [UInt8], _ account: NewAccount, at now: Timestamp
    ) async throws(AccountFailure) -> Account?

    // MARK: Sessions

    /// Begins a session, and notes the log-in. The oldest of an account that has too many end.
    func begin(_ session: NewSession, at now: Timestamp) async throws(AccountFailure) -> Session

    /// The session with this digest, and its account.
    func session(
        digest: [UInt8]
    ) async throws(AccountFailure) -> (session: Session, account: Account)?

    func use(_ session: SessionID, at now: Timestamp) async throws(AccountFailure)

    /// The newest first.
    func sessions(of account: AccountID) async throws(AccountFailure) -> [Session]

    func endSession(_ id: SessionID) async throws(AccountFailure)

    /// All of an account, except one.
    func endSessions(
        of account: AccountID, except session: SessionID?
    ) async throws(AccountFailure)
}

/// Why accounts or sessions are not as somebody wants them.
package enum AccountFailure: Error, Sendable, Hashable {
    case unknownAccount(String)
    case nameTaken(AccountName)
    case lastAdministrator
    case scopedAdministrator
    case tooMany
    case unknownToken(String)
    case tooManyTokens
    /// The database's own words.
    case failed(operation: String, detail: String)

    package var words: String {
        switch self {
        case .unknownAccount(let name): "there is no account \(name)"
        case .nameTaken(let name): "there is an account \(name) already"
        case .lastAdministrator: "this is the last administrator who may log in"
        case .scopedAdministrator:
            "an administrator sees everything: he could give himself what a scope leaves out"
        case .tooMany: "there are \(Account.largestCount) accounts already"
        case .unknownToken(let id): "there is no token \(id)"
        case .tooManyTokens: "the account has \(APIToken.largestCount) tokens already"
        case .failed(let operation, let detail): "the database could not \(operation): \(detail)"
        }
    }

    package var fix: String {
        switch self {
        case .unknownAccount: "see pollerctl user list"
        case .nameTaken: "choose another name, or change that account: pollerctl user list"
        case .lastAdministrator: "make somebody else an administrator first"
        case .scopedAdministrator: "give the role operator, or no scope"
        case .tooMany: "remove accounts that nobody uses"
        case .unknownToken: "see pollerctl token list"
        case .tooManyTokens: "revoke tokens that nothing uses"
        case .failed: "check the disk and the permissions of the state folder (pollerctl doctor)"
        }
    }

    /// Stable name, for scripts.
    package var code: String {
        switch self {
        case .unknownAccount, .unknownToken: "not_found"
        case .nameTaken: "name_taken"
        case .lastAdministrator: "last_administrator"
        case .scopedAdministrator: "scoped_administrator"
        case .tooMany, .tooManyTokens: "too_many"
        case .failed: "database_failed"
        }
    }
}
