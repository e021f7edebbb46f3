import PollerModel
import Testing

@Suite struct AccessExplanationTests {
    private let definitions: Definitions
    private static let now = Timestamp(seconds: 1_795_000_000)

    init() throws {
        let places = [("berlin", ["core"]), ("paris", ["edge"]), ("berlin", [])]
        let devices = places.enumerated().map { index, place in
            AggregateFixture.device(
                Int64(index + 1), "sw\(index + 1)", titles: ["traffic"], tags: place.1,
                site: place.0)
        }
        let sum = Aggregate(
            id: GraphID(10), title: "sum", template: "interface_traffic",
            members: .list([DataSourceID(1_000), DataSourceID(2_000)]), arrangement: .sum,
            createdAt: Self.now)
        definitions = Definitions(
            version: 1, catalogue: AggregateFixture.catalogue, devices: devices,
            aggregates: [sum])
    }

    private static func account(
        _ role: Role = .operator, _ scope: AccessScope, isDisabled: Bool = false,
        mustChange: Bool = false
    ) throws -> Account {
        Account(
            id: AccountID(1), name: try AccountName("ann"), role: role, scope: scope,
            isDisabled: isDisabled, mustChangePassword: mustChange, createdAt: now,
            passwordChangedAt: now)
    }

    private func explain(
        _ account: Account, _ kind: String, _ id: String
    ) throws -> AccessExplanation? {
        AccessExplanation(
            of: account, try #require(AccessExplanation.Object(kind: kind, id: id)),
            in: definitions, by: [:])
    }

    @Test func `the part of a scope that covers a device is named`() throws {
        let scope = AccessScope.parts([.site("rome"), .tag("core")])
        let seen = try #require(try explain(Self.account(.operator, scope), "device", "1"))
        #expect(seen.sees && seen.operates)
        #expect(seen.reasons.contains { $0.contains("tag:core") && $0.contains("device 1 (sw1)") })
        let unseen = try #require(try explain(Self.account(.operator, scope), "graph", "2000"))
        #expect(!unseen.sees && !unseen.operates)
        #expect(
            unseen.reasons.contains("graph 2000 of device 2 has the site paris and the tags edge"))
        #expect(unseen.reasons.contains { $0.contains("does not cover it") })
    }

    @Test func `a role that only looks is said to change nothing`() throws {
        let seen = try #require(try explain(Self.account(.viewer, .everything), "graph", "1000"))
        #expect(seen.sees && !seen.operates)
        #expect(seen.reasons.contains("the role is viewer: sees devices and graphs"))
    }

    @Test func `whoever is disabled or has to choose a password sees nothing, and is told why`()
        throws
    {
        let disabled = try Self.account(.administrator, .everything, isDisabled: true)
        let first = try #require(try explain(disabled, "device", "1"))
        #expect(!first.sees && first.reasons[0] == "ann is disabled, and cannot log in")
        let changing = try Self.account(.administrator, .everything, mustChange: true)
        let second = try #require(try explain(changing, "device", "1"))
        #expect(!second.sees && second.reasons[0].contains("another password"))
    }

    @Test func `a graph of many devices names one that is left out`() throws {
        let scope = AccessScope.parts([.site("berlin")])
        let unseen = try #require(try explain(Self.account(.operator, scope), "graph", "10"))
        #expect(!unseen.sees)
        #expect(
            unseen.reasons.contains { $0.contains("leaves out 1 of them") && $0.contains("sw2") })
        let both = AccessScope.parts([.site("berlin"), .site("paris")])
        let seen = try #require(try explain(Self.account(.operator, both), "graph", "10"))
        #expect(seen.sees && seen.reasons.contains { $0.contains("covers them all") })
    }

    @Test func `whoever does not see something is told what to change, and else nothing`() throws {
        let scope = AccessScope.parts([.site("rome"), .tag("core")])
        #expect(try explain(Self.account(.operator, scope), "device", "1")?.fixes == [])
        #expect(
            try explain(Self.account(.operator, scope), "data-source", "2000")?.fixes
                == [
                    "add a part that covers it: pollerctl user scope ann site:rome tag:core site:paris"
                ])
        #expect(
            try explain(Self.account(.viewer, .everything, isDisabled: true), "graph", "1000")?
                .fixes == ["pollerctl user enable ann"])
        let disabled = try Self.account(.operator, .parts([]), isDisabled: true)
        #expect(
            try explain(disabled, "device", "3")?.fixes == [
                "pollerctl user enable ann",
                "add a part that covers it: pollerctl user scope ann site:berlin",
            ])
        let sum = try #require(try explain(Self.account(.operator, .parts([])), "graph", "10"))
        #expect(sum.fixes.count == 1 && sum.fixes[0].contains("all 2 devices"))
        let nobody = AccessExplanation(nobodyCalled: "bob")
        #expect(!nobody.sees && !nobody.operates && nobody.fixes[0].contains("user add bob"))
    }

    @Test func `commands are such as a shell takes, and name nothing that is gone`() throws {
        let device = AggregateFixture.device(
            7, "it's $HOME", titles: ["traffic"], tags: [], site: nil)
        let other = AggregateFixture.device(
            8, "sw8", titles: ["traffic"], tags: [], site: "Bern; rm")
        let all = Definitions(
            version: 1, catalogue: AggregateFixture.catalogue, devices: [device, other],
            aggregates: [])
        let fix = { (id: Int64, scope: AccessScope) in
            AccessExplanation(
                of: try Self.account(.operator, scope), .device(DeviceID(id)), in: all, by: [:])?
                .fixes.first
        }
        let gone = AccessScope.Part.tree(TreeID(3), below: nil)
        #expect(
            try fix(8, .parts([gone, .site("a b")]))
                == "add a part that covers it: pollerctl user scope ann 'site:a b' 'site:Bern; rm'")
        let sites = try #require(try fix(7, .parts([gone, .site("a b")])))
        #expect(
            sites.hasSuffix("pollerctl device edit 'it'\\''s $HOME' --site 'a b'"), "\(sites)")
        #expect(try fix(7, .parts([.site("x"), .tag("y")]))?.hasSuffix("--tag y") == true)
        let none = try #require(try fix(7, .parts([gone])))
        #expect(none.hasSuffix("--tag TAG, and pollerctl user scope ann tag:TAG"), "\(none)")
        #expect(AccessExplanation(nobodyCalled: "a b").fixes[0].contains("user add 'a b' --role"))
    }

    @Test func `doing what is said makes somebody see it`() throws {
        for id in ["1000", "2000", "3000"] {
            let unseen = try #require(
                try explain(Self.account(.operator, .parts([])), "data-source", id))
            #expect(!unseen.sees)
            let parts = try #require(unseen.fixes.last?.split(separator: " ann ").last)
            let scope = AccessScope.parts(
                parts.split(separator: " ").compactMap { AccessScope.Part(text: $0) })
            #expect(try explain(Self.account(.operator, scope), "data-source", id)?.sees == true)
        }
    }

    @Test func `what is no object has no explanation`() throws {
        let account = try Self.account(.viewer, .everything)
        #expect(try explain(account, "device", "9") == nil)
        #expect(try explain(account, "graph", "9") == nil)
        #expect(AccessExplanation.Object(kind: "tree", id: "1") == nil)
        #expect(AccessExplanation.Object(kind: "device", id: "x") == nil)
    }

    @Test func `what is explained is what the one policy decides`() throws {
        let parts: [AccessScope.Part] = [
            .site("berlin"), .site("paris"), .tag("core"), .tag("edge"),
        ]
        for bits in 0..<16 {
            let scope = AccessScope.parts(
                parts.indices.filter { bits >> $0 & 1 == 1 }.map { parts[$0] })
            let seen = definitions.restricted(to: scope, by: [:])
            let objects: [(String, [Int64])] = [
                ("device", [1, 2, 3]), ("graph", [1_000, 2_000, 3_000, 10]),
                ("data-source", [1_000, 2_000, 3_000]),
            ]
            for (kind, ids) in objects {
                for id in ids {
                    let said = try #require(
                        try explain(Self.account(.operator, scope), kind, "\(id)"))
                    let isThere =
                        kind == "device"
                        ? seen.devices[DeviceID(id)] != nil
                        : kind == "data-source"
                            ? seen.dataSource(DataSourceID(id)) != nil
                            : seen.graph(GraphID(id)) != nil || seen.aggregates[GraphID(id)] != nil
                    #expect(said.sees == isThere, "\(scope.words): \(kind) \(id)")
                }
            }
        }
    }
}
