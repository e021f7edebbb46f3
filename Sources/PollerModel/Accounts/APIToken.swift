package typealias APITokenID = Identifier<APIToken>

/// What a program shows to act for an account: `Authorization: Bearer plr_t_…`. The token itself is
/// shown once and kept nowhere; kept is a digest of it.
package struct APIToken: Sendable, Hashable {
    /// Tells a token from other texts, for people and for programs that look for lost secrets.
    /// Links to graphs begin with `plr_s_`.
    package static let prefix = "plr_t_"
    /// Tokens of one account.
    package static let largestCount = 100
    /// Scalars of a label.
    package static let longestLabel = 100
    package static let usualLifetime = ShareLifetime.seconds(90 * 86_400)
    /// How exactly the last use is kept.
    package static let useGrainSeconds: Int64 = 60

    package let id: APITokenID
    package let account: AccountID
    /// What it is for.
    package let label: String
    /// It may do what this role may, as long as its account may.
    package let role: Role
    package let createdAt: Timestamp
    /// nil is never.
    package let expiresAt: Timestamp?
    /// nil before the first time.
    package var usedAt: Timestamp?

    package init(
        id: APITokenID, account: AccountID, label: String, role: Role, createdAt: Timestamp,
        expiresAt: Timestamp?, usedAt: Timestamp? = nil
    ) {
        self.id = id
        self.account = account
        self.label = label
        self.role = role
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }

    package func isExpired(at now: Timestamp) -> Bool { expiresAt.map { now >= $0 } ?? false }
}

/// A token that does not exist yet.
package struct NewAPIToken: Sendable {
    package let account: AccountID
    package let label: String
    package let role: Role
    package let digest: [UInt8]
    package let expiresAt: Timestamp?

    package init(
        account: AccountID, label: String, role: Role, digest: [UInt8], expiresAt: Timestamp?
    ) {
        self.account = account
        self.label = label
        self.role = role
        self.digest = digest
        self.expiresAt = expiresAt
    }
}

/// Where tokens are kept.
package protocol TokenRegister: Sendable {
    /// Of one account, or of all; ascending by id.
    func tokens(of account: AccountID?) async throws(AccountFailure) -> [APIToken]

    /// - Throws: `tooManyTokens` when the account has as many as it may.
    func add(_ token: NewAPIToken, at now: Timestamp) async throws(AccountFailure) -> APIToken

    /// The token with this digest, and its account.
    func token(
        digest: [UInt8]
    ) async throws(AccountFailure) -> (token: APIToken, account: Account)?

    func use(_ token: APITokenID, at now: Timestamp) async throws(AccountFailure)

    /// Ends a token for good.
    func revoke(_ token: APITokenID) async throws(AccountFailure) -> APIToken
}
