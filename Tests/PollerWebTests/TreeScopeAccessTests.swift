import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// People whose scope is a branch of a tree.
@Suite struct TreeScopeAccessTests {
    private let fixture: WebFixture
    private let visitor: Visitor
    private let tree: Tree
    private static let branch = TreeNodeID(1)

    init() async throws {
        fixture = try WebFixture(devices: 3, guestsMayLook: false)
        visitor = Visitor(fixture)
        let now = Timestamp(seconds: 1_795_000_000)
        let made = try await fixture.trees.addTree(named: "Customers", by: "anna", at: now)
        var rule = MemberRule()
        rule.tag = "mine"
        tree = try await fixture.trees.changeTree(
            made.id, from: nil,
            with: [
                .add(.branch(.byHand), name: "North", in: nil),
                .add(.device(DeviceID(2)), name: nil, in: Self.branch),
                .add(.rule(TreeRule(members: rule)), name: nil, in: Self.branch),
                .add(.device(DeviceID(1)), name: nil, in: nil),
            ], by: "anna", at: now)
    }

    private func statuses(_ paths: [String]) async throws -> [Int] {
        var statuses: [Int] = []
        for path in paths { statuses.append(try await visitor.get(path).status) }
        return statuses
    }

    private static let paths = [
        "/devices/1", "/devices/2", "/devices/3", "/graphs/1.png", "/graphs/2.png",
        "/api/v1/graphs/2", "/api/v1/data-sources/1",
    ]

    @Test func `what the branch holds exists, and follows the tree at once`() async throws {
        try await visitor.logIn(
            role: .operator, scope: .parts([.tree(tree.id, below: Self.branch)]))
        let now = Timestamp(seconds: 1_795_000_000)
        #expect(try await statuses(Self.paths) == [404, 200, 404, 404, 200, 200, 404])
        for path in ["/", "/devices", "/graphs", "/api/v1/devices", "/api/v1/graphs"] {
            let body = try await visitor.get(path).body
            #expect(!body.contains("sw1-1") && !body.contains("sw1-3"), "\(path)")
        }
        // Another device in the branch, without any change of the definitions.
        _ = try await fixture.trees.changeTree(
            tree.id, from: nil, with: [.add(.device(DeviceID(3)), name: nil, in: Self.branch)],
            by: "anna", at: now)
        #expect(try await statuses(Self.paths) == [404, 200, 200, 404, 200, 200, 404])
        // The branch goes, and everything with it.
        _ = try await fixture.trees.changeTree(
            tree.id, from: nil, with: [.remove(Self.branch)], by: "anna", at: now)
        #expect(try await statuses(Self.paths) == [404, 404, 404, 404, 404, 404, 404])
        #expect(try await visitor.get("/account").body.contains("is removed, and covers nothing"))
        _ = try await fixture.trees.removeTree(tree.id, from: nil)
        #expect(try await statuses(Self.paths) == [404, 404, 404, 404, 404, 404, 404])
        // The overview's numbers, which are kept for a moment, are of nothing too.
        #expect(try await !visitor.get("/").body.contains("sw1-2"))
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String
    ) async throws -> WebFixture.Answer {
        let token = try #require(HTTPField.Name("X-CSRF-Token"))
        return try await fixture.send(
            method, path,
            headers: [
                (.cookie, try #require(visitor.cookie)), (token, visitor.csrf),
                (.contentType, "application/json"),
            ], body: body)
    }

    @Test func `an operator puts nothing outside the branch`() async throws {
        try await visitor.logIn(
            role: .operator, scope: .parts([.tree(tree.id, below: Self.branch)]))
        let add = { (more: String) in
            try await self.send(
                .post, "/api/v1/devices", #"{"host":"192.0.2.77","community":"x"\#(more)}"#)
        }
        let refused = try await add("")
        #expect(refused.status == 403 && refused.body.contains("tree:Customers/North"))
        #expect(try await add(#","tags":["mine"]"#).status == 200)
        // It is in the branch by name, so its tags and site do not matter.
        let moved = try await send(.patch, "/api/v1/devices/2", #"{"site":"elsewhere"}"#)
        #expect(moved.status == 200, "\(moved.body)")
        #expect(try await send(.patch, "/api/v1/devices/1", #"{"site":"x"}"#).status == 404)
        let change = try await visitor.post("/trees/\(tree.id)/remove")
        #expect(change.status == 403)
    }

    @Test func `scopes are typed by names, kept by ids and shown by names`() async throws {
        try await visitor.logIn()
        let made = try await visitor.post(
            "/admin/users",
            [
                ("name", "bob"), ("role", "viewer"), ("scope", "tree:Customers/North\ntag:core"),
                ("password", Visitor.password),
            ])
        #expect(made.status == 303, "\(made.body)")
        let accounts = try await fixture.accounts.accounts()
        let bob = try #require(accounts.first { $0.name.description == "bob" })
        #expect(bob.scope == .parts([.tree(tree.id, below: Self.branch), .tag("core")]))
        #expect(
            try await visitor.get("/admin/users").body.contains("tree:Customers/North, tag:core"))
        let page = try await visitor.get("/admin/users/\(bob.id)").body
        #expect(page.contains("tree:\(tree.id)/1") && page.contains("is tree:Customers/North"))
        let report = try await fixture.admin(.get, "/api/v1/users/\(bob.id)").body
        #expect(report.contains(#""scope":["tree:\#(tree.id)/1","tag:core"]"#), "\(report)")
        #expect(report.contains(#""sees":["tree:Customers/North","tag:core"]"#), "\(report)")
        let wrong = try await visitor.post(
            "/admin/users/\(bob.id)/access",
            [("role", "viewer"), ("scope", "tree:Custommers")])
        #expect(wrong.status == 400 && wrong.body.contains("no tree, and no branch of one"))
        let explained = try await fixture.admin(
            .get, "/api/v1/users/\(bob.id)/explain?device=2"
        ).body
        #expect(explained.contains("tree:Customers/North"), "\(explained)")
    }
}
