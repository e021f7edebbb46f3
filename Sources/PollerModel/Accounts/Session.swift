package typealias SessionID = Identifier<Session>

/// A browser in which somebody has logged in. Its token is in the browser's cookie and nowhere
/// else; kept is a digest of it.
package struct Session: Sendable, Hashable {
    /// A session that was not used for so long has ended.
    package static let idleSeconds: Int64 = 12 * 3_600
    /// So long after the log-in it ends in any case.
    package static let longestSeconds: Int64 = 7 * 86_400
    /// How exactly the last use is kept: to write it for each request would cost more than it is
    /// worth.
    package static let useGrainSeconds: Int64 = 60
    /// Sessions of one account; the oldest give way.
    package static let largestCount = 50
    /// Scalars of what a browser calls itself that are kept.
    package static let longestAgent = 200

    package let id: SessionID
    package let account: AccountID
    package let createdAt: Timestamp
    package var usedAt: Timestamp
    /// Where it was begun.
    package let address: String
    /// What the browser called itself.
    package let agent: DeviceText

    package init(
        id: SessionID, account: AccountID, createdAt: Timestamp, usedAt: Timestamp,
        address: String, agent: DeviceText
    ) {
        self.id = id
        self.account = account
        self.createdAt = createdAt
        self.usedAt = usedAt
        self.address = address
        self.agent = agent
    }

    /// Why it counts no more; nil while it does. A clock that was set back ends no session.
    package func end(at now: Timestamp) -> End? {
        let age = now.seconds - createdAt.seconds
        if age >= Self.longestSeconds { return .old }
        if now.seconds - usedAt.seconds >= Self.idleSeconds { return .idle }
        return nil
    }

    /// Why a session counts no more.
    package enum End: String, Sendable, Hashable {
        case old
        case idle
        /// It is not known: it was ended by somebody, or with the password or the rights.
        case gone
        /// Its browser has just logged out.
        case out

        package var words: String {
            switch self {
            case .old:
                "the session has ended: it lasts \(Session.longestSeconds / 86_400) days at most"
            case .idle:
                "the session has ended: nothing was done in it for "
                    + "\(Session.idleSeconds / 3_600) hours"
            case .gone:
                "the session has ended: somebody logged out, or the account was changed"
            case .out: "you are logged out"
            }
        }
    }
}

/// A session that does not exist yet.
package struct NewSession: Sendable {
    package let account: AccountID
    package let tokenDigest: [UInt8]
    package let address: String
    package let agent: DeviceText

    package init(account: AccountID, tokenDigest: [UInt8], address: String, agent: DeviceText) {
        self.account = account
        self.tokenDigest = tokenDigest
        self.address = address
        self.agent = agent
    }
}
