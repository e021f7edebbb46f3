import PollerModel

/// A register in which there is nothing, and which takes nothing.
struct NoShares: ShareRegister {
    private var refusal: ShareFailure { .failed(operation: "share", detail: "none") }
    func share(_ id: ShareID) async throws(ShareFailure) -> Share? { nil }
    func shares(of graph: GraphID?) async throws(ShareFailure) -> [Share] { [] }
    func add(_ share: NewShare, at now: Timestamp) async throws(ShareFailure) -> Share {
        throw refusal
    }
    func revoke(_ share: ShareID, at now: Timestamp) async throws(ShareFailure) -> Share {
        throw refusal
    }
    func count(_ uses: [ShareID: ShareUse]) async throws(ShareFailure) { throw refusal }
    func signingKey(_ id: SigningKeyID) async throws(ShareFailure) -> SigningKey? { nil }
    func signingKeys() async throws(ShareFailure) -> [SigningKey] { [] }
    func addSigningKey(
        _ secret: SecretBytes, at now: Timestamp
    ) async throws(ShareFailure) -> SigningKey { throw refusal }
    func removeSigningKey(_ id: SigningKeyID, at now: Timestamp) async throws(ShareFailure) -> Int {
        throw refusal
    }
}
