/// What becomes of a question that came with a token, and why.
package enum ShareVerdict: Sendable, Hashable {
    /// The graph is drawn with these parameters.
    case granted(GraphID, parameters: [String: String])
    /// There is no such share, or the token is none of ours: which of the two is not told.
    case unknown
    case expired(since: Timestamp)
    case revoked(since: Timestamp)
    case graphIsGone(GraphID)
    case outsideScope(ShareScope)

    /// - Parameter share: the one that the token vouches for; nil when there is none.
    package init(
        on share: Share?, _ question: ShareQuestion, now: Timestamp,
        hasGraph: (GraphID) -> Bool
    ) {
        guard let share else {
            self = .unknown
            return
        }
        if let ended = Self.end(of: share, now: now, hasGraph: hasGraph) {
            self = ended
        } else if let parameters = share.scope.parameters(for: question) {
            self = .granted(share.graph, parameters: parameters)
        } else {
            self = .outsideScope(share.scope)
        }
    }

    /// Why a share is not valid whatever is asked; nil when it is.
    package static func end(
        of share: Share, now: Timestamp, hasGraph: (GraphID) -> Bool
    ) -> ShareVerdict? {
        if let revoked = share.revokedAt { return .revoked(since: revoked) }
        if let expiry = share.expiresAt, now >= expiry { return .expired(since: expiry) }
        return hasGraph(share.graph) ? nil : .graphIsGone(share.graph)
    }

    /// Stable name, for scripts.
    package var code: String {
        switch self {
        case .granted: "granted"
        case .unknown: "share_unknown"
        case .expired: "share_expired"
        case .revoked: "share_revoked"
        case .graphIsGone: "share_graph_gone"
        case .outsideScope: "share_scope"
        }
    }

    package var words: String {
        switch self {
        case .granted: "the link is valid"
        case .unknown: "there is no such link"
        case .expired(let time): "this link expired at \(time.rfc3339)"
        case .revoked(let time): "this link was revoked at \(time.rfc3339)"
        case .graphIsGone(let graph): "graph \(graph), to which this link leads, was removed"
        case .outsideScope(let scope): "this link is for another picture: \(scope.words)"
        }
    }

    package var fix: String? {
        switch self {
        case .granted: nil
        case .unknown: "look whether all of it was copied, or ask its maker for another"
        case .expired, .revoked, .graphIsGone: "ask its maker for another"
        case .outsideScope:
            "leave away what stands behind the “?”, or ask its maker for a wider one"
        }
    }
}
