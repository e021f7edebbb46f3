import Logging
import PollerModel
import PollerSecrets
import Synchronization

/// Makes shared links, recognises them, and counts how often they are asked for. One for both
/// faces, because they share the counts.
final class ShareDesk: Sendable {
    /// How long counts wait until they are kept.
    static let countingMilliseconds: Int64 = 60_000

    private struct Counts {
        var uses: [ShareID: ShareUse] = [:]
        /// nil before the first time.
        var keptAt: MonotonicTime?
    }

    private let services: WebServices
    private let counts = Mutex(Counts())

    init(services: WebServices) { self.services = services }

    // MARK: Links

    /// Makes a link to a graph. Its token is in the answer and nowhere else.
    ///
    /// - Throws: 403 where it would show more to strangers than its creator sees.
    func share(
        _ graph: GraphID, _ order: ShareOrder, by creator: String
    ) async throws(WebProblem) -> SharedLinkReport {
        if let aggregate = services.definitions.aggregates[graph] {
            try CurrentViewer.viewer.checkMayShare(aggregate, by: services.trees.trees)
        }
        let now = services.now
        let plan = try plan(order, now: now)
        let key = try await newestKey(now: now)
        let share: Share
        do {
            share = try await services.shares.add(
                NewShare(
                    graph: graph, scope: plan.scope, label: plan.label, createdBy: creator,
                    expiresAt: plan.expiresAt, key: key.id), at: now)
        } catch {
            throw WebProblem(error)
        }
        let token = try Self.secretly { () throws(SecretsFailure) in
            try ShareSigner.token(for: share, under: key)
        }
        services.logger.notice(
            "graph \(graph) is shared: \(share.scope.words)",
            metadata: [
                "event": "share.made", "share": "\(share.id)", "by": "\(creator)",
                "expires": "\(share.expiresAt?.rfc3339 ?? "never")",
            ])
        services.events.report(
            NewEvent(
                .shareMade, of: .graph(graph), "the graph is shared: \(share.scope.words)",
                details: ["share": "\(share.id)", "by": creator]))
        let url = token.withExposedText {
            "\(services.site.baseURL)\(SharedPictureMiddleware.folder)\($0).\(plan.format.rawValue)"
        }
        return SharedLinkReport(share: report(share), url: url)
    }

    private struct Plan {
        let scope: ShareScope
        let format: ShareFormat
        let label: String?
        let expiresAt: Timestamp?
    }

    private func plan(_ order: ShareOrder, now: Timestamp) throws(WebProblem) -> Plan {
        do {
            return Plan(
                scope: try order.scope(now: now, zoneOffset: services.zoneOffset),
                format: try order.linkFormat(), label: try order.shownLabel(),
                expiresAt: try order.lifetime().end(from: now))
        } catch {
            throw .badRequest(error.words, fix: error.fix)
        }
    }

    /// The share that a token opens, valid or not; nil when the token is none of ours. Who invents
    /// tokens costs one look at the keys.
    func share(openedBy token: ShareToken) async throws(WebProblem) -> Share? {
        do {
            guard let key = try await services.shares.signingKey(token.body.key),
                try Self.secretly({ () throws(SecretsFailure) in
                    try ShareSigner.isGenuine(token, under: key)
                }),
                let share = try await services.shares.share(token.body.share),
                try Self.secretly({ () throws(SecretsFailure) in
                    try ShareSigner.isToken(token, of: share)
                })
            else { return nil }
            return share
        } catch let failure as ShareFailure {
            throw WebProblem(failure)
        } catch let problem as WebProblem {
            throw problem
        } catch {
            preconditionFailure("the two typed errors are all there are: \(error)")
        }
    }

    /// Those of one graph, or all, with what is counted so far.
    func shares(of graph: GraphID?) async throws(WebProblem) -> [Share] {
        await keepCounts()
        do {
            return try await services.shares.shares(of: graph)
        } catch {
            throw WebProblem(error)
        }
    }

    func revoke(_ share: ShareID) async throws(WebProblem) {
        do {
            let revoked = try await services.shares.revoke(share, at: services.now)
            services.events.report(
                NewEvent(
                    .shareRevoked, of: .graph(revoked.graph), "a share of the graph was revoked",
                    details: ["share": "\(share)"]))
        } catch {
            throw WebProblem(error)
        }
        services.logger.notice(
            "share \(share) was revoked",
            metadata: ["event": "share.revoked", "share": "\(share)"])
    }

    func report(_ share: Share) -> ShareReport {
        ShareReport(share, definitions: services.definitions, now: services.now)
    }

    // MARK: Keys

    /// Makes a key, with which new links are signed.
    func addKey() async throws(WebProblem) -> SigningKey {
        let secret = try Self.secretly { () throws(SecretsFailure) in try SigningKey.newSecret() }
        let key: SigningKey
        do {
            key = try await services.shares.addSigningKey(secret, at: services.now)
        } catch {
            throw WebProblem(error)
        }
        services.logger.notice(
            "shared links are signed with key \(key.id) from now on",
            metadata: ["event": "share.key_made", "key": "\(key.id)"])
        return key
    }

    /// Removes a key, and revokes the links it signed.
    func removeKey(_ id: SigningKeyID) async throws(WebProblem) {
        let revoked: Int
        do {
            revoked = try await services.shares.removeSigningKey(id, at: services.now)
        } catch {
            throw WebProblem(error)
        }
        services.logger.notice(
            "key \(id) of shared links was removed, and \(revoked) of them revoked",
            metadata: ["event": "share.key_removed", "key": "\(id)"])
    }

    /// The newest last, which signs.
    func keys() async throws(WebProblem) -> [SigningKeyReport] {
        do {
            let keys = try await services.shares.signingKeys()
            let valid = try await services.shares.shares(of: nil).filter {
                ShareVerdict.end(of: $0, now: services.now) { _ in true } == nil
            }
            let counts = Dictionary(grouping: valid, by: \.key).mapValues(\.count)
            return keys.map {
                SigningKeyReport(
                    id: $0.id, createdAt: $0.createdAt, signs: $0.id == keys.last?.id,
                    shares: counts[$0.id] ?? 0)
            }
        } catch {
            throw WebProblem(error)
        }
    }

    /// The key that signs; the first is made for the first link.
    private func newestKey(now: Timestamp) async throws(WebProblem) -> SigningKey {
        let keys: [SigningKey]
        do {
            keys = try await services.shares.signingKeys()
        } catch {
            throw WebProblem(error)
        }
        if let newest = keys.last { return newest }
        return try await addKey()
    }

    private static func secretly<Value>(
        _ body: () throws(SecretsFailure) -> Value
    ) throws(WebProblem) -> Value {
        do {
            return try body()
        } catch {
            throw WebProblem(error)
        }
    }

    // MARK: Counting

    /// Counts that a share was used, and keeps the counts when they have waited long enough.
    func countUse(of share: ShareID) async {
        let now = services.timekeeper.now
        let isDue = counts.withLock { counts in
            let use = ShareUse(count: 1, lastAt: now.wall)
            counts.uses[share] = counts.uses[share].map { $0 + use } ?? use
            guard let keptAt = counts.keptAt else { return true }
            return now.monotonic >= keptAt.advanced(milliseconds: Self.countingMilliseconds)
        }
        if isDue { await keepCounts() }
    }

    private func keepCounts() async {
        let now = services.timekeeper.now.monotonic
        let uses = counts.withLock { counts in
            defer { counts = Counts(keptAt: now) }
            return counts.uses
        }
        guard !uses.isEmpty else { return }
        do {
            try await services.shares.count(uses)
        } catch {
            // They are counted with the next ones.
            counts.withLock { $0.uses.merge(uses) { $0 + $1 } }
            services.logger.warning(
                "how often shared links were used is kept later: \(error.words)",
                metadata: ["event": "share.count_failed"])
        }
    }
}
