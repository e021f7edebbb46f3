import Foundation
import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// Dashboards by API and in the browser.
@Suite struct DashboardPageTests {
    private func visitor(
        devices: Int = 3, role: Role = .operator, _ name: String = "ann"
    ) async throws -> Visitor {
        let visitor = Visitor(try WebFixture(devices: devices, guestsMayLook: false))
        try await visitor.logIn(name, role: role)
        return visitor
    }

    private func make(
        _ fixture: WebFixture, _ tiles: String, more: String = ""
    ) async throws -> WebFixture.Answer {
        try await fixture.admin(
            .post, "/api/v1/dashboards", body: #"{"name":"Wall","tiles":[\#(tiles)]\#(more)}"#)
    }

    @Test func `a dashboard is made, changed and removed by API`() async throws {
        let fixture = try WebFixture(devices: 2)
        let made = try await make(
            fixture, #"{"kind":"graph","graph":1},{"kind":"states"}"#, more: #","columns":3"#)
        #expect(made.status == 201, "\(made.body)")
        for text in [
            #""columns":3"#, #""from":"now-1d""#, #""owner":"test""#, #""shared":false"#,
            #""tile_count":2"#, #""url":"http://127.0.0.1:8080/dashboards/1""#, #""version":1"#,
        ] { #expect(made.body.contains(text), "\(text) in \(made.body)") }
        let list = try await fixture.admin(.get, "/api/v1/dashboards").body
        #expect(list.contains(#""tiles":null"#) && list.contains("Wall"))
        let changed = try await fixture.admin(
            .patch, "/api/v1/dashboards/1", body: #"{"shared":true,"tiles":[],"version":1}"#)
        #expect(changed.status == 200 && changed.body.contains(#""tiles":[]"#))
        let late = try await fixture.admin(
            .patch, "/api/v1/dashboards/1", body: #"{"name":"x","version":1}"#)
        #expect(late.status == 409 && late.body.contains("test saved “Wall”"))
        #expect(try await fixture.admin(.delete, "/api/v1/dashboards/1?version=1").status == 409)
        #expect(try await fixture.admin(.delete, "/api/v1/dashboards/1?version=2").status == 204)
        #expect(try await fixture.admin(.get, "/api/v1/dashboards/1").status == 404)
        #expect("\(fixture.audit.entries)".contains("dashboard 1 (Wall)"))
    }

    @Test(arguments: [
        (#"{"kind":"grahp"}"#, "did you mean “graph”"), (#"{"kid":"text"}"#, "did you mean “kind”"),
        (#"{"kind":"graph","graph":99}"#, "there is no graph 99"),
        (#"{"kind":"states","rule":{"tagg":"x"}}"#, "did you mean “tag”"),
        (#"{"kind":"top","template":"interface_traffic","item":"x"}"#, "has no field"),
        ("7", "has the wrong type"),
    ])
    func `a tile that cannot be is refused`(tile: String, words: String) async throws {
        let fixture = try WebFixture()
        let answer = try await make(fixture, tile)
        #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        #expect(try await fixture.dashboards.dashboards().isEmpty)
    }

    @Test func `a private one is its owner's and administrators', a shared one is all's`()
        async throws
    {
        let ann = try await visitor()
        let bob = Visitor(ann.fixture)
        try await bob.logIn("bob", role: .operator)
        let boss = Visitor(ann.fixture)
        try await boss.logIn("boss", role: .administrator)
        _ = try await ann.post("/dashboards", [("name", "Hers")])
        for path in ["/dashboards/1", "/api/v1/dashboards/1", "/dashboards/1/edit"] {
            #expect(try await ann.get(path).status == 200)
            #expect(try await boss.get(path).status == 200)
            #expect(try await bob.get(path).status == 404, "\(path)")
        }
        #expect(try await !bob.get("/dashboards").body.contains("Hers"))
        #expect(try await !bob.get("/api/v1/dashboards").body.contains("Hers"))
        #expect(try await bob.post("/dashboards/1/remove").status == 404)
        _ = try await ann.post(
            "/dashboards/1/change", [("name", "Hers"), ("shared", "1"), ("version", "1")])
        let seen = try await bob.get("/dashboards/1")
        #expect(seen.status == 200 && !seen.body.contains("/edit"))
        #expect(try await bob.get("/dashboards/1/edit").status == 403)
        let refused = try await bob.post("/dashboards/1/remove")
        #expect(refused.status == 403 && refused.body.contains("is of ann"))
        #expect(try await boss.post("/dashboards/1/remove", [("version", "2")]).status == 303)
    }

    @Test func `tiles show graphs, texts, the largest values and states`() async throws {
        let fixture = try WebFixture(devices: 2)
        var down = DeviceStatus()
        for _ in 0..<Availability.failuresToDown { _ = down.availability.hear(isAnswered: false) }
        down.failure = .portClosed(port: 161)
        fixture.status.set(down, of: DeviceID(2))
        fixture.status.set(
            source: SourceStatus(
                items: [
                    .init(name: "traffic_in", raw: 1, shown: .success(250_000)),
                    .init(name: "traffic_out", raw: 1, shown: .failure(.firstSample)),
                ], sampledAt: fixture.clock.now.wall))
        let made = try await make(
            fixture,
            #"""
            {"kind":"graph","graph":2,"title":"Mine <b>","from":"now-6h"},
            {"kind":"text","text":"Call <i>Anna</i>\nor Bert"},
            {"kind":"top","template":"interface_traffic"},
            {"kind":"top","template":"interface_traffic","item":"traffic_out","title":"Out"},
            {"kind":"states"},{"kind":"states","rule":{"site":"sw1-1"}},
            {"kind":"states","rule":{"site":"none"}}
            """#, more: #","shared":true"#)
        #expect(made.status == 201, "\(made.body)")
        let page = try await fixture.get("/dashboards/1").body
        for text in [
            "/graphs/2.png?from=now-6h&amp;to=now", "Mine &lt;b&gt;",
            "<p>Call &lt;i&gt;Anna&lt;/i&gt;</p>", "<p>or Bert</p>", ">bit/s<", "2.00 M",
            "<meter min=\"0\" max=\"100\" value=\"100\">", "<b>1</b> ✗ down",
            "<a href=\"/devices/2\">sw1-2</a>", "UDP port 161 is closed",
            "Nothing of this kind has a value at present", "Devices: site sw1-1",
            "No device is like that now", "board columns-2",
        ] { #expect(page.contains(text), "\(text) in \(page)") }
        // What was read long ago is not the present value.
        fixture.clock.advance(milliseconds: 181_000)
        #expect(try await !fixture.get("/dashboards/1").body.contains("2.00 M"))
    }

    @Test func `on a screen on the wall there is no frame, and it is loaded anew`() async throws {
        let fixture = try WebFixture(devices: 2)
        _ = try await make(fixture, #"{"kind":"graph","graph":1}"#, more: #","shared":true"#)
        let refresh = try #require(HTTPField.Name("Refresh"))
        let page = try await fixture.get("/dashboards/1?tv=1")
        #expect(page.headers[refresh] == "60")
        #expect(page.body.contains("<body class=\"tv\">"))
        #expect(page.body.contains("/graphs/1.png?") && page.body.contains(">leave</a>"))
        #expect(!page.body.contains("<nav") && !page.body.contains("<footer"))
        let paused = try await fixture.get("/dashboards/1?tv=1&paused=1")
        #expect(paused.headers[refresh] == nil && paused.body.contains(">go on</a>"))
        #expect(try await fixture.get("/dashboards/1").headers[refresh] == nil)
        #expect(try await fixture.get("/dashboards/1?tv=x").status == 400)
    }

    @Test func `who does not see a graph is not told its name`() async throws {
        let fixture = try WebFixture(devices: 3, guestsMayLook: false)
        _ = try await make(
            fixture,
            #"{"kind":"graph","graph":1},{"kind":"graph","graph":2},{"kind":"states"}"#,
            more: #","shared":true"#)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator, scope: .parts([.site("sw1-2")]))
        let page = try await visitor.get("/dashboards/1").body
        #expect(page.contains("sw1-2 - Traffic") && !page.contains("sw1-1"))
        #expect(page.contains("or is none of those that you may see"))
        #expect(!page.contains("sw1-3"))
    }

    @Test func `a dashboard is put together by forms alone`() async throws {
        let visitor = try await visitor()
        let list = try await visitor.get("/dashboards").body
        #expect(list.contains("There is no dashboard yet"))
        let made = try await visitor.post("/dashboards", [("name", "Wall")])
        #expect(made.status == 303 && made.headers[.location] == "/dashboards/1/edit")
        let empty = try await visitor.get("/dashboards/1").body
        #expect(
            empty.contains("There is nothing on it yet") && empty.contains("Put graphs onto it"))
        for (number, fields) in [
            [("kind", "graph"), ("graph", "sw1-2 - Traffic"), ("from", "now-7d")],
            [("kind", "text"), ("text", "one\r\ntwo")],
            [("kind", "top"), ("template", "interface_traffic"), ("count", "3")],
            [("kind", "states"), ("tag", "sw1-1"), ("title", "Core")],
        ].enumerated() {
            let answer = try await visitor.post(
                "/dashboards/1/tiles", fields + [("version", "\(number + 1)")])
            #expect(answer.status == 303, "\(fields): \(answer.body)")
        }
        _ = try await visitor.post(
            "/dashboards/1/tiles/1/move", [("step", "up"), ("version", "5")])
        _ = try await visitor.post("/dashboards/1/tiles/3/remove", [("version", "6")])
        let changed = try await visitor.post(
            "/dashboards/1/tiles/0/change",
            [("kind", "text"), ("text", "three"), ("title", "Note"), ("version", "7")])
        #expect(changed.headers[.location] == "/dashboards/1/edit")
        #expect(try await visitor.get("/dashboards/1/edit").body.contains("Tile 1 was changed."))
        let dashboard = try #require(
            await visitor.fixture.dashboards.dashboard(DashboardID(1)))
        #expect(dashboard.tiles.map(\.kind) == [.text, .graph, .top] && dashboard.version == 8)
        #expect(dashboard.tiles[0] == DashboardTile(title: "Note", content: .text("three")))
        let gone = try await visitor.post("/dashboards/1/remove", [("version", "8")])
        #expect(gone.headers[.location] == "/dashboards")
    }

    @Test func `a mistake stands at its form, with what was typed`() async throws {
        let visitor = try await visitor()
        _ = try await visitor.post("/dashboards", [("name", "Wall")])
        _ = try await visitor.post("/dashboards/1/tiles", [("kind", "text"), ("text", "x")])
        for (path, fields, status, words) in [
            ("/dashboards", [("name", "")], 400, "a name is"),
            (
                "/dashboards/1/tiles", [("kind", "graph"), ("graph", "typed")], 400,
                "there is no graph “typed”"
            ),
            (
                "/dashboards/1/tiles/0/change", [("kind", "text"), ("title", "typed")], 400,
                "a text is"
            ), ("/dashboards/1/change", [("name", "x"), ("columns", "7")], 400, "1 to 4 columns"),
            ("/dashboards/1/tiles/5/remove", [], 400, "no tile 6"),
            ("/dashboards/1/tiles/0/move", [("step", "left")], 400, "up or down"),
            ("/dashboards/1/change", [("name", "y"), ("version", "1")], 409, "ann saved “Wall”"),
        ] as [(String, [(String, String)], Int, String)] {
            let answer = try await visitor.post(path, fields)
            #expect(answer.status == status, "\(path) \(fields)")
            #expect(answer.body.contains(words), "\(path) \(fields): \(answer.body)")
            for (_, value) in fields where value == "typed" {
                #expect(answer.body.contains("value=\"typed\""))
            }
        }
        let dashboard = try await visitor.fixture.dashboards.dashboard(DashboardID(1))
        #expect(dashboard?.version == 2)
        for path in ["/dashboards/9/change", "/dashboards/1/tiles/x/remove"] {
            #expect(try await visitor.post(path).status == 404, "\(path)")
        }
    }

    @Test func `a graph is put onto a dashboard and into a tree from its own page`() async throws {
        let visitor = try await visitor()
        #expect(try await visitor.get("/graphs/2").body.contains("/graphs/2/place"))
        let page = try await visitor.get("/graphs/2/place").body
        #expect(page.contains("label=\"Tree All devices\"") && page.contains("value=\"tree 1\""))
        let made = try await visitor.post(
            "/graphs/2/place", [("to", "new"), ("name", "Mine")])
        #expect(made.headers[.location] == "/dashboards/1")
        _ = try await visitor.post("/graphs/3/place", [("to", "dashboard 1"), ("name", "")])
        let dashboard = try await visitor.fixture.dashboards.dashboard(DashboardID(1))
        #expect(dashboard?.tiles.count == 2)
        let placed = try await visitor.post("/graphs/2/place", [("to", "tree 1")])
        #expect(placed.headers[.location] == "/trees/1")
        let tree = visitor.fixture.trees.trees[TreeID(1)]
        #expect(tree?.nodes[TreeNodeID(2)]?.content == .graph(GraphID(2)))
        for (fields, status, words) in [
            ([("to", "new"), ("name", "")], 400, "a name is"), ([], 400, "not said where"),
            ([("to", "tree 9")], 404, "no tree 9"), ([("to", "tree 1 1")], 400, "is no branch"),
            ([("to", "dashboard 9")], 404, "no dashboard 9"),
        ] as [([(String, String)], Int, String)] {
            let answer = try await visitor.post("/graphs/2/place", fields)
            #expect(answer.status == status && answer.body.contains(words), "\(fields)")
        }
        #expect(try await visitor.get("/graphs/99/place").status == 404)
    }
}
