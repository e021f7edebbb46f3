import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Trees in a real database.
@Suite struct TreeRegisterTests {
    private let fixture: InventoryFixture
    private var register: Inventory { fixture.inventory }

    init() throws { fixture = try InventoryFixture() }

    private func node(_ number: Int64) -> TreeNodeID { TreeNodeID(number) }

    private func changed(
        _ id: TreeID, from version: Int64? = nil, by author: String = "anna",
        _ changes: TreeChange...
    ) async throws(TreeFailure) -> Tree {
        try await register.changeTree(
            id, from: version, with: changes, by: author, at: fixture.now)
    }

    @Test func `a tree of all devices by site is there from the start`() async throws {
        let trees = register.trees
        let tree = try #require(trees[TreeID(1)])
        #expect(trees.count == 1 && tree.name == "All devices" && tree.version == 1)
        #expect(tree.nodes.values.map(\.content) == [.rule(TreeRule(grouping: .site))])
        #expect(tree.changedAt.seconds > 1_700_000_000)
        _ = try await register.removeTree(tree.id, from: 1)
        #expect(register.trees.isEmpty)
        try register.close()
        #expect(try fixture.reopened().trees.isEmpty)
    }

    @Test func `a tree is kept as it was changed`() async throws {
        let device = try await register.add(fixture.new("sw1"), at: fixture.now)
        let graph = try #require(device.graphs.first)
        let tree = try await register.addTree(named: "Net", by: "anna", at: fixture.now)
        var rule = MemberRule()
        (rule.tag, rule.titleLike) = ("a", Glob("*up*"))
        _ = try await changed(
            tree.id, .add(.branch(.byName), name: "Zürich", in: nil),
            .add(.device(device.device.id), name: "mine", in: node(1)),
            .add(.graph(graph.id), name: nil, in: node(1)),
            .add(.site("ATTIC"), name: nil, in: nil),
            .add(.rule(TreeRule(members: rule, grouping: .template)), name: nil, in: nil))
        let kept = try await changed(
            tree.id, by: "bert", .move(node(4), to: node(1), before: node(2)), .remove(node(3)),
            .step(node(5), .up), .order(nil, .byHand), .rename("Net 2"))
        #expect(kept.version == 3 && kept.changedBy == "bert")
        #expect(kept.children[node(1)] == [node(4), node(2)])
        #expect(kept.children[nil] == [node(5), node(1)])
        #expect(register.trees[tree.id] == kept)
        try register.close()
        let reopened = try fixture.reopened()
        #expect(reopened.trees[tree.id] == kept)
        #expect(Inventory.problem(at: fixture.folder.path + "/pollerd.sqlite") == nil)
    }

    @Test func `a change of an older version is refused, and says who was faster`() async throws {
        let id = TreeID(1)
        _ = try await changed(id, from: 1, by: "anna", .rename("Everything"))
        do {
            _ = try await changed(id, from: 1, by: "bert", .rename("Nothing"))
            Issue.record("the change was taken")
        } catch {
            #expect(error.code == "version_conflict")
            #expect(error.words.contains("anna saved “Everything” at 2023-11-14T22:13:20Z"))
            #expect(error.words.contains("version 2"))
        }
        await #expect(throws: TreeFailure.self) { try await register.removeTree(id, from: 1) }
        #expect(register.trees[id]?.name == "Everything")
        _ = try await changed(id, from: 2, .rename("Nothing"))
        _ = try await changed(id, .rename("Something"))
        #expect(register.trees[id]?.version == 4)
    }

    @Test func `all changes are made, or none`() async throws {
        let before = try #require(register.trees[TreeID(1)])
        await #expect(throws: TreeFailure.unknownNode(node(9))) {
            try await changed(
                before.id, .rename("New"), .add(.site("x"), name: nil, in: nil), .remove(node(9)))
        }
        #expect(register.trees[before.id] == before)
        try register.close()
        #expect(try fixture.reopened().trees[before.id] == before)
    }

    @Test func `no two trees have one name, and there are a hundred at most`() async throws {
        let tree = try await register.addTree(named: "Zürich", by: "anna", at: fixture.now)
        for name in ["ALL DEVICES", "zÜRICH"] {
            await #expect {
                try await register.addTree(named: name, by: "anna", at: fixture.now)
            } throws: { ($0 as? TreeFailure)?.code == "name_taken" }
        }
        await #expect(throws: TreeFailure.nameTaken("all devices", by: TreeID(1))) {
            try await changed(tree.id, .rename("all devices"))
        }
        _ = try await changed(tree.id, .rename("ZÜRICH"))
        await #expect(throws: TreeFailure.self) {
            try await register.addTree(named: " ", by: "anna", at: fixture.now)
        }
        for number in 3...Tree.largestCount {
            _ = try await register.addTree(named: "t\(number)", by: "anna", at: fixture.now)
        }
        await #expect(throws: TreeFailure.tooManyTrees) {
            try await register.addTree(named: "more", by: "anna", at: fixture.now)
        }
        for id in [TreeID(999), TreeID(1_000)] {
            await #expect(throws: TreeFailure.unknownTree(id)) {
                try await register.removeTree(id, from: nil)
            }
            await #expect(throws: TreeFailure.unknownTree(id)) { try await changed(id) }
        }
    }

    @Test func `what is gone is left away when the tree is saved`() async throws {
        let device = try await register.add(fixture.new("sw1"), at: fixture.now)
        let tree = try await changed(
            TreeID(1), .add(.device(device.device.id), name: nil, in: nil),
            .add(.branch(.byHand), name: "B", in: nil))
        _ = try await register.remove(device.device.id)
        #expect(register.trees[tree.id]?.nodes.count == 3)
        #expect(try await changed(tree.id, .rename("x")).nodes.count == 2)
        try register.close()
        let reopened = try fixture.reopened()
        #expect(reopened.trees[tree.id]?.children[nil] == [node(1), node(3)])
    }

    @Test(arguments: [
        "UPDATE tree_node SET id = 5", "UPDATE tree_node SET parent = 1",
        "UPDATE tree_node SET parent = 7", "UPDATE tree SET changed_at = -1",
        "UPDATE tree_node SET rule = '{}'", "UPDATE tree_node SET rule = 'x'",
    ])
    func `a tree that cannot be read is named`(sql: String) throws {
        try fixture.tamper(sql)
        #expect {
            try fixture.reopened()
        } throws: { ($0 as? InventoryFailure)?.words.contains("readable") == true }
    }
}
