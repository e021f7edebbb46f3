/// A token as `/api/v1/tokens` and `pollerctl token list -o json` show it; the token itself is not
/// known to anybody but those who have it.
package struct TokenReport: Sendable, Hashable, Codable {
    package let id: APITokenID
    package let user: String
    package let label: String
    package let role: Role
    package let expired: Bool
    package let createdAt: String
    /// null is never.
    @ExplicitNull package var expiresAt: String?
    /// null before the first time.
    @ExplicitNull package var lastUsedAt: String?

    package init(_ token: APIToken, of user: String, now: Timestamp) {
        id = token.id
        self.user = user
        label = token.label
        role = token.role
        expired = token.isExpired(at: now)
        createdAt = token.createdAt.rfc3339
        _expiresAt = ExplicitNull(wrappedValue: token.expiresAt?.rfc3339)
        _lastUsedAt = ExplicitNull(wrappedValue: token.usedAt?.rfc3339)
    }
}

/// A token that was made, and the one answer in which it stands.
package struct MadeTokenReport: Sendable, Hashable, Codable {
    package let token: TokenReport
    package let secret: String

    package init(token: TokenReport, secret: String) {
        self.token = token
        self.secret = secret
    }
}

/// The body of `POST /api/v1/tokens`.
package struct TokenOrder: Sendable, Hashable, Codable {
    /// Whose; by default his who asks. Another's is an administrator's to make.
    package var user: String?
    package var label: String?
    /// At most the account's; by default viewer.
    package var role: String?
    /// `90d`, or another `ShareLifetime`.
    package var expires: String?

    package enum CodingKeys: String, CodingKey, CaseIterable { case user, label, role, expires }

    package init() {}

    /// What may be wrong with it.
    package struct Mistake: Error, Sendable, Hashable {
        package let words: String
        package let fix: String
    }

    package func wantedRole() throws(Mistake) -> Role {
        guard let role else { return .viewer }
        guard let known = Role(rawValue: role) else {
            let names = Role.allCases.map(\.rawValue)
            throw Mistake(
                words: "“\(DeviceText(role).text)” is no role"
                    + Suggestion.phrase(for: role, among: names),
                fix: "roles are \(names.joined(separator: ", "))")
        }
        return known
    }

    package func lifetime() throws(Mistake) -> ShareLifetime {
        guard let expires else { return APIToken.usualLifetime }
        do {
            return try ShareLifetime(expires)
        } catch {
            throw Mistake(
                words: "“\(DeviceText(expires).text)” is no lifetime of a token",
                fix: "write 12h, 30d, 4w, 2y, ten years at most, or never")
        }
    }

    /// What it is for, as it is kept.
    package func shownLabel() throws(Mistake) -> String {
        let text = DeviceText.printable(Array((label ?? "").utf8)).trimmed
        guard (1...APIToken.longestLabel).contains(text.unicodeScalars.count) else {
            throw Mistake(
                words: "a token has a label of 1 to \(APIToken.longestLabel) characters",
                fix: "say what it is for, so that you know later whether it may be revoked")
        }
        return text
    }
}
