import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Tokens and second factors in a real database.
@Suite struct TokenRegisterTests {
    private let fixture: InventoryFixture
    private var register: Inventory { fixture.inventory }
    private var now: Timestamp { fixture.now }

    init() throws { fixture = try InventoryFixture() }

    private func add(_ name: String, _ role: Role = .operator) async throws -> Account {
        try await register.add(
            NewAccount(name: AccountName(name), role: role, password: PasswordHash("$x")), at: now)
    }

    private func digest(_ seed: UInt8) -> [UInt8] { [UInt8](repeating: seed, count: 32) }

    private func token(
        of account: Account, _ seed: UInt8, lifetime: Int64? = 60
    ) async throws -> APIToken {
        try await register.add(
            NewAPIToken(
                account: account.id, label: "ci", role: .viewer, digest: digest(seed),
                expiresAt: lifetime.map { now.advanced(seconds: $0) }), at: now)
    }

    @Test func `tokens are kept over a restart, found by their digest, and go with their account`()
        async throws
    {
        let ann = try await add("ann")
        let bob = try await add("bob")
        let first = try await token(of: ann, 1)
        let second = try await token(of: bob, 2, lifetime: nil)
        try register.close()
        let reopened = try fixture.reopened()
        #expect(try await reopened.tokens(of: nil) == [first, second])
        #expect(try await reopened.tokens(of: bob.id) == [second])
        let found = try #require(try await reopened.token(digest: digest(2)))
        #expect(found.token == second && found.account.id == bob.id)
        #expect(try await reopened.token(digest: digest(3)) == nil)
        try await reopened.removeAccount(bob.id)
        #expect(try await reopened.token(digest: digest(2)) == nil)
    }

    @Test func `a token expires at its second, and not before`() async throws {
        let ann = try await add("ann")
        let token = try await token(of: ann, 1)
        #expect(!token.isExpired(at: now.advanced(milliseconds: 59_999)))
        #expect(token.isExpired(at: now.advanced(milliseconds: 60_000)))
        #expect(try await !self.token(of: ann, 2, lifetime: nil).isExpired(at: now))
    }

    @Test func `the newest use is kept, and a revoked token is gone`() async throws {
        let token = try await token(of: add("ann"), 1)
        try await register.use(token.id, at: now.advanced(seconds: 60))
        try await register.use(token.id, at: now.advanced(seconds: 30))
        let used = try await register.tokens(of: nil)
        #expect(used.first?.usedAt == now.advanced(seconds: 60))
        #expect(try await register.revoke(token.id).label == "ci")
        #expect(try await register.token(digest: digest(1)) == nil)
        await #expect(throws: AccountFailure.unknownToken("\(token.id)")) {
            try await register.revoke(token.id)
        }
    }

    @Test func `an account has a hundred tokens`() async throws {
        let ann = try await add("ann")
        for seed in 0..<UInt8(APIToken.largestCount) { _ = try await token(of: ann, seed) }
        await #expect(throws: AccountFailure.tooManyTokens) { try await token(of: ann, 200) }
        _ = try await token(of: add("bob"), 201)
    }

    // MARK: Second factors

    @Test func `a second factor is kept, and changes end the other sessions`() async throws {
        let ann = try await add("ann")
        #expect(try await register.secondFactor(of: ann.id) == nil)
        let sessions = try await [UInt8(1), 2].asyncMap { seed in
            try await register.begin(
                NewSession(
                    account: ann.id, tokenDigest: digest(seed), address: "",
                    agent: DeviceText("")), at: now)
        }
        let secret = SecretBytes([1, 2, 3])
        try await register.setSecondFactor(
            of: ann.id, secret: secret, usedStep: 7, recovery: [digest(5), digest(6)],
            except: sessions[0].id)
        #expect(try await register.sessions(of: ann.id) == [sessions[0]])
        #expect(try await register.account(ann.id)?.hasSecondFactor == true)
        let factor = try await register.secondFactor(of: ann.id)
        #expect(factor == SecondFactor(secret: secret, usedStep: 7, recoveryLeft: 2))
        try await register.removeSecondFactor(of: ann.id, except: nil)
        #expect(try await register.secondFactor(of: ann.id) == nil)
        #expect(try await register.sessions(of: ann.id).isEmpty)
        #expect(try await !register.useRecoveryCode(of: ann.id, digest: digest(5)))
    }

    @Test func `a code and a recovery code count once, and of two at once one`() async throws {
        let ann = try await add("ann")
        #expect(try await !register.useCode(of: ann.id, step: 9))
        try await register.setSecondFactor(
            of: ann.id, secret: SecretBytes([1]), usedStep: 7, recovery: [digest(5)], except: nil)
        for (step, counts) in [(7, false), (6, false), (8, true), (8, false), (9, true)] {
            #expect(try await register.useCode(of: ann.id, step: Int64(step)) == counts, "\(step)")
        }
        let uses = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask { [register] in
                    try await register.useRecoveryCode(
                        of: ann.id, digest: [UInt8](repeating: 5, count: 32))
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(uses == 1)
        try await register.replaceRecoveryCodes(of: ann.id, with: [digest(8), digest(9)])
        #expect(try await register.secondFactor(of: ann.id)?.recoveryLeft == 2)
    }
}

extension Sequence {
    /// One after the other.
    fileprivate func asyncMap<Value>(
        _ transform: (Element) async throws -> Value
    ) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
