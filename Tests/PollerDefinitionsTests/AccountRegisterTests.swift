import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Accounts, sessions and setup links in a real database.
@Suite struct AccountRegisterTests {
    private let fixture: InventoryFixture
    private var register: Inventory { fixture.inventory }
    private var now: Timestamp { fixture.now }

    init() throws { fixture = try InventoryFixture() }

    private func add(
        _ name: String, _ role: Role = .administrator, scope: AccessScope = .everything
    ) async throws -> Account {
        try await register.add(
            NewAccount(
                name: AccountName(name), role: role, scope: scope,
                password: PasswordHash("$scrypt$c4nary-hash")), at: now)
    }

    private func digest(_ seed: UInt8) -> [UInt8] { [UInt8](repeating: seed, count: 32) }

    private func begin(
        _ account: Account, _ seed: UInt8, at time: Timestamp? = nil
    ) async throws -> Session {
        try await register.begin(
            NewSession(
                account: account.id, tokenDigest: digest(seed), address: "192.0.2.1",
                agent: DeviceText("Firefox")), at: time ?? now)
    }

    @Test func `accounts and sessions are kept over a restart`() async throws {
        let scope = AccessScope.parts([.site("Berlin, Mitte"), .tag("core")])
        let ann = try await add("Ann")
        let bob = try await add("bob", .viewer, scope: scope)
        let session = try await begin(bob, 1)
        try register.close()
        let reopened = try fixture.reopened()
        let accounts = try await reopened.accounts()
        #expect(accounts.map(\.id) == [ann.id, bob.id] && accounts[1].scope == scope)
        #expect(accounts[0].lastLoginAt == nil && accounts[1].lastLoginAt == now)
        let found = try #require(try await reopened.session(digest: digest(1)))
        #expect(found.session == session && found.account.name == bob.name)
        let credentials = try #require(try await reopened.credentials(of: AccountName("aNN")))
        #expect(credentials.account.id == ann.id)
        #expect(credentials.password == PasswordHash("$scrypt$c4nary-hash"))
    }

    @Test func `a name is taken in all its cases`() async throws {
        _ = try await add("Ann")
        await #expect(throws: AccountFailure.nameTaken(try AccountName("aNN"))) {
            try await add("aNN")
        }
    }

    @Test func `an administrator has no scope, and it is said before the table refuses`()
        async throws
    {
        let scope = AccessScope.parts([.site("x")])
        await #expect(throws: AccountFailure.scopedAdministrator) {
            try await add("ann", .administrator, scope: scope)
        }
        _ = try await add("ann")
        let bob = try await add("bob", .operator, scope: scope)
        await #expect(throws: AccountFailure.scopedAdministrator) {
            try await register.change(bob.id, to: AccountChange(role: .administrator))
        }
        let both = AccountChange(role: .administrator, scope: .everything)
        #expect(try await register.change(bob.id, to: both).role == .administrator)
        await #expect(throws: AccountFailure.scopedAdministrator) {
            try await register.change(bob.id, to: AccountChange(scope: scope))
        }
    }

    @Test func `the last administrator who may log in stays one`() async throws {
        let ann = try await add("ann")
        let bob = try await add("bob")
        _ = try await add("eve", .operator)
        _ = try await register.change(bob.id, to: AccountChange(isDisabled: true))
        for change in [
            AccountChange(role: .operator), AccountChange(isDisabled: true),
            AccountChange(role: .viewer, isDisabled: true),
        ] {
            await #expect(throws: AccountFailure.lastAdministrator) {
                try await register.change(ann.id, to: change)
            }
        }
        await #expect(throws: AccountFailure.lastAdministrator) {
            try await register.removeAccount(ann.id)
        }
        #expect(try await register.account(ann.id) == ann)
        _ = try await register.change(bob.id, to: AccountChange(isDisabled: false))
        try await register.removeAccount(ann.id)
        #expect(try await register.accounts().count == 2)
    }

    @Test func `a change of rights or password ends the sessions, a rehash does not`() async throws
    {
        let ann = try await add("ann")
        let bob = try await add("bob")
        let other = try await begin(bob, 9)
        let changes: [() async throws -> Void] = [
            { _ = try await register.change(ann.id, to: AccountChange(role: .administrator)) },
            {
                try await register.setPassword(
                    of: ann.id, to: PasswordHash("$x"), mustChange: true, at: now)
            },
            { try await register.endSessions(of: ann.id, except: nil) },
        ]
        for (seed, change) in changes.enumerated() {
            _ = try await begin(ann, UInt8(seed))
            let old = try #require(try await register.credentials(of: ann.name)).password
            try await register.rehash(ann.id, from: old, as: PasswordHash("$y"))
            #expect(try await register.session(digest: digest(UInt8(seed))) != nil)
            try await change()
            #expect(try await register.session(digest: digest(UInt8(seed))) == nil)
        }
        #expect(try await register.sessions(of: bob.id) == [other])
        #expect(try await register.account(ann.id)?.mustChangePassword == true)
        try await register.removeAccount(bob.id)
        #expect(try await register.session(digest: digest(9)) == nil)
    }

    @Test func `a rehash of a password that was changed meanwhile changes nothing`() async throws {
        let ann = try await add("ann")
        let old = PasswordHash("$scrypt$c4nary-hash")
        try await register.rehash(ann.id, from: old, as: PasswordHash("$y"))
        try await register.rehash(ann.id, from: old, as: PasswordHash("$z"))
        let kept = try #require(try await register.credentials(of: ann.name))
        #expect(kept.password == PasswordHash("$y"))
    }

    @Test func `all other sessions end, or one`() async throws {
        let ann = try await add("ann")
        let first = try await begin(ann, 1)
        let second = try await begin(ann, 2)
        _ = try await begin(ann, 3)
        try await register.endSessions(of: ann.id, except: second.id)
        #expect(try await register.sessions(of: ann.id) == [second])
        try await register.endSession(first.id)
        try await register.endSession(second.id)
        #expect(try await register.sessions(of: ann.id).isEmpty)
    }

    @Test func `an account has fifty sessions, and the one that was used longest ago gives way`()
        async throws
    {
        let ann = try await add("ann")
        for seed in 0..<UInt8(Session.largestCount) {
            _ = try await begin(ann, seed, at: now.advanced(seconds: Int64(seed)))
        }
        let all = try await register.sessions(of: ann.id)
        #expect(all.count == Session.largestCount)
        // The first was used again, so the second is the oldest.
        let oldest = try #require(all.last)
        try await register.use(oldest.id, at: now.advanced(seconds: 1_000))
        _ = try await begin(ann, 200, at: now.advanced(seconds: 2_000))
        #expect(try await register.sessions(of: ann.id).count == Session.largestCount)
        #expect(try await register.session(digest: digest(0)) != nil)
        #expect(try await register.session(digest: digest(1)) == nil)
        #expect(try await register.session(digest: digest(2)) != nil)
    }

    @Test func `sessions of more than a week are cleared away at the next log-in`() async throws {
        let ann = try await add("ann")
        _ = try await begin(ann, 1)
        _ = try await begin(ann, 2, at: now.advanced(seconds: Session.longestSeconds - 1))
        #expect(try await register.sessions(of: ann.id).count == 2)
        _ = try await begin(ann, 3, at: now.advanced(seconds: Session.longestSeconds))
        #expect(try await register.session(digest: digest(1)) == nil)
        #expect(try await register.sessions(of: ann.id).count == 2)
    }

    @Test func `a use is never set back`() async throws {
        let ann = try await add("ann")
        let session = try await begin(ann, 1)
        try await register.use(session.id, at: now.advanced(seconds: 60))
        try await register.use(session.id, at: now.advanced(seconds: 30))
        #expect(
            try await register.sessions(of: ann.id).first?.usedAt == now.advanced(seconds: 60))
    }

    @Test func `a setup link counts until it is used, replaced or old`() async throws {
        let (end, name) = (now.advanced(seconds: 60), try AccountName("ann"))
        let account = NewAccount(
            name: name, role: .administrator, password: PasswordHash("$x"))
        try await register.addSetup(digest: digest(1), expiresAt: end)
        try await register.addSetup(digest: digest(2), expiresAt: end)
        #expect(try await register.isSetup(digest: digest(2), at: end.advanced(milliseconds: -1)))
        #expect(try await !register.isSetup(digest: digest(2), at: end))
        #expect(try await register.setUp(digest: digest(1), account, at: now) == nil)
        #expect(try await register.setUp(digest: digest(2), account, at: end) == nil)
        #expect(try await register.setUp(digest: digest(2), account, at: now)?.name == name)
        #expect(try await register.setUp(digest: digest(2), account, at: now) == nil)
        #expect(try await register.accounts().count == 1)
    }

    @Test func `a link whose account cannot be made is not used up`() async throws {
        _ = try await add("ann")
        try await register.addSetup(digest: digest(1), expiresAt: now.advanced(seconds: 60))
        let account = NewAccount(
            name: try AccountName("Ann"), role: .administrator, password: PasswordHash("$x"))
        await #expect(throws: AccountFailure.nameTaken(account.name)) {
            try await register.setUp(digest: digest(1), account, at: now)
        }
        #expect(try await register.isSetup(digest: digest(1), at: now))
    }

    @Test func `what is not there is said`() async throws {
        let id = AccountID(9)
        #expect(try await register.account(id) == nil)
        #expect(try await register.credentials(of: AccountName("x")) == nil)
        let unknown = AccountFailure.unknownAccount("9")
        await #expect(throws: unknown) { try await register.removeAccount(id) }
        await #expect(throws: unknown) {
            try await register.change(id, to: AccountChange(isDisabled: true))
        }
        await #expect(throws: unknown) {
            try await register.setPassword(
                of: id, to: PasswordHash("$x"), mustChange: false, at: now)
        }
    }

    @Test func `a damaged row is said without what stands in it`() async throws {
        let ann = try await add("ann")
        try register.close()
        let database = try DatabaseQueue(path: fixture.folder.path + "/pollerd.sqlite")
        try await database.write {
            try $0.execute(sql: "UPDATE account SET name = 'c4nary <name>'")
        }
        let failure = await #expect(throws: AccountFailure.self) {
            try await fixture.reopened().accounts()
        }
        #expect(failure?.words.contains("account \(ann.id) is not readable") == true)
        #expect(failure?.words.contains("c4nary") == false)
    }
}
