package typealias ShareID = Identifier<Share>

/// A graph that whoever has its link may see, without a login and inside pages of other sites.
package struct Share: Sendable, Hashable {
    /// Shares at one time.
    package static let largestCount = 10_000
    /// Scalars of a label.
    package static let longestLabel = 200
    /// How long one that expired or was revoked is remembered, so that its link can say so.
    package static let rememberedSeconds: Int64 = 90 * 86_400

    package let id: ShareID
    package let graph: GraphID
    package let scope: ShareScope
    /// For whom or what it is, in its owner's words.
    package let label: String?
    package let createdAt: Timestamp
    /// Who made it.
    package let createdBy: String
    /// From this second on it is not valid any more; nil is never.
    package let expiresAt: Timestamp?
    /// The key that signed its token.
    package let key: SigningKeyID
    package var revokedAt: Timestamp?
    /// nil while nobody has asked for it.
    package var use: ShareUse?

    package init(
        id: ShareID, _ new: NewShare, createdAt: Timestamp, revokedAt: Timestamp? = nil,
        use: ShareUse? = nil
    ) {
        self.id = id
        graph = new.graph
        scope = new.scope
        label = new.label
        self.createdAt = createdAt
        createdBy = new.createdBy
        expiresAt = new.expiresAt
        key = new.key
        self.revokedAt = revokedAt
        self.use = use
    }

    /// All that its token vouches for, a line each.
    package var canonicalText: String {
        """
        share \(id)
        graph \(graph)
        scope \(scope.text)
        expires \(expiresAt.map { String($0.seconds) } ?? "never")
        """
    }
}

/// A share that does not exist yet.
package struct NewShare: Sendable, Hashable {
    package let graph: GraphID
    package let scope: ShareScope
    package let label: String?
    package let createdBy: String
    /// A whole second.
    package let expiresAt: Timestamp?
    package let key: SigningKeyID

    package init(
        graph: GraphID, scope: ShareScope, label: String?, createdBy: String,
        expiresAt: Timestamp?, key: SigningKeyID
    ) {
        self.graph = graph
        self.scope = scope
        self.label = label
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.key = key
    }
}

/// How often a share was asked for, roughly: what was counted in the minute before the daemon ended
/// may be missing.
package struct ShareUse: Sendable, Hashable {
    package var count: Int64
    package var lastAt: Timestamp

    package init(count: Int64, lastAt: Timestamp) {
        self.count = count
        self.lastAt = lastAt
    }

    package static func + (left: ShareUse, right: ShareUse) -> ShareUse {
        ShareUse(count: left.count + right.count, lastAt: max(left.lastAt, right.lastAt))
    }
}
