import Foundation
import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// Trees in the browser.
@Suite struct TreePageTests {
    /// Somebody who may change trees.
    private func visitor(devices: Int = 3, role: Role = .operator) async throws -> Visitor {
        let visitor = Visitor(try WebFixture(devices: devices, guestsMayLook: false))
        try await visitor.logIn(role: role)
        return visitor
    }

    private func fill(_ fixture: WebFixture, _ changes: TreeChange...) async throws {
        _ = try await fixture.trees.changeTree(
            TreeID(1), from: nil, with: changes, by: "anna", at: fixture.clock.now.wall)
    }

    @Test func `a tree opens at its only branch, and shows graphs beside it`() async throws {
        let page = try await visitor().get("/trees/1")
        #expect(page.status == 200)
        #expect(page.body.contains("<h1 id=\"heading\">All devices</h1>"))
        // The rule is open, its sites are not.
        #expect(page.body.contains("/trees/1?node=1&amp;group=sw1-2"))
        #expect(!page.body.contains("device=2"))
        #expect(page.body.contains("/graphs/3.png?") && page.body.contains("1–3 of 3"))
        #expect(page.body.contains("href=\"/trees/1/edit\""))
    }

    @Test func `a place in a tree is marked, with what is above it open`() async throws {
        let visitor = try await visitor()
        let page = try await visitor.get("/trees/1?node=1&group=sw1-2&device=2").body
        #expect(page.contains("device=2\" aria-current=\"true\""))
        #expect(page.components(separatedBy: "aria-current=\"true\"").count == 2)
        #expect(page.contains("/graphs/2.png?") && !page.contains("/graphs/1.png?"))
        #expect(page.contains("href=\"/devices/2\">All about this device"))
        #expect(page.contains("<title>sw1-2 · Pollerd</title>"))
        let group = try await visitor.get("/trees/1?node=1&group=sw1-2").body
        #expect(group.contains("<h1 id=\"heading\">sw1-2</h1>") && group.contains("1–1 of 1"))
        for path in [
            "node=9", "node=x", "node=1&group=none", "node=1&nogroup=1", "node=1&device=2",
            "node=1&group=sw1-2&device=1",
        ] { #expect(try await visitor.get("/trees/1?\(path)").status == 404, "\(path)") }
        #expect(try await visitor.get("/trees/1?node=1&node=1").status == 400)
        #expect(try await visitor.get("/trees/9").status == 404)
    }

    @Test func `graphs of a place are filtered and paged`() async throws {
        let visitor = try await visitor(devices: 60)
        let first = try await visitor.get("/trees/1?node=1").body
        #expect(first.contains("1–24 of 60") && first.contains("node=1&amp;page=2"))
        #expect(first.components(separatedBy: "loading=\"lazy\"").count == 25)
        #expect(try await visitor.get("/trees/1?node=1&page=3").body.contains("49–60 of 60"))
        let filtered = try await visitor.get("/trees/1?node=1&q=sw1-33").body
        #expect(filtered.contains("1–1 of 1") && filtered.contains("name=\"node\" value=\"1\""))
        #expect(try await visitor.get("/trees/1?q=zzz").body.contains("No graph here has that"))
        // In the natural order of the devices' names.
        let nine = try #require(first.range(of: "/graphs/9.png"))
        let ten = try #require(first.range(of: "/graphs/10.png"))
        #expect(nine.lowerBound < ten.lowerBound)
    }

    @Test func `a long list ends, and what is current is in it all the same`() async throws {
        let fixture = try WebFixture(devices: 510)
        try await fill(
            fixture, .remove(TreeNodeID(1)),
            .add(.rule(TreeRule()), name: "All", in: nil))
        let page = try await fixture.get("/trees/1?node=2&device=510").body
        #expect(page.contains("device=500\"") && !page.contains("device=505\""))
        #expect(page.contains("device=510\" aria-current") && page.contains("and 9 more"))
    }

    @Test func `what is empty says what to do`() async throws {
        let visitor = try await visitor()
        _ = try await visitor.post("/trees", [("name", "Net")])
        let made = try await visitor.get("/trees/2").body
        #expect(made.contains("There is nothing in this tree yet"))
        #expect(made.contains("/trees/2/edit") && made.contains("<p class=\"hint\">Empty</p>"))
        try await fill(visitor.fixture, .add(.site("later"), name: nil, in: nil))
        let site = try await visitor.get("/trees/1?node=2").body
        #expect(site.contains("No device is like that now"))
        let none = try WebFixture(devices: 0)
        #expect(try await none.get("/trees/1").body.contains("There are no devices yet"))
        _ = try await none.trees.removeTree(TreeID(1), from: nil)
        let list = try await none.get("/trees").body
        #expect(
            list.contains("There is no tree")
                && !list.contains("<form method=\"post\" action=\"/trees\""))
    }

    @Test(arguments: hostileTexts)
    func `names of trees, nodes and devices are text`(hostile: String) async throws {
        let fixture = try WebFixture(deviceText: hostile, guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        let name = DeviceText(hostile).text.cut(toScalars: 100)
        if !name.isEmpty {
            try await fill(
                fixture, .rename(name), .add(.branch(.byHand), name: name, in: nil),
                .add(.site(name), name: nil, in: TreeNodeID(2)))
        }
        for path in ["/trees", "/trees/1", "/trees/1?node=1", "/trees/1/edit"] {
            let page = try await visitor.get(path)
            #expect(page.status == 200, "\(path)")
            #expect(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"))
        }
    }

    // MARK: The editor

    @Test func `a tree is made and filled by forms alone`() async throws {
        let visitor = try await visitor()
        let made = try await visitor.post("/trees", [("name", "Net")])
        #expect(made.status == 303 && made.headers[.location] == "/trees/2/edit")
        let editor = try await visitor.get("/trees/2/edit").body
        #expect(editor.contains("“Net” was made. Put something into it."))
        for (number, fields) in [
            [("kind", "branch"), ("name", "Core"), ("parent", "top")],
            [("kind", "device"), ("device", "SW1-2"), ("parent", "1"), ("node", "1")],
            [("kind", "site"), ("site", "sw1-1"), ("parent", "1"), ("node", "1")],
            [("kind", "graph"), ("graph", "http://127.0.0.1:8080/graphs/3?from=now-1h")],
            [("kind", "rule"), ("name", "All"), ("name_like", "sw1-*"), ("group_by", "site")],
        ].enumerated() {
            let answer = try await visitor.post(
                "/trees/2/nodes", fields + [("version", "\(number + 1)")])
            #expect(answer.status == 303, "\(fields): \(answer.body)")
            let place = fields.contains { $0.0 == "node" } ? "?node=1" : ""
            #expect(answer.headers[.location] == "/trees/2/edit\(place)")
        }
        let tree = try #require(visitor.fixture.trees.trees[TreeID(2)])
        #expect(tree.walk().map(\.node.id.rawValue) == [1, 2, 3, 4, 5] && tree.version == 6)
        #expect(tree.nodes[TreeNodeID(4)]?.content == .graph(GraphID(3)))
        let page = try await visitor.get("/trees/2/edit?node=5").body
        #expect(page.contains("A rule was added: “All”."))
        #expect(page.contains("value=\"sw1-*\"") && page.contains("value=\"site\" selected"))
        #expect(!page.contains("<h2>Add to"))
        #expect(try await visitor.get("/trees/2/edit?node=1").body.contains("Add to “Core”"))
    }

    @Test func `nodes are renamed, moved and removed by buttons and lists`() async throws {
        let visitor = try await visitor()
        let fixture = visitor.fixture
        try await fill(
            fixture, .add(.branch(.byHand), name: "A", in: nil),
            .add(.branch(.byHand), name: "B", in: nil))
        func order() -> [Int64] {
            fixture.trees.trees[TreeID(1)]?.walk().map(\.node.id.rawValue) ?? []
        }
        let up = try await visitor.post(
            "/trees/1/nodes/3/move", [("step", "up"), ("version", "2")])
        #expect(up.status == 303 && order() == [1, 3, 2])
        #expect(up.headers[.location] == "/trees/1/edit?node=3")
        #expect(try await visitor.get("/trees/1/edit?node=3").body.contains("“B” was moved up."))
        _ = try await visitor.post("/trees/1/nodes/3/move", [("parent", "2"), ("version", "3")])
        #expect(order() == [1, 2, 3])
        #expect(fixture.trees.trees[TreeID(1)]?.nodes[TreeNodeID(3)]?.parent == TreeNodeID(2))
        // Neither itself nor what is below it is offered.
        let panel = try await visitor.get("/trees/1/edit?node=2").body
        let places = try #require(panel.range(of: "name=\"parent\">")).upperBound
        let list = panel[places...].prefix { $0 != "/" }
        #expect(list.contains("value=\"top\" selected") && !list.contains("value=\"3\""))
        #expect(panel.contains("Remove with all 1 below it"))
        _ = try await visitor.post(
            "/trees/1/nodes/2/change", [("name", "Kern"), ("order", "name"), ("version", "4")])
        #expect(fixture.trees.trees[TreeID(1)]?.nodes[TreeNodeID(2)]?.name == "Kern")
        #expect(fixture.trees.trees[TreeID(1)]?.ordering(of: TreeNodeID(2)) == .byName)
        let removed = try await visitor.post("/trees/1/nodes/3/remove", [("version", "5")])
        #expect(removed.headers[.location] == "/trees/1/edit?node=2" && order() == [1, 2])
        let all = try await visitor.post(
            "/trees/1/change", [("name", "Everything"), ("order", "name"), ("version", "6")])
        #expect(all.status == 303)
        #expect(try await visitor.get("/trees").body.contains("Everything"))
        let gone = try await visitor.post("/trees/1/remove", [("version", "7")])
        #expect(gone.headers[.location] == "/trees" && fixture.trees.trees.isEmpty)
        #expect(try await visitor.get("/trees").body.contains("“Everything” was removed."))
    }

    @Test func `a mistake stands at its form, with what was typed`() async throws {
        let visitor = try await visitor()
        for (path, fields, status, words) in [
            ("/trees", [("name", "All devices")], 409, "is already called"),
            ("/trees", [("name", "")], 400, "a name is 1 to"),
            ("/trees/1/nodes", [("kind", "device"), ("device", "sw1-22")], 400, "did you mean"),
            ("/trees/1/nodes", [("kind", "graph"), ("graph", "<b>")], 400, "no graph “&lt;b&gt;”"),
            ("/trees/1/nodes", [("kind", "branch")], 400, "a branch has a name"),
            (
                "/trees/1/nodes/1/change", [("device_template", "zzz"), ("name", "typed")], 400,
                "no device template"
            ), ("/trees/1/change", [("name", "")], 400, "a name is"),
            ("/trees/1/nodes/1/move", [("parent", "1")], 400, "is no branch"),
        ] {
            let answer = try await visitor.post(path, fields)
            #expect(answer.status == status, "\(path) \(fields)")
            #expect(answer.body.contains(words), "\(path) \(fields): \(answer.body)")
            #expect(answer.body.contains("role=\"alert\""))
            for (_, value) in fields where value == "sw1-22" || value == "typed" {
                #expect(answer.body.contains("value=\"\(value)\""), "\(value)")
            }
        }
        #expect(visitor.fixture.trees.trees.count == 1)
        #expect(visitor.fixture.trees.trees[TreeID(1)]?.version == 1)
        for (path, status) in [
            ("/trees/1/nodes/9/move", 404), ("/trees/9/change", 404),
            ("/trees/1/nodes/9/remove", 404),
        ] { #expect(try await visitor.post(path, [("step", "up")]).status == status, "\(path)") }
    }

    @Test func `who was slower is told by whom, and sees the tree as it is`() async throws {
        let visitor = try await visitor()
        try await fill(visitor.fixture, .rename("Newer"))
        let answer = try await visitor.post(
            "/trees/1/nodes", [("kind", "branch"), ("name", "Mine"), ("version", "1")])
        #expect(answer.status == 409)
        #expect(
            answer.body.contains("anna saved “Newer”") && answer.body.contains("value=\"Mine\""))
        #expect(answer.body.contains("name=\"version\" value=\"2\""))
    }

    @Test func `who only looks sees no editor and changes nothing`() async throws {
        let visitor = try await visitor(role: .viewer)
        let page = try await visitor.get("/trees/1").body
        #expect(!page.contains("/edit"))
        #expect(try await visitor.get("/trees/1/edit").status == 403)
        #expect(try await visitor.post("/trees", [("name", "x")]).status == 403)
        #expect(try await visitor.post("/trees/1/remove").status == 403)
        #expect(visitor.fixture.trees.trees.count == 1)
    }
}
