/// Where shares and the keys that sign them are kept. Tokens are not.
package protocol ShareRegister: Sendable {
    /// nil when there is none, or none any more.
    func share(_ id: ShareID) async throws(ShareFailure) -> Share?

    /// Ascending by id.
    ///
    /// - Parameter graph: the only graph whose shares are meant; nil: all.
    func shares(of graph: GraphID?) async throws(ShareFailure) -> [Share]

    /// Keeps a share, and forgets those that ended longer ago than they are remembered; where
    /// there is no room, also one that ended later.
    func add(_ share: NewShare, at now: Timestamp) async throws(ShareFailure) -> Share

    /// Ends a share at once; the first time counts.
    func revoke(_ share: ShareID, at now: Timestamp) async throws(ShareFailure) -> Share

    /// Adds to what is known of the use of shares; of those that are gone nothing is.
    func count(_ uses: [ShareID: ShareUse]) async throws(ShareFailure)

    /// nil when it was removed, or there never was one.
    func signingKey(_ id: SigningKeyID) async throws(ShareFailure) -> SigningKey?

    /// The oldest first.
    func signingKeys() async throws(ShareFailure) -> [SigningKey]

    /// Keeps a key, which signs from now on.
    ///
    /// - Precondition: the secret has `SigningKey.byteCount` bytes.
    func addSigningKey(
        _ secret: SecretBytes, at now: Timestamp
    ) async throws(ShareFailure) -> SigningKey

    /// Removes a key, and revokes what it signed; how many shares that were.
    func removeSigningKey(_ id: SigningKeyID, at now: Timestamp) async throws(ShareFailure) -> Int
}

/// Why shares or keys are not as somebody wants them.
package enum ShareFailure: Error, Sendable, Hashable {
    case unknownShare(ShareID)
    case unknownKey(SigningKeyID)
    case tooManyShares
    case tooManyKeys
    /// The database's own words.
    case failed(operation: String, detail: String)

    package var words: String {
        switch self {
        case .unknownShare(let id): "there is no share \(id)"
        case .unknownKey(let id): "there is no key \(id)"
        case .tooManyShares: "there are \(Share.largestCount) shares already"
        case .tooManyKeys: "there are \(SigningKey.largestCount) keys already"
        case .failed(let operation, let detail): "the database could not \(operation): \(detail)"
        }
    }

    package var fix: String {
        switch self {
        case .unknownShare: "see pollerctl graph shares"
        case .unknownKey: "see pollerctl graph share-keys"
        case .tooManyShares: "revoke some with pollerctl graph unshare"
        case .tooManyKeys: "remove old ones with pollerctl graph share-keys --remove"
        case .failed: "check the disk and the permissions of the state folder"
        }
    }

    /// Stable name, for scripts.
    package var code: String {
        switch self {
        case .unknownShare, .unknownKey: "not_found"
        case .tooManyShares, .tooManyKeys: "too_many"
        case .failed: "database_failed"
        }
    }
}
