import PollerModel
import PollerSecrets

/// A session of somebody who is logged in, as a request brought it.
struct OpenSession: Sendable {
    let session: Session
    let account: Account
    /// What its forms carry: it follows from the cookie, which pages of other sites cannot read.
    let crossSiteToken: String

    init(session: Session, account: Account, token: String) throws(SecretsFailure) {
        self.session = session
        self.account = account
        crossSiteToken = try OpaqueToken.derived(from: token, for: "pollerd form")
    }

    func isCrossSiteToken(_ text: String) -> Bool {
        ConstantTime.areEqual(Array(text.utf8), Array(crossSiteToken.utf8))
    }
}
