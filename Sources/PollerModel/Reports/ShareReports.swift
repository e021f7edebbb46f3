/// A share as `/api/v1/shares` and `pollerctl graph shares -o json` show it; its link is not known
/// to anybody but those who have it.
package struct ShareReport: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable {
        case valid
        case expired
        case revoked
        case graphGone = "graph_gone"
    }

    package let id: ShareID
    package let graphId: GraphID
    /// null when the graph was removed.
    @ExplicitNull package var graphTitle: String?
    package let state: State
    /// What may be asked with it, in words.
    package let allows: String
    /// The only format; null where any is allowed.
    @ExplicitNull package var format: ShareFormat?
    /// Of the only picture, as in a picture's address; empty where any is allowed.
    package let parameters: [String: String]
    @ExplicitNull package var label: String?
    package let createdAt: String
    package let createdBy: String
    /// null is never.
    @ExplicitNull package var expiresAt: String?
    @ExplicitNull package var revokedAt: String?
    package let uses: Int64
    @ExplicitNull package var lastUsedAt: String?
    /// The key that signed it.
    package let keyId: SigningKeyID

    package init(_ share: Share, definitions: Definitions, now: Timestamp) {
        id = share.id
        graphId = share.graph
        _graphTitle = ExplicitNull(wrappedValue: definitions.drawingTitle(share.graph))
        let end = ShareVerdict.end(of: share, now: now) {
            definitions.drawingTitle($0) != nil
        }
        state =
            switch end {
            case .revoked: .revoked
            case .expired: .expired
            case .graphIsGone: .graphGone
            case nil, .granted, .unknown, .outsideScope: .valid
            }
        allows = share.scope.words
        _format = ExplicitNull(wrappedValue: share.scope.format)
        if case .picture(let picture) = share.scope {
            parameters = picture.parameters
        } else {
            parameters = [:]
        }
        _label = ExplicitNull(wrappedValue: share.label)
        createdAt = share.createdAt.rfc3339
        createdBy = share.createdBy
        _expiresAt = ExplicitNull(wrappedValue: share.expiresAt?.rfc3339)
        _revokedAt = ExplicitNull(wrappedValue: share.revokedAt?.rfc3339)
        uses = share.use?.count ?? 0
        _lastUsedAt = ExplicitNull(wrappedValue: share.use?.lastAt.rfc3339)
        keyId = share.key
    }
}

/// A share that was made, and the one answer in which its link stands.
package struct SharedLinkReport: Sendable, Hashable, Codable {
    package let share: ShareReport
    package let url: String

    package init(share: ShareReport, url: String) {
        self.share = share
        self.url = url
    }
}

/// A key that signs links, without the key.
package struct SigningKeyReport: Sendable, Hashable, Codable {
    package let id: SigningKeyID
    package let createdAt: String
    /// Whether new links are signed with it.
    package let signs: Bool
    /// Links that are valid and signed with it: what removing it would revoke.
    package let shares: Int

    package init(id: SigningKeyID, createdAt: Timestamp, signs: Bool, shares: Int) {
        self.id = id
        self.createdAt = createdAt.rfc3339
        self.signs = signs
        self.shares = shares
    }
}
