import PollerModel
import Testing

@Suite struct AccountTests {
    private static let now = Timestamp(seconds: 1_795_000_000)

    private static func account(
        _ role: Role, scope: AccessScope = .everything, isDisabled: Bool = false,
        mustChange: Bool = false
    ) throws -> Account {
        Account(
            id: AccountID(1), name: try AccountName("ann"), role: role, scope: scope,
            isDisabled: isDisabled, mustChangePassword: mustChange, createdAt: now,
            passwordChangedAt: now)
    }

    private static func device(site: String?, tags: [String]) throws -> Device {
        Device(
            id: DeviceID(1), name: "sw1",
            target: SNMPTarget(
                host: .address(IPAddress(v4: 1)), credentials: .community(Secret("x"))),
            step: try #require(Step(seconds: 60)), template: "generic_snmp", site: site,
            tags: tags, system: SystemDescription(), createdAt: now)
    }

    // MARK: Names

    @Test(arguments: ["a", "ann", "Ann.B-c_d+e@f", String(repeating: "x", count: 64), "0"])
    func `letters, digits and six signs make a name`(text: String) throws {
        #expect(try AccountName(text).description == text)
    }

    @Test(arguments: [
        "", " ", "a b", "ann\n", "ännchen", "аnn", "a/b", "a\u{301}", "<b>", "名",
        String(repeating: "x", count: 65),
    ])
    func `nothing else is a name`(text: String) {
        #expect(throws: AccountName.Mistake.self) { try AccountName(text) }
    }

    @Test func `the case of a name is kept and does not matter`() throws {
        #expect(try AccountName("Ann") == AccountName("aNN"))
        #expect(try AccountName("Ann").description == "Ann")
        #expect(try Set([AccountName("Ann"), AccountName("ann")]).count == 1)
    }

    // MARK: Passwords

    @Test(arguments: [
        (String(repeating: "ab3d.", count: 2) + "x", "at least 12"),
        ("password1234", "among the first"), ("Passwort-2026", "among the first"),
        ("pass.word-pass.word", "among the first"), ("pollerd-pollerd", "among the first"),
        ("my ann-smith is it", "name of the account"),
        ("my ANN-SMITH is it", "name of the account"),
        ("abababababab", "too few"), ("abcdabcdabcd", "too few"),
        (String(repeating: "abcdef", count: 171), "at most 1024"),
    ])
    func `a password that is too easy is told so`(text: String, words: String) throws {
        let objection = PasswordRule.objection(to: text, of: try AccountName("ann-smith"))
        #expect(objection?.contains(words) == true, "\(objection ?? "none")")
    }

    @Test(arguments: [
        "ab3d.ab3d.xy", "correct horse battery", "passwords are easy", "abcdeabcdeab",
        "ÄÖÜäöüßß-123",
        String(repeating: "abcdef", count: 170) + "abcd",
    ])
    func `any other of twelve characters is a password`(text: String) throws {
        #expect(PasswordRule.objection(to: text, of: try AccountName("ann-smith")) == nil)
    }

    @Test func `a name of three letters may stand in a password by chance`() throws {
        #expect(PasswordRule.objection(to: "a planned path 7", of: try AccountName("ann")) == nil)
    }

    // MARK: Scopes

    @Test func `a scope is read from its texts and written to them`() throws {
        #expect(try AccessScope(texts: []) == .everything)
        let scope = try AccessScope(texts: ["site:Berlin", "tag:core:1", "site:Berlin"])
        #expect(scope == .parts([.site("Berlin"), .tag("core:1")]))
        #expect(scope.texts == ["site:Berlin", "tag:core:1"])
        #expect(scope.words == "site:Berlin, tag:core:1")
        #expect(AccessScope.everything.texts == nil && AccessScope.everything.words == "everything")
        #expect(AccessScope.parts([]).words == "nothing")
    }

    @Test(arguments: [
        "", "Berlin", "site:", "tree:", "tree:x", "tree:1/", "tree:1/x",
        "tree:1/2/3", "tree:-1", "SITE:x", ":x", "site:a\nb", "tag:a\r\nb", "site:\u{7}",
        "tag:a\u{85}b", "site:a\u{2028}b", "site:a\tb",
    ])
    func `what is no part of a scope is refused in words`(text: String) {
        let mistake = #expect(throws: AccessScope.Mistake.self) {
            try AccessScope(texts: ["site:ok", text])
        }
        #expect(mistake?.words.contains("site:NAME") == true)
    }

    @Test func `a scope has a hundred parts of two hundred characters`() throws {
        let hundred = (0..<100).map { "site:\($0)" }
        #expect(try AccessScope(texts: hundred).texts?.count == 100)
        #expect(throws: AccessScope.Mistake.self) { try AccessScope(texts: hundred + ["tag:x"]) }
        #expect(AccessScope.Part(text: "tag:" + String(repeating: "ä", count: 200)) != nil)
        #expect(AccessScope.Part(text: "tag:" + String(repeating: "ä", count: 201)) == nil)
    }

    @Test func `a scope covers devices of its sites and tags, exactly as they are written`() throws
    {
        let scope = AccessScope.parts([.site("Berlin"), .tag("core")])
        for (site, tags, covers) in [
            ("Berlin", [], true), ("Paris", ["edge", "core"], true), ("Paris", ["edge"], false),
            ("berlin", [], false), (nil, [], false), ("core", ["Berlin"], false),
        ] as [(String?, [String], Bool)] {
            let device = try Self.device(site: site, tags: tags)
            #expect(scope.covers(device, by: [:]) == covers, "\(site ?? "none") \(tags)")
            #expect((scope.part(covering: device, by: [:]) != nil) == covers)
            #expect(AccessScope.everything.covers(device, by: [:]))
            #expect(!AccessScope.parts([]).covers(device, by: [:]))
        }
        #expect(
            scope.part(covering: try Self.device(site: "Paris", tags: ["core"]), by: [:])
                == .tag("core"))
    }

    // MARK: Sessions

    @Test(
        arguments: [
            (43_199, 0, nil), (43_200, 0, .idle), (604_799, 604_799, nil), (604_800, 604_799, .old),
            (604_800, 604_800, .old), (-86_400, 0, nil),
        ] as [(Int64, Int64, Session.End?)])
    func `a session ends after twelve idle hours, and after a week`(
        now: Int64, used: Int64, end: Session.End?
    ) {
        let session = Session(
            id: SessionID(1), account: AccountID(1), createdAt: Self.now,
            usedAt: Self.now.advanced(seconds: used), address: "", agent: DeviceText(""))
        #expect(session.end(at: Self.now.advanced(seconds: now)) == end)
    }

    // MARK: Roles and permissions

    @Test func `each role may what the ones before it may`() {
        #expect(Role.viewer < .operator && Role.operator < .administrator)
        #expect(Role.allCases.sorted() == [.viewer, .operator, .administrator])
    }

    @Test func `what a permission says of each kind of viewer`() throws {
        let refused = { (role: Role) in AccessVerdict.refused(needs: role) }
        let viewers: [(Viewer, [AccessVerdict])] = [
            // open, own, view, operate, administer
            (.nobody, [.allowed, .needsLogin, .needsLogin, .needsLogin, .needsLogin]),
            (.guest, [.allowed, .needsLogin, .allowed, .needsLogin, .needsLogin]),
            (
                Viewer(try Self.account(.viewer)),
                [.allowed, .allowed, .allowed, refused(.operator), refused(.administrator)]
            ),
            (
                Viewer(try Self.account(.operator)),
                [.allowed, .allowed, .allowed, .allowed, refused(.administrator)]
            ),
            (
                Viewer(try Self.account(.administrator)),
                [.allowed, .allowed, .allowed, .allowed, .allowed]
            ),
            (.peer("root"), [.allowed, .allowed, .allowed, .allowed, .allowed]),
            (
                Viewer(try Self.account(.administrator, isDisabled: true)),
                [.allowed, .needsLogin, .needsLogin, .needsLogin, .needsLogin]
            ),
            (
                Viewer(try Self.account(.administrator, mustChange: true)),
                [.allowed, .allowed, .needsPassword, .needsPassword, .needsPassword]
            ),
        ]
        for (viewer, verdicts) in viewers {
            let all: [Permission] = [.open, .own, .view, .operate, .administer]
            #expect(all.map { $0.verdict(on: viewer) } == verdicts, "\(viewer.name)")
        }
        #expect(Permission.allCases.count == 5)
    }

    @Test func `a token has its own role, and never more than its account`() throws {
        for (own, token, both) in [
            (.administrator, .viewer, .viewer), (.viewer, .administrator, .viewer),
            (.operator, .operator, .operator),
        ] as [(Role, Role, Role)] {
            let viewer = Viewer(tokenOf: try Self.account(own), role: token, label: "ci")
            #expect(viewer.role == both && viewer.name == "ann (token ci)")
            #expect(viewer.account == AccountID(1))
        }
        let disabled = try Self.account(.administrator, isDisabled: true)
        #expect(Viewer(tokenOf: disabled, role: .viewer, label: "ci").role == nil)
        let scoped = try Self.account(.operator, scope: .parts([.site("a")]))
        #expect(Viewer(tokenOf: scoped, role: .viewer, label: "x").scope == .parts([.site("a")]))
    }
}
