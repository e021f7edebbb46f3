import Logging
import PollerModel
import PollerSecrets

/// Codes besides passwords.
extension AccountDesk {
    // MARK: Log-in

    /// Remembers that the password was right, for the page that asks for the code.
    ///
    /// - Returns: a token for the cookie of that page.
    func awaitCode(of account: Account, to: String) throws -> String {
        let token = try secretly { () throws(SecretsFailure) in try OpaqueToken.make() }
        codes.add(
            PendingCodes.Login(
                account: account.id, name: account.name,
                passwordChangedAt: account.passwordChangedAt, to: to),
            digest: try digest(of: token))
        return token
    }

    func pendingLogin(_ token: String) throws -> PendingCodes.Login? {
        codes.login(digest: try digest(of: token))
    }

    enum CodeOutcome: Sendable {
        case welcome(Account, to: String)
        case wrong
        case locked(seconds: Int64)
        /// The password was typed too long ago, or the account was changed since.
        case late
    }

    func finishLogin(_ token: String, code: String, address: String) async throws -> CodeOutcome {
        let digest = try digest(of: token)
        guard let login = codes.login(digest: digest) else { return .late }
        if let pause = takeTry(of: login.name, from: address) { return .locked(seconds: pause) }
        let account = try await said { try await self.register.account(login.account) }
        guard let account, !account.isDisabled, account.hasSecondFactor,
            account.passwordChangedAt == login.passwordChangedAt
        else {
            codes.endLogin(digest: digest)
            return .late
        }
        guard try await isCode(code, of: account) else {
            logger.warning(
                "\(account.name) could not log in from \(address): wrong code",
                metadata: [
                    "event": "login.failed", "account": "\(account.name)",
                    "address": "\(address)",
                ])
            return .wrong
        }
        codes.endLogin(digest: digest)
        succeed(login.name, from: address)
        return .welcome(account, to: login.to)
    }

    /// Whether it is a code of the account's telephone, or one of its recovery codes; it is used up.
    private func isCode(_ typed: String, of account: Account) async throws -> Bool {
        let factor = try await said { try await self.register.secondFactor(of: account.id) }
        guard let factor else { return false }
        let bare = typed.filter { $0 != " " }
        let now = now
        let step = try secretly { () throws(SecretsFailure) in
            try OneTimeCode.step(of: bare, under: factor.secret, at: now, after: factor.usedStep)
        }
        if let step {
            return try await said { try await self.register.useCode(of: account.id, step: step) }
        }
        guard let digits = SecondFactor.recoveryDigits(typed) else { return false }
        let digest = try digest(of: digits)
        let isRight = try await said {
            try await self.register.useRecoveryCode(of: account.id, digest: digest)
        }
        if isRight {
            logger.notice(
                "\(account.name) used a recovery code: \(factor.recoveryLeft - 1) are left",
                metadata: ["event": "login.recovery_code", "account": "\(account.name)"])
        }
        return isRight
    }

    /// The same for somebody who is logged in; counts as a try to log in.
    func checkCode(_ typed: String, of account: Account, address: String) async throws -> Bool {
        guard takeTry(of: account.name, from: address) == nil,
            try await isCode(typed, of: account)
        else { return false }
        succeed(account.name, from: address)
        return true
    }

    // MARK: Setting up

    /// Begins to set a second factor up: a new secret, which counts once its owner has shown a
    /// code of it.
    func beginSecondFactor(in session: SessionID) throws {
        let bytes = try secretly { () throws(SecretsFailure) in
            try RandomBytes.make(SecondFactor.secretByteCount)
        }
        codes.add(SecretBytes(bytes), for: session)
    }

    /// - Returns: recovery codes, which are shown once; nil when the code is none of the secret.
    func finishSecondFactor(
        of account: Account, in session: SessionID, code: String
    ) async throws -> [String]? {
        guard let secret = codes.secret(for: session) else { return nil }
        let (now, bare) = (now, code.filter { $0 != " " })
        let step = try secretly { () throws(SecretsFailure) in
            try OneTimeCode.step(of: bare, under: secret, at: now, after: 0)
        }
        guard let step else { return nil }
        let recovery = try makeRecoveryCodes()
        try await changed {
            try await self.register.setSecondFactor(
                of: account.id, secret: secret, usedStep: step, recovery: recovery.digests,
                except: session)
        }
        codes.endSecret(for: session)
        return recovery.texts
    }

    /// Makes new recovery codes in place of the old ones.
    func renewRecoveryCodes(of account: AccountID) async throws -> [String] {
        let recovery = try makeRecoveryCodes()
        try await changed {
            try await self.register.replaceRecoveryCodes(of: account, with: recovery.digests)
        }
        return recovery.texts
    }

    func removeSecondFactor(of account: AccountID, except session: SessionID?) async throws {
        try CurrentViewer.viewer.checkIsNoToken("takes away no second factor")
        try await changed {
            _ = try await self.known(account)
            try await self.register.removeSecondFactor(of: account, except: session)
        }
    }

    private func makeRecoveryCodes() throws -> (texts: [String], digests: [[UInt8]]) {
        var texts: [String] = []
        var digests: [[UInt8]] = []
        for _ in 0..<SecondFactor.recoveryCount {
            let bytes = try secretly { () throws(SecretsFailure) in
                try RandomBytes.make(SecondFactor.recoveryByteCount)
            }
            let text = SecondFactor.recoveryText(bytes)
            texts.append(text)
            digests.append(try digest(of: SecondFactor.recoveryDigits(text) ?? text))
        }
        return (texts, digests)
    }

    func digest(of text: String) throws -> [UInt8] {
        try secretly { () throws(SecretsFailure) in try OpaqueToken.digest(of: text) }
    }
}
