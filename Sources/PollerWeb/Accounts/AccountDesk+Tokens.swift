import HTTPTypes
import Logging
import PollerModel
import PollerSecrets
import Synchronization

/// Tokens of programs.
extension AccountDesk {
    /// Who acts with a token.
    ///
    /// - Throws: 401 when it is none, or has expired; 429 after too many that were none.
    func viewer(withToken text: String, address: String) async throws -> Viewer {
        guard let found = try await token(text) else {
            let monotonic = timekeeper.now.monotonic
            // Only wrong ones wait: a right one cannot be guessed, whoever else asks from there.
            if let pause = wrongTokens.withLock({ $0.pauseSeconds(from: address, at: monotonic) }) {
                throw WebProblem(
                    .tooManyRequests, "too many wrong tokens came from \(address)",
                    code: "too_many_tries", fix: "correct the token", retrySeconds: pause)
            }
            logger.warning(
                "a wrong token came from \(address)",
                metadata: ["event": "token.wrong", "address": "\(address)"])
            throw WebProblem(
                .unauthorized, "this token is not known: it is wrong, or was revoked",
                code: "wrong_token", fix: "make another: pollerctl token create, or /account")
        }
        if let end = found.token.expiresAt, found.token.isExpired(at: now) {
            throw WebProblem(
                .unauthorized, "the token “\(found.token.label)” expired at \(end.rfc3339)",
                code: "token_expired", fix: "make another: pollerctl token create, or /account")
        }
        return Viewer(tokenOf: found.account, role: found.token.role, label: found.token.label)
    }

    private func token(_ text: String) async throws -> (token: APIToken, account: Account)? {
        guard text.hasPrefix(APIToken.prefix), text.utf8.count <= 100 else { return nil }
        let digest = try digest(of: text)
        let (remembered, version) = memory.withLock { ($0.tokens[digest], $0.version) }
        var found = remembered
        if found == nil {
            found = try await said { try await self.register.token(digest: digest) }
        }
        guard let found else { return nil }
        let now = now
        var known = found
        if found.token.usedAt.map({ now.seconds - $0.seconds >= APIToken.useGrainSeconds }) ?? true
        {
            do {
                try await register.use(found.token.id, at: now)
                known.token.usedAt = now
            } catch {
                logger.warning("\(error.words)", metadata: ["event": "token.use_not_kept"])
            }
        }
        memory.withLock { [known] memory in
            guard memory.version == version else { return }
            if memory.tokens.count >= Self.largestMemory { memory.tokens = [:] }
            memory.tokens[digest] = known
        }
        return found
    }

    /// Makes a token of an account; it is in the answer and nowhere else.
    ///
    /// - Parameter most: the role of who makes it.
    func makeToken(
        of account: Account, _ order: TokenOrder, most: Role
    ) async throws -> (token: APIToken, secret: String) {
        let (role, label, lifetime): (Role, String, ShareLifetime)
        do {
            (role, label, lifetime) = try (
                order.wantedRole(), order.shownLabel(), order.lifetime()
            )
        } catch {
            throw WebProblem.badRequest(error.words, fix: error.fix)
        }
        guard role <= min(account.role, most) else {
            throw WebProblem(
                .forbidden,
                "a token of \(account.name) has at most the role \(min(account.role, most).rawValue)",
                code: "not_permitted", fix: "make one with that role")
        }
        let secret =
            APIToken.prefix
            + (try secretly { () throws(SecretsFailure) in try OpaqueToken.make() })
        let (digest, now) = (try digest(of: secret), now)
        let token = try await said {
            try await self.register.add(
                NewAPIToken(
                    account: account.id, label: label, role: role, digest: digest,
                    expiresAt: lifetime.end(from: now)), at: now)
        }
        logger.notice(
            "\(account.name) has a token “\(label)” with the role \(role.rawValue)",
            metadata: ["event": "token.made", "account": "\(account.name)", "token": "\(token.id)"])
        return (token, secret)
    }

    func tokens(of account: AccountID?) async throws -> [APIToken] {
        try await said { try await self.register.tokens(of: account) }
    }

    @discardableResult
    func revokeToken(_ id: APITokenID) async throws -> APIToken {
        try await changed { try await self.register.revoke(id) }
    }
}
