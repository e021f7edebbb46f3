import PollerModel
import Testing

/// Scopes that name trees and branches of them.
@Suite struct TreeScopeTests {
    private static let berlin = TreeFixture.node(1)
    private static let inner = TreeFixture.node(2)

    /// A branch with a device, in it a branch with a rule, and beside it a site.
    private static func tree() throws -> Tree {
        try TreeFixture.tree([
            .add(.branch(.byHand), name: "North/East", in: nil),
            .add(.branch(.byHand), name: "Core", in: berlin),
            .add(.device(DeviceID(4)), name: nil, in: berlin),
            .add(TreeFixture.rule { $0.tag = "core" }, name: nil, in: inner),
            .add(.site("ATTIC"), name: "Attic", in: nil),
            .add(.graph(GraphID(1_000)), name: nil, in: inner),
            .add(TreeFixture.rule { $0.titleLike = Glob("*") }, name: nil, in: nil),
        ])
    }

    private func seen(_ part: AccessScope.Part, _ trees: [TreeID: Tree]) -> Set<Int64> {
        let seen = TreeFixture.definitions.restricted(to: .parts([part]), by: trees)
        return Set(seen.devices.keys.map(\.rawValue))
    }

    @Test func `a tree, a branch and what is in it cover what they hold whole`() throws {
        let tree = try Self.tree()
        let trees = [tree.id: tree]
        #expect(seen(.tree(tree.id, below: nil), trees) == [1, 2, 3, 4])
        #expect(seen(.tree(tree.id, below: Self.berlin), trees) == [1, 2, 4])
        #expect(seen(.tree(tree.id, below: Self.inner), trees) == [1, 2])
        #expect(seen(.tree(tree.id, below: TreeFixture.node(3)), trees) == [4])
        #expect(seen(.tree(tree.id, below: TreeFixture.node(5)), trees) == [3])
        // Graphs, and rules about titles, hold no device.
        #expect(seen(.tree(tree.id, below: TreeFixture.node(6)), trees) == [])
        #expect(seen(.tree(tree.id, below: TreeFixture.node(7)), trees) == [])
    }

    @Test func `what is removed covers nothing, and never everything`() throws {
        var tree = try Self.tree()
        let part = AccessScope.Part.tree(tree.id, below: Self.inner)
        #expect(!part.isGone(by: [tree.id: tree]))
        try tree.apply(.remove(Self.inner))
        let trees = [tree.id: tree]
        #expect(seen(part, trees) == [] && part.isGone(by: trees))
        #expect(part.shown(by: trees) == "tree:1/2 (is removed, and covers nothing)")
        #expect(seen(part, [:]) == [] && part.isGone(by: [:]))
        let whole = AccessScope.Part.tree(TreeID(9), below: nil)
        #expect(seen(whole, trees) == [] && whole.isGone(by: trees))
        let device = try #require(TreeFixture.definitions.devices[DeviceID(1)]).device
        #expect(!AccessScope.parts([part, whole]).covers(device, by: trees))
    }

    @Test func `a branch covers the same after it was moved and renamed`() throws {
        var tree = try Self.tree()
        let part = AccessScope.Part.tree(tree.id, below: Self.inner)
        try tree.apply(.move(Self.inner, to: nil, before: nil))
        try tree.apply(.renameNode(Self.inner, "Backbone"))
        let trees = [tree.id: tree]
        #expect(seen(part, trees) == [1, 2])
        #expect(part.shown(by: trees) == "tree:Net/Backbone")
        // It follows what its rule takes.
        var rule = MemberRule()
        rule.tag = "lab"
        try tree.apply(.setRule(TreeFixture.node(4), TreeRule(members: rule)))
        #expect(seen(part, [tree.id: tree]) == [2])
    }

    @Test func `one device and all of them are judged alike`() throws {
        let tree = try Self.tree()
        let nodes: [TreeNodeID?] = [nil] + (1...8).map { TreeFixture.node($0) }
        for node in nodes {
            let held = tree.devices(in: TreeFixture.definitions, below: node)
            for definition in TreeFixture.definitions.devices.values {
                let device = definition.device
                #expect(tree.holds(device, below: node) == held.contains(device.id))
                let scope = AccessScope.parts([.site("nowhere"), .tree(tree.id, below: node)])
                let covers = scope.covers(device, by: [tree.id: tree])
                #expect(covers == held.contains(device.id))
            }
        }
    }

    @Test(arguments: [
        ("tree:Net", "tree:1"), ("tree:1", "tree:1"), ("tree:1/2", "tree:1/2"),
        ("tree:Net/North/East", "tree:1/1"), ("tree:Net/North/East/Core", "tree:1/2"),
        ("tree:Net/Attic", "tree:1/5"), ("site:tree:Net", "site:tree:Net"),
    ])
    func `trees are typed by their names and kept by their ids`(typed: String, kept: String) throws
    {
        let tree = try Self.tree()
        let scope = try AccessScope(texts: [typed], by: [tree.id: tree])
        #expect(scope.texts == [kept])
    }

    @Test func `a tree whose name is a number is found by its name, unless an id is meant`() throws
    {
        let number = Tree(
            id: TreeID(5), name: "2", changedAt: TreeFixture.now, changedBy: "anna")
        let trees = [number.id: number]
        #expect(try AccessScope(texts: ["tree:2"], by: trees).texts == ["tree:5"])
        #expect(try AccessScope(texts: ["tree:5"], by: trees).texts == ["tree:5"])
    }

    @Test func `what a scope has already stays what it is, though its tree is gone`() throws {
        let number = Tree(
            id: TreeID(5), name: "3", changedAt: TreeFixture.now, changedBy: "anna")
        let trees = [number.id: number]
        let present = AccessScope.parts([.tree(TreeID(3), below: nil), .site("berlin")])
        let kept = try AccessScope(
            texts: ["tree:3", "site:berlin", "tag:core"], by: trees, keeping: present)
        #expect(kept.texts == ["tree:3", "site:berlin", "tag:core"])
        #expect(try AccessScope(texts: ["tree:3"], by: trees).texts == ["tree:5"])
        #expect(throws: AccessScope.Mistake.self) {
            try AccessScope(texts: ["tree:4"], by: trees, keeping: present)
        }
    }

    @Test func `a scope is within another that has each of its parts`() {
        let both = AccessScope.parts([.site("berlin"), .tag("core")])
        #expect(AccessScope.parts([.tag("core")]).isWithin(both) && both.isWithin(both))
        #expect(AccessScope.parts([]).isWithin(both) && both.isWithin(.everything))
        #expect(!both.isWithin(.parts([.tag("core")])) && !AccessScope.everything.isWithin(both))
        #expect(AccessScope.everything.isWithin(.everything))
    }

    @Test(arguments: ["tree:net", "tree:Nett", "tree:2", "tree:1/99", "tree:Net/North", "tree:"])
    func `a tree or branch that is not there is refused with the name that was meant`(text: String)
        throws
    {
        let tree = try Self.tree()
        let mistake = #expect(throws: AccessScope.Mistake.self) {
            try AccessScope(texts: [text], by: [tree.id: tree])
        }
        #expect(mistake?.words.contains("no tree") == true, "\(mistake?.words ?? "")")
        if text == "tree:Nett" { #expect(mistake?.words.contains("Net") == true) }
    }

    @Test func `an explanation names the tree by its path`() throws {
        let tree = try Self.tree()
        let account = Account(
            id: AccountID(1), name: try AccountName("ann"), role: .viewer,
            scope: .parts([.tree(tree.id, below: Self.inner)]), isDisabled: false,
            mustChangePassword: false, createdAt: TreeFixture.now,
            passwordChangedAt: TreeFixture.now)
        let explain = { (id: Int64, trees: [TreeID: Tree]) in
            AccessExplanation(
                of: account, .device(DeviceID(id)), in: TreeFixture.definitions, by: trees)
        }
        let seen = try #require(explain(1, [tree.id: tree]))
        #expect(seen.sees)
        #expect(
            seen.reasons.contains(
                "the scope has tree:Net/North/East/Core, and so covers device 1 (sw10)"),
            "\(seen.reasons)")
        let gone = try #require(explain(1, [:]))
        #expect(!gone.sees)
        #expect(gone.reasons.contains { $0.contains("is removed, and covers nothing") })
    }

    @Test func `a graph of many data sources is seen where the tree holds all its devices`() throws
    {
        let tree = try Self.tree()
        let definitions = AggregateFixture.definitions(
            Array(TreeFixture.definitions.devices.values),
            aggregates: [
                AggregateFixture.aggregate(.list([DataSourceID(1_000)]), id: 900),
                AggregateFixture.aggregate(
                    .list([DataSourceID(1_000), DataSourceID(3_000)]), id: 901),
            ])
        let seen = definitions.restricted(
            to: .parts([.tree(tree.id, below: Self.inner)]), by: [tree.id: tree])
        #expect(Set(seen.aggregates.keys) == [GraphID(900)])
    }
}
