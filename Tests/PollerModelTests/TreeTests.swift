import PollerModel
import TestSupport
import Testing

/// How trees are changed.
@Suite struct TreeTests {
    private typealias Fixture = TreeFixture

    /// A [B [C], D], E
    private func small() throws -> Tree {
        try Fixture.tree([
            .add(.branch(.byHand), name: "A", in: nil),
            .add(.branch(.byHand), name: "B", in: Fixture.node(1)),
            .add(.branch(.byHand), name: "C", in: Fixture.node(2)),
            .add(.branch(.byHand), name: "D", in: Fixture.node(1)),
            .add(.branch(.byHand), name: "E", in: nil),
        ])
    }

    private func text(_ tree: Tree) -> String {
        tree.walk().map { "\($0.depth)\($0.node.name ?? "?")" }.joined(separator: " ")
    }

    private func changed(_ changes: TreeChange...) throws -> String {
        var tree = try small()
        for change in changes { try tree.apply(change) }
        return text(tree)
    }

    /// Why a change is refused; the tree must be as before.
    private func refusal(_ change: TreeChange) throws -> String? {
        let before = try small()
        var tree = before
        do {
            try tree.apply(change)
            return nil
        } catch {
            #expect(tree == before)
            return error.words
        }
    }

    @Test func `nodes stand in the order in which they were added`() throws {
        #expect(try text(small()) == "1A 2B 3C 2D 1E")
        #expect(try small().branches(above: Fixture.node(3)) == [1, 2].map { Fixture.node($0) })
    }

    @Test func `a node goes up and down among its own, and not beyond`() throws {
        #expect(try changed(.step(Fixture.node(4), .up)) == "1A 2D 2B 3C 1E")
        #expect(try changed(.step(Fixture.node(2), .up)) == "1A 2B 3C 2D 1E")
        #expect(try changed(.step(Fixture.node(1), .down)) == "1E 1A 2B 3C 2D")
        #expect(try changed(.step(Fixture.node(5), .down)) == "1A 2B 3C 2D 1E")
    }

    @Test func `a node is moved into another branch with all below it`() throws {
        let (b, d, e) = (Fixture.node(2), Fixture.node(4), Fixture.node(5))
        #expect(try changed(.move(b, to: e, before: nil)) == "1A 2D 1E 2B 3C")
        #expect(try changed(.move(b, to: nil, before: nil)) == "1A 2D 1E 1B 2C")
        #expect(try changed(.move(e, to: Fixture.node(1), before: d)) == "1A 2B 3C 2E 2D")
        // Before itself, and where it is.
        #expect(try changed(.move(b, to: Fixture.node(1), before: b)) == "1A 2B 3C 2D 1E")
        #expect(try changed(.move(d, to: Fixture.node(1), before: b)) == "1A 2D 2B 3C 1E")
    }

    @Test func `no branch comes into itself, and nothing into what is no branch`() throws {
        for target in [1, 2, 3] {
            let words = try refusal(
                .move(Fixture.node(1), to: Fixture.node(Int64(target)), before: nil))
            #expect(words?.contains("into itself") == true, "\(target)")
        }
        var tree = try small()
        try tree.apply(.add(.site("X"), name: nil, in: nil))
        #expect(throws: TreeFailure.self) {
            try tree.apply(.move(Fixture.node(5), to: Fixture.node(6), before: nil))
        }
        #expect(throws: TreeFailure.self) {
            try tree.apply(.add(.site("Y"), name: nil, in: Fixture.node(6)))
        }
        #expect(
            try refusal(.move(Fixture.node(5), to: Fixture.node(1), before: Fixture.node(3)))?
                .contains("another branch") == true)
        #expect(
            try refusal(.move(Fixture.node(9), to: nil, before: nil)) == "the tree has no node 9")
        #expect(try refusal(.step(Fixture.node(9), .up)) == "the tree has no node 9")
        #expect(try refusal(.remove(Fixture.node(9))) == "the tree has no node 9")
        #expect(try refusal(.renameNode(Fixture.node(9), nil)) == "the tree has no node 9")
    }

    @Test func `a branch is removed with all below it, and its numbers are not used again`()
        throws
    {
        var tree = try small()
        try tree.apply(.remove(Fixture.node(1)))
        #expect(text(tree) == "1E" && tree.nodes.count == 1)
        try tree.apply(.remove(Fixture.node(5)))
        #expect(tree.children.isEmpty)
        try tree.apply(.add(.site("X"), name: nil, in: nil))
        #expect(tree.nodes.keys.map(\.rawValue) == [6])
    }

    @Test func `what stands by name is not moved by steps`() throws {
        var tree = try small()
        try tree.apply(.order(nil, .byName))
        #expect(throws: TreeFailure.self) { try tree.apply(.step(Fixture.node(5), .up)) }
        try tree.apply(.step(Fixture.node(4), .up))
        try tree.apply(.order(Fixture.node(1), .byName))
        #expect(throws: TreeFailure.self) { try tree.apply(.step(Fixture.node(4), .down)) }
        #expect(tree.ordering(of: Fixture.node(1)) == .byName)
        #expect(tree.ordering(of: Fixture.node(2)) == .byHand)
    }

    @Test func `a tree is twelve levels deep at most, however it came there`() throws {
        var tree = try small()
        var parent: TreeNodeID?
        for level in 1...Tree.largestDepth {
            let id = Fixture.node(tree.nextNode)
            try tree.apply(.add(.branch(.byHand), name: "L\(level)", in: parent))
            parent = id
        }
        #expect(throws: TreeFailure.self) {
            try tree.apply(.add(.site("X"), name: nil, in: parent))
        }
        // B has C below it: two levels.
        let eleventh = Fixture.node(5 + Int64(Tree.largestDepth) - 1)
        let tenth = Fixture.node(5 + Int64(Tree.largestDepth) - 2)
        #expect(throws: TreeFailure.self) {
            try tree.apply(.move(Fixture.node(2), to: eleventh, before: nil))
        }
        try tree.apply(.move(Fixture.node(2), to: tenth, before: nil))
        #expect(tree.walk().map(\.depth).max() == Tree.largestDepth)
    }

    @Test func `a tree has 5,000 nodes at most`() throws {
        var tree = try Fixture.tree([])
        for _ in 0..<Tree.largestNodeCount {
            try tree.apply(.add(.device(DeviceID(1)), name: nil, in: nil))
        }
        #expect(throws: TreeFailure.self) {
            try tree.apply(.add(.device(DeviceID(1)), name: nil, in: nil))
        }
        try tree.apply(.remove(Fixture.node(1)))
        try tree.apply(.add(.device(DeviceID(1)), name: nil, in: nil))
    }

    @Test(arguments: [
        ("", false), ("x", true), (" x", false), ("x\ny", false), ("\u{202e}x", false),
        (String(repeating: "ü", count: Tree.longestName), true),
        (String(repeating: "ü", count: Tree.longestName + 1), false),
    ])
    func `names are printable and have an end`(name: String, isFit: Bool) throws {
        for change in [
            TreeChange.rename(name), .renameNode(Fixture.node(1), name),
            .add(.branch(.byHand), name: name, in: nil),
        ] { #expect((try refusal(change) == nil) == isFit, "\(change)") }
    }

    @Test func `a branch keeps a name, other nodes need none`() throws {
        #expect(try refusal(.renameNode(Fixture.node(1), nil)) == "a branch has a name")
        #expect(try refusal(.add(.branch(.byHand), name: nil, in: nil)) == "a branch has a name")
        var tree = try small()
        try tree.apply(.add(.site("X"), name: "Y", in: nil))
        try tree.apply(.renameNode(Fixture.node(6), nil))
        #expect(tree.nodes[Fixture.node(6)]?.name == nil)
    }

    @Test func `a rule is changed, and only where there is one`() throws {
        var tree = try small()
        try tree.apply(.add(Fixture.rule(), name: nil, in: nil))
        let rule = TreeRule(grouping: .template)
        try tree.apply(.setRule(Fixture.node(6), rule))
        #expect(tree.nodes[Fixture.node(6)]?.content == .rule(rule))
        #expect(try refusal(.setRule(Fixture.node(1), rule))?.contains("no rule") == true)
    }

    // MARK: As it was kept

    private func kept(_ nodes: [TreeNode], next: Int64 = 100) -> Tree? {
        Tree(
            id: TreeID(1), name: "Net", ordering: .byHand, version: 3, changedAt: Fixture.now,
            changedBy: "anna", nextNode: next, nodes: nodes)
    }

    private func node(
        _ id: Int64, in parent: Int64?, _ content: TreeNode.Content = .branch(.byHand)
    ) -> TreeNode {
        TreeNode(
            id: Fixture.node(id), parent: parent.map { Fixture.node($0) }, name: "n",
            content: content)
    }

    @Test func `what was kept is a tree, or nothing`() throws {
        #expect(kept([node(1, in: nil), node(2, in: 1)])?.walk().count == 2)
        #expect(kept([node(1, in: nil), node(2, in: 1)], next: 2) == nil)
        #expect(kept([node(1, in: nil), node(1, in: nil)]) == nil)
        #expect(kept([node(2, in: 1)]) == nil)
        #expect(kept([node(1, in: nil, .site("x")), node(2, in: 1)]) == nil)
        #expect(kept([node(1, in: 2), node(2, in: 1)]) == nil)
        #expect(kept([node(1, in: 1)]) == nil)
        let deep = (1...Int64(Tree.largestDepth)).map { node($0, in: $0 == 1 ? nil : $0 - 1) }
        #expect(kept(deep) != nil)
        #expect(kept(deep + [node(50, in: Int64(Tree.largestDepth))]) == nil)
    }
}
