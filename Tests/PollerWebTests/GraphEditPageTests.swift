import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import Testing

@testable import PollerWeb

/// The graph editor, as an operator's browser uses it.
@Suite struct GraphEditPageTests {
    private let fixture: WebFixture
    private let visitor: Visitor

    init() async throws {
        fixture = try WebFixture(guestsMayLook: false)
        visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator)
    }

    private func saved() throws -> GraphEdit? {
        try #require(fixture.inventory.definitions.graph(GraphID(1))).graph.edit
    }

    @Test func `the fields are empty where all is as the template says`() async throws {
        let page = try await visitor.get("/graphs/1/edit")
        #expect(page.status == 200)
        #expect(page.body.contains("name=\"title\" value=\"\" placeholder=\"sw1 - Traffic\""))
        #expect(page.body.contains("name=\"version\" value=\"0\""))
        #expect(page.body.contains("<legend>Series “Inbound”</legend>"))
        #expect(page.body.contains("name=\"series.0.name\"") == false)
        #expect(page.body.contains("as the template: bits per second"))
        #expect(page.body.contains("draws 1 graph."))
        #expect(page.body.contains("Nothing yet: the graph is as its template says."))
        #expect(page.body.contains("/graphs/1/preview?from=now-1d&amp;to=now&amp;theme=dark"))
    }

    @Test func `what is saved is drawn, listed and can be taken back`() async throws {
        let answer = try await visitor.post(
            "/graphs/1/edit",
            [
                ("version", "0"), ("title", "Uplink"), ("series.0.color", "own"),
                ("series.0.own", "#ff0000"), ("series.1.hidden", "1"), ("lower_limit", "auto"),
                ("upper_limit", "2.5M"), ("logarithmic", "no"),
            ])
        #expect(answer.status == 303 && answer.headers[.location] == "/graphs/1")
        let edit = try #require(try saved())
        #expect(edit.version == 1 && edit.editedBy == "ann")
        #expect(edit.override.title == "Uplink" && edit.override.upperLimit == .at(2_500_000))
        #expect(edit.override["Inbound"].color == .fixed(Color(0xff0000)))
        #expect(edit.override["Outbound"].isHidden == true)
        #expect(try await visitor.get("/graphs/1").body.contains("<h1>Uplink</h1>"))
        let page = try await visitor.get("/graphs/1/edit").body
        #expect(page.contains("name=\"title\" value=\"Uplink\""))
        #expect(page.contains("title “Uplink”"))
        #expect(page.contains("Inbound: colour #ff0000"))
        let rows = try await visitor.get("/graphs/1.csv", accept: "text/csv").body
        #expect(rows.contains("Inbound") && !rows.contains("Outbound"))
        let back = try await visitor.post(
            "/graphs/1/restore", [("restore", "0"), ("version", "1")])
        #expect(back.status == 303)
        #expect(try saved()?.override.isEmpty == true && saved()?.version == 2)
        #expect(
            try await visitor.post(
                "/graphs/1/restore", [("restore", "1"), ("version", "2")]
            ).status == 303)
        #expect(try saved()?.override == edit.override)
        #expect(
            try await visitor.post(
                "/graphs/1/restore", [("restore", "9"), ("version", "3")]
            ).status == 404)
        let notes = fixture.audit.entries.flatMap(\.notes)
        #expect(notes.contains { $0.after?.contains("Uplink") == true })
    }

    @Test func `a mistake is told at its field, and what was typed stays`() async throws {
        let answer = try await visitor.post(
            "/graphs/1/edit",
            [("version", "0"), ("title", "<b>"), ("percentile", "200"), ("series.0.width", "x")])
        #expect(answer.status == 400)
        #expect(answer.body.contains("id=\"m-series.0.width\">“x” is no number.</p>"))
        #expect(answer.body.contains("value=\"&lt;b&gt;\""))
        #expect(answer.body.contains("Nothing was saved"))
        let second = try await visitor.post(
            "/graphs/1/edit", [("version", "0"), ("percentile", "200")])
        #expect(second.body.contains("id=\"m-percentile\">It is 0.1 to 100, not 200"))
        #expect(try saved() == nil)
    }

    @Test func `whoever saves over another's work is shown it first`() async throws {
        _ = try await fixture.graphs.editGraph(
            GraphID(1),
            to: {
                var o = GraphOverride(); o.title = "Ann's"; return o
            }(), from: 0,
            by: "bob", at: Timestamp(seconds: 1_795_622_289))
        let answer = try await visitor.post(
            "/graphs/1/edit", [("version", "0"), ("title", "Mine"), ("percentile", "95")])
        #expect(answer.status == 409)
        #expect(answer.body.contains("bob saved this graph 2 min ago"))
        #expect(answer.body.contains("<td>“Ann&#39;s”</td><td>“Mine”</td>"))
        #expect(answer.body.contains("<td>as the template says</td><td>95</td>"))
        #expect(answer.body.contains("name=\"version\" value=\"1\""))
        #expect(answer.body.contains("name=\"title\" value=\"Mine\""))
        #expect(try saved()?.override.title == "Ann's")
        let again = try await visitor.post(
            "/graphs/1/edit", [("version", "1"), ("title", "Mine")])
        #expect(again.status == 303)
        #expect(try saved()?.override.title == "Mine")
    }

    @Test func `a preview is a picture of what was typed, and keeps nothing`() async throws {
        let fields = [("title", "Tried"), ("series.0.style", "stack"), ("range", "now-7d")]
        let answer = try await preview(fields)
        #expect(answer.status == 200 && answer.headers[.contentType] == "image/png")
        let script = try #require(fixture.renderer.scripts.withLock { $0.last })
        #expect(script.title == "Tried" && script.range.seconds > 6 * 86_400)
        #expect(try saved() == nil)
        #expect(!fixture.audit.entries.contains { $0.action.contains("preview") })
        let wrong = try await preview([("percentile", "x"), ("upper_limit", "y")])
        #expect(wrong.status == 400)
        #expect(wrong.body.contains("\"percentile\":\"“x” is no number.\""))
        #expect(wrong.body.contains("\"upper_limit\""))
    }

    private func preview(_ fields: [(String, String)]) async throws -> WebFixture.Answer {
        let body = (fields + [("csrf", visitor.csrf)])
            .map { "\($0.0)=\(Query.escaped($0.1))" }.joined(separator: "&")
        return try await fixture.send(
            .post, "/graphs/1/preview",
            headers: [
                (.accept, "image/png"), (.cookie, visitor.cookie ?? ""),
                (.contentType, Form.contentType),
            ], body: body)
    }

    @Test func `without scripts the page comes again with the picture`() async throws {
        let answer = try await visitor.post(
            "/graphs/1/preview", [("version", "0"), ("title", "Tried"), ("range", "now-1y")])
        #expect(answer.status == 200 && answer.body.contains("value=\"Tried\""))
        #expect(answer.body.contains("alt=\"Tried as it would be drawn\""))
        let mark = "srcset=\"/graphs/1/preview?"
        let start = try #require(answer.body.range(of: mark)?.upperBound)
        let address = answer.body[start...].prefix { $0 != "\"" }.replacing("&amp;", with: "&")
        let picture = try await visitor.get("/graphs/1/preview?\(address)", accept: "image/*")
        #expect(picture.status == 200)
        #expect(fixture.renderer.scripts.withLock { $0.last?.title } == "Tried")
        #expect(try await visitor.get("/graphs/1/preview?draft=x").status == 400)
    }

    @Test func `a preview that the renderer has no room for says so`() async throws {
        fixture.renderer.failure.withLock { $0 = .overloaded(waiting: 150) }
        let answer = try await preview([("title", "Tried")])
        #expect(answer.status == 503 && answer.body.contains("renderer_overloaded"))
    }

    @Test func `who may only look does not edit`() async throws {
        let other = Visitor(fixture)
        try await other.logIn("eve", role: .viewer)
        #expect(try await other.get("/graphs/1/edit").status == 403)
        #expect(try await other.post("/graphs/1/edit", [("title", "x")]).status == 403)
        #expect(try await !other.get("/graphs/1").body.contains("/graphs/1/edit"))
        #expect(try await visitor.get("/graphs/1").body.contains("/graphs/1/edit"))
    }

    // MARK: Many data sources

    @Test func `how many data sources are put together is edited alike`() async throws {
        let aggregate = Aggregate(
            id: GraphID(50), title: "All", template: "interface_traffic",
            members: .list([DataSourceID(1), DataSourceID(2)]), arrangement: .sum,
            createdAt: Timestamp(seconds: 1_795_000_000))
        let fixture = try WebFixture(devices: 2, aggregates: [aggregate], guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator)
        let page = try await visitor.get("/graphs/50/edit").body
        #expect(page.contains("value=\"All\"") && !page.contains("What was saved"))
        let mark = "name=\"version\" value=\""
        let start = try #require(page.range(of: mark)?.upperBound)
        let version = String(page[start...].prefix { $0 != "\"" })
        let fields = [
            ("title", "Both"), ("arrangement", "stack"), ("total", "1"), ("unknowns", "known"),
            ("palette", "viridis"), ("skip.1", "1"),
        ]
        let tried = try await visitor.post("/graphs/50/preview", fields)
        #expect(tried.status == 200 && tried.body.contains("alt=\"Both as it would be drawn\""))
        let address = try #require(tried.body.range(of: "srcset=\"/graphs/50/preview?")?.upperBound)
        let query = tried.body[address...].prefix { $0 != "\"" }.replacing("&amp;", with: "&")
        #expect(
            try await visitor.get("/graphs/50/preview?\(query)", accept: "image/*").status == 200)
        #expect(fixture.renderer.scripts.withLock { $0.last?.title } == "Both")
        #expect(fixture.operations.aggregateOrders.withLock { $0.isEmpty })
        let saved = try await visitor.post("/graphs/50/edit", fields + [("version", version)])
        #expect(saved.status == 303 && saved.headers[.location] == "/graphs/50")
        let order = try #require(fixture.operations.aggregateOrders.withLock { $0.last?.0 })
        #expect(order.title == "Both" && order.skip == ["Outbound"] && order.sources == nil)
        let stale = try await visitor.post("/graphs/50/edit", fields + [("version", "x")])
        #expect(stale.status == 409 && stale.body.contains("<td>“All”</td><td>“Both”</td>"))
        let wrong = try await visitor.post(
            "/graphs/50/edit", [("title", "x"), ("arrangement", "sum"), ("total", "1")])
        #expect(wrong.status == 400)
        #expect(try await visitor.post("/graphs/50/restore").status == 400)
    }

    // MARK: For programs

    @Test func `the same is done by a program`() async throws {
        let body = """
            {"title": "Uplink", "series": [{"name": "Inbound", "color": "plum", "dash": "dotted"}],
             "lower_limit": "auto", "upper_limit": 5}
            """
        let dry = try await fixture.admin(
            .patch, "/api/v1/graphs/1",
            body: body.replacing("{\"title", with: "{\"dry_run\": true, \"title"))
        #expect(dry.status == 200 && dry.body.contains("\"title\":\"Uplink\""))
        #expect(try saved() == nil)
        let answer = try await fixture.admin(.patch, "/api/v1/graphs/1", body: body)
        #expect(answer.status == 200)
        #expect(answer.body.contains("\"color\":\"plum\"") && answer.body.contains("\"version\":1"))
        #expect(try saved()?.override["Inbound"].dash == .dotted)
        let stale = try await fixture.admin(
            .patch, "/api/v1/graphs/1", body: "{\"version\": 0, \"title\": \"x\"}")
        #expect(stale.status == 409 && stale.body.contains("edited_meanwhile"))
        for (body, words) in [
            ("{\"titel\": \"x\"}", "titel"), ("{\"percentile\": 0}", "“percentile”"),
            ("{\"series\": [{\"name\": \"In\"}]}", ""),
            ("{\"series\": [{\"name\": \"Inbound\", \"colour\": \"red\"}]}", "colour"),
            ("{\"series\": [{\"name\": \"Inbound\", \"color\": \"red\"}]}", "no colour"),
            ("{\"unset\": [\"colour\"]}", "“colour”"), ("{\"lower_limit\": \"low\"}", "auto"),
        ] where !words.isEmpty {
            let answer = try await fixture.admin(.patch, "/api/v1/graphs/1", body: body)
            #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        }
        #expect(
            try await fixture.admin(.patch, "/api/v1/graphs/1", body: "{\"unset\": [\"all\"]}")
                .status == 200)
        #expect(try saved()?.override.isEmpty == true)
    }
}
