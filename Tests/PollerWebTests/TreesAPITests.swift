import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// Trees by API.
@Suite struct TreesAPITests {
    private func post(
        _ fixture: WebFixture, _ path: String, _ body: String, _ status: Int = 200
    ) async throws -> String {
        let answer = try await fixture.admin(.post, "/api/v1/trees\(path)", body: body)
        #expect(answer.status == status, "\(path) \(body): \(answer.body)")
        return answer.body
    }

    @Test func `trees are listed, and shown with their nodes`() async throws {
        let fixture = try WebFixture(devices: 2)
        let list = try await fixture.get("/api/v1/trees").body
        #expect(list.contains(#""name":"All devices""#) && list.contains(#""nodes":null"#))
        let one = try await fixture.get("/api/v1/trees/1").body
        for text in [
            #""kind":"rule""#, #""group_by":"site""#, #""rule":{}"#, #""depth":1"#,
            #""node_count":1"#, #""version":1"#, #""changed_by":"pollerd""#, #""device":null"#,
            #""url":"http://127.0.0.1:8080/trees/1""#, #""parent":null"#, #""name":"By site""#,
        ] { #expect(one.contains(text), "\(text) in \(one)") }
        for path in ["9", "x", "-1"] {
            #expect(try await fixture.get("/api/v1/trees/\(path)").status == 404)
        }
    }

    @Test func `a tree is made, filled, moved about and removed`() async throws {
        let fixture = try WebFixture(devices: 2)
        let made = try await post(fixture, "", #"{"name":"Net","order":"name"}"#, 201)
        #expect(made.contains(#""id":2"#) && made.contains(#""order":"name""#))
        _ = try await post(fixture, "/2/nodes", #"{"kind":"branch","name":"Core"}"#)
        _ = try await post(fixture, "/2/nodes", #"{"kind":"device","device":1,"parent":1}"#)
        _ = try await post(fixture, "/2/nodes", #"{"kind":"graph","graph":2,"parent":1}"#)
        _ = try await post(fixture, "/2/nodes", #"{"kind":"site","site":"later"}"#)
        let moved = try await post(fixture, "/2/nodes/3/move", #"{"step":"up","version":6}"#)
        #expect(moved.contains(#""version":7"#))
        let inside = try await post(fixture, "/2/nodes/4/move", #"{"parent":1,"before":2}"#)
        let order = inside.matches(of: /"name":"([^"]*)"/).map { String($0.1) }
        #expect(
            order == ["Net", "Core", "sw1-2 - Traffic", "later", "sw1-1"].sorted { _, _ in false })
        let named = try await fixture.admin(
            .patch, "/api/v1/trees/2/nodes/2", body: #"{"name":"mine"}"#)
        #expect(named.status == 200 && named.body.contains(#""name":"mine""#))
        let renamed = try await fixture.admin(.patch, "/api/v1/trees/2", body: #"{"name":"X"}"#)
        #expect(renamed.status == 200 && renamed.body.contains(#""name":"X""#))
        #expect(try await fixture.admin(.delete, "/api/v1/trees/2/nodes/1").status == 204)
        #expect(fixture.trees.trees[TreeID(2)]?.nodes.isEmpty == true)
        #expect(try await fixture.admin(.delete, "/api/v1/trees/2?version=1").status == 409)
        #expect(try await fixture.admin(.delete, "/api/v1/trees/2").status == 204)
        #expect(try await fixture.admin(.delete, "/api/v1/trees/2").status == 404)
        #expect("\(fixture.audit.entries)".contains("tree 2 (X)"))
    }

    @Test(arguments: [
        ("", #"{}"#, 400, "“name” is missing"), ("", #"{"nam":"x"}"#, 400, "did you mean “name”"),
        ("", #"{"name":" x"}"#, 400, "without blanks"),
        ("", #"{"name":"All devices"}"#, 409, "already called"),
        ("/1/nodes", #"{"kind":"devise"}"#, 400, "did you mean “device”"),
        ("/1/nodes", #"{"kind":"device","device":9}"#, 400, "there is no device 9"),
        ("/1/nodes", #"{"kind":"rule","rule":{"tagg":"x"}}"#, 400, "did you mean “tag”"),
        ("/1/nodes", #"{"kind":"branch","name":"x","parent":1}"#, 400, "is no branch"),
        ("/1/nodes", #"{"kind":"branch","name":"x","parent":7}"#, 404, "no node 7"),
        ("/1/nodes", #"{"kind":"branch","name":"x","version":2}"#, 409, "pollerd saved"),
        ("/1/nodes/9/move", #"{"step":"up"}"#, 404, "node 9"),
        ("/1/nodes/1/move", #"{"step":"left"}"#, 400, "no direction"),
        ("/9/nodes", #"{"kind":"branch"}"#, 404, "there is no tree 9"),
    ])
    func `an order that cannot be is refused, and changes nothing`(
        path: String, body: String, status: Int, words: String
    ) async throws {
        let fixture = try WebFixture()
        let before = fixture.trees.trees
        let answer = try await post(fixture, path, body, status)
        #expect(answer.contains(words), "\(answer)")
        #expect(fixture.trees.trees == before)
    }

    @Test func `who sees a part of the devices sees that of trees, and changes none`()
        async throws
    {
        let fixture = try WebFixture(devices: 3, guestsMayLook: false)
        let all = TreeID(1)
        _ = try await fixture.trees.changeTree(
            all, from: 1,
            with: [
                .add(.branch(.byHand), name: "Customer 1", in: nil),
                .add(.device(DeviceID(1)), name: nil, in: TreeNodeID(2)),
                .add(.device(DeviceID(2)), name: nil, in: nil),
            ], by: "anna", at: fixture.clock.now.wall)
        let hidden = try await fixture.trees.addTree(
            named: "Of nothing", by: "anna", at: fixture.clock.now.wall)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator, scope: .parts([.site("sw1-2")]))
        let list = try await visitor.get("/api/v1/trees").body
        #expect(list.contains("All devices") && !list.contains("Of nothing"))
        #expect(try await visitor.get("/api/v1/trees/\(hidden.id)").status == 404)
        let seen = try await visitor.get("/api/v1/trees/1").body
        #expect(seen.contains("sw1-2") && !seen.contains("sw1-1") && !seen.contains("Customer 1"))
        #expect(seen.contains(#""node_count":2"#))
        for path in ["/trees", "/trees/1", "/trees/1?node=1", "/trees/1?node=4"] {
            let page = try await visitor.get(path)
            #expect(page.status == 200 && !page.body.contains("sw1-1"), "\(path)")
            #expect(!page.body.contains("Customer") && !page.body.contains("/edit"), "\(path)")
        }
        for path in ["/trees/1?node=2", "/trees/1?node=3", "/trees/1?node=1&group=sw1-1"] {
            #expect(try await visitor.get(path).status == 404, "\(path)")
        }
        #expect(try await visitor.get("/trees/1/edit").status == 403)
        let change = try await visitor.post("/trees/1/nodes/1/remove")
        #expect(change.status == 403 && change.body.contains("you see site:sw1-2"))
        #expect(fixture.trees.trees[all]?.version == 2)
    }
}
