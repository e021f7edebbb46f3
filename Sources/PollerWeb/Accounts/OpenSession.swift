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
        ConstantTime.areEqual(Self.unmasked(text), Array(crossSiteToken.utf8))
    }

    /// The token as it stands in one page, in other letters each time: from how small pages become
    /// when they are compressed, it could be guessed letter by letter (https://breachattack.com).
    func maskedToken() -> String {
        let token = Array(crossSiteToken.utf8)
        let mask = token.map { _ in UInt8.random(in: 0...255) }
        return Hexadecimal.text(mask + zip(token, mask).map { $0 ^ $1 })
    }

    private static func unmasked(_ text: String) -> [UInt8] {
        guard let bytes = Hexadecimal.bytes(text), bytes.count.isMultiple(of: 2) else { return [] }
        return zip(bytes.prefix(bytes.count / 2), bytes.suffix(bytes.count / 2)).map { $0 ^ $1 }
    }
}
