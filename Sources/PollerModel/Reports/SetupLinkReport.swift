/// A link with which an administrator is made, once.
package struct SetupLinkReport: Codable, Sendable {
    package let url: String
    package let expiresAt: String

    package init(url: String, expiresAt: Timestamp) {
        self.url = url
        self.expiresAt = expiresAt.rfc3339
    }
}
