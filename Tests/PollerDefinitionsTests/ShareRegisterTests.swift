import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Shares and their keys in a real database.
@Suite struct ShareRegisterTests {
    private let fixture: InventoryFixture
    private var register: Inventory { fixture.inventory }

    init() throws { fixture = try InventoryFixture() }

    private func new(graph: Int64 = 1, lifetime: Int64? = 3_600, key: Int64 = 1) -> NewShare {
        NewShare(
            graph: GraphID(graph), scope: .graph, label: "wiki", createdBy: "root",
            expiresAt: lifetime.map { fixture.now.advanced(seconds: $0) }, key: SigningKeyID(key))
    }

    private func secret(_ seed: UInt8) -> SecretBytes {
        SecretBytes([UInt8](repeating: seed, count: SigningKey.byteCount))
    }

    @Test func `shares and keys are kept over a restart`() async throws {
        let key = try await register.addSigningKey(secret(1), at: fixture.now)
        let scope = try #require(ShareScope(text: "picture png now-1d now 700 200 1 dark"))
        var picture = new()
        picture = NewShare(
            graph: picture.graph, scope: scope, label: nil, createdBy: "o'brien", expiresAt: nil,
            key: key.id)
        let first = try await register.add(new(), at: fixture.now)
        let second = try await register.add(picture, at: fixture.now)
        #expect(first.id == ShareID(1) && second.scope == scope && second.expiresAt == nil)
        try register.close()
        let reopened = try fixture.reopened()
        #expect(try await reopened.shares(of: nil) == [first, second])
        #expect(try await reopened.share(second.id) == second)
        #expect(try await reopened.signingKeys() == [key])
    }

    @Test func `shares of one graph are listed alone, also when it is gone`() async throws {
        _ = try await register.add(new(graph: 1), at: fixture.now)
        let other = try await register.add(new(graph: 2), at: fixture.now)
        #expect(try await register.shares(of: GraphID(2)) == [other])
        #expect(try await register.shares(of: GraphID(3)).isEmpty)
        #expect(try await register.share(ShareID(9)) == nil)
    }

    @Test func `a share is revoked once, and an unknown one not at all`() async throws {
        let share = try await register.add(new(), at: fixture.now)
        let later = fixture.now.advanced(seconds: 5)
        #expect(try await register.revoke(share.id, at: later).revokedAt == later)
        let again = try await register.revoke(share.id, at: later.advanced(seconds: 5))
        #expect(again.revokedAt == later)
        await #expect(throws: ShareFailure.unknownShare(ShareID(9))) {
            try await register.revoke(ShareID(9), at: later)
        }
    }

    @Test func `uses add up, and those of what is gone are left out`() async throws {
        let share = try await register.add(new(), at: fixture.now)
        #expect(share.use == nil)
        let time = fixture.now.advanced(seconds: 10)
        try await register.count([share.id: ShareUse(count: 2, lastAt: time)])
        try await register.count([
            share.id: ShareUse(count: 3, lastAt: fixture.now),
            ShareID(9): ShareUse(count: 1, lastAt: time),
        ])
        #expect(try await register.share(share.id)?.use == ShareUse(count: 5, lastAt: time))
    }

    @Test func `what ended is forgotten after 90 days, and not before`() async throws {
        let expired = try await register.add(new(lifetime: 60), at: fixture.now)
        let revoked = try await register.add(new(lifetime: nil), at: fixture.now)
        let kept = try await register.add(new(lifetime: nil), at: fixture.now)
        _ = try await register.revoke(revoked.id, at: fixture.now.advanced(seconds: 120))
        let end = fixture.now.advanced(seconds: 60 + Share.rememberedSeconds)
        _ = try await register.add(new(), at: end.advanced(milliseconds: -1))
        #expect(try await register.share(expired.id) != nil)
        _ = try await register.add(new(), at: end)
        #expect(try await register.share(expired.id) == nil)
        #expect(try await register.share(revoked.id) != nil)
        _ = try await register.add(new(), at: end.advanced(seconds: 60))
        #expect(try await register.share(revoked.id) == nil)
        #expect(try await register.share(kept.id) == kept)
    }

    @Test func `there are 10,000 shares at most, and the valid ones are not given up`()
        async throws
    {
        try fixture.tamper(
            """
            INSERT INTO share (graph, scope, created_at, created_by, signing_key)
                WITH RECURSIVE number (n) AS (
                    SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < \(Share.largestCount))
                SELECT 1, 'graph', 0, 'root', 1 FROM number;
            """)
        let full = try fixture.reopened()
        let last = try await full.add(new(), at: fixture.now)
        await #expect(throws: ShareFailure.tooManyShares) {
            try await full.add(new(), at: fixture.now)
        }
        _ = try await full.revoke(last.id, at: fixture.now)
        let next = try await full.add(new(), at: fixture.now)
        #expect(try await full.share(last.id) == nil)
        #expect(next.id > last.id)
        #expect(try await full.shares(of: nil).count == Share.largestCount)
    }

    @Test func `a key is removed with what it signed, and there are 16 at most`() async throws {
        for seed in 1...UInt8(SigningKey.largestCount) {
            _ = try await register.addSigningKey(secret(seed), at: fixture.now)
        }
        await #expect(throws: ShareFailure.tooManyKeys) {
            try await register.addSigningKey(secret(99), at: fixture.now)
        }
        let old = try await register.add(new(key: 1), at: fixture.now)
        let new = try await register.add(new(key: 2), at: fixture.now)
        let later = fixture.now.advanced(seconds: 9)
        #expect(try await register.removeSigningKey(SigningKeyID(1), at: later) == 1)
        #expect(try await register.signingKey(SigningKeyID(1)) == nil)
        #expect(try await register.share(old.id)?.revokedAt == later)
        #expect(try await register.share(new.id)?.revokedAt == nil)
        await #expect(throws: ShareFailure.unknownKey(SigningKeyID(1))) {
            try await register.removeSigningKey(SigningKeyID(1), at: later)
        }
        // An id is not given again, or old tokens could become another key's.
        let next = try await register.addSigningKey(secret(99), at: fixture.now)
        #expect(next.id == SigningKeyID(17))
    }

    @Test(arguments: [
        "UPDATE share SET scope = 'all'", "UPDATE share SET created_at = -1",
        "UPDATE share SET revoked_at = 999999999999999",
    ])
    func `a row that cannot be read is a failure with words`(sql: String) async throws {
        _ = try await register.add(new(), at: fixture.now)
        try fixture.tamper(sql)
        let reopened = try fixture.reopened()
        await #expect {
            try await reopened.shares(of: nil)
        } throws: { ($0 as? ShareFailure)?.words.contains("share 1 is not readable") == true }
    }
}
