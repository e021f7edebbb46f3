import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import Testing

@testable import PollerWeb

/// The list of graphs: filters, selections, and what is done to many.
@Suite struct GraphListTests {
    private static func aggregate(_ title: String = "All together") -> Aggregate {
        Aggregate(
            id: GraphID(50), title: title, template: "interface_traffic",
            members: .list([DataSourceID(1), DataSourceID(2)]), arrangement: .sum,
            createdAt: Timestamp(seconds: 1_795_000_000))
    }

    private func titles(_ page: String) -> [String] {
        page.components(separatedBy: "<figcaption><a href=\"/graphs/").dropFirst().map {
            String($0.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
        }
    }

    @Test func `each filter of the address chooses`() async throws {
        let fixture = try WebFixture(devices: 3, aggregates: [Self.aggregate()])
        for (query, count) in [
            ("", 4), ("?q=sw1-2", 1), ("?site=sw1-3", 1), ("?tag=sw1-3", 1), ("?site=none", 0),
            ("?device=2", 1), ("?kind=aggregate", 1), ("?kind=device", 3), ("?ids=3,50,1", 3),
            ("?template=interface_traffic", 4), ("?template=interface_errors", 0),
            ("?ids=1,99", 1), ("?per=2", 2), ("?per=2&page=2", 2),
        ] {
            let page = try await fixture.get("/graphs\(query)").body
            #expect(titles(page).count == count, "\(query)")
        }
        let named = try await fixture.get("/graphs?ids=3,50,1").body
        #expect(titles(named) == ["sw1-3 - Traffic", "All together", "sw1-1 - Traffic"])
        #expect(
            try await fixture.get("/graphs?ids=1,99").body.contains(
                "1 of the named graphs is not there"))
        for query in [
            "kind=x", "columns=0", "columns=5", "per=97", "per=0", "template=x", "ids=x",
            "device=99", "from=x",
            "ids=" + Array(repeating: "1", count: 201).joined(separator: ","),
        ] {
            #expect(
                [400, 404].contains(try await fixture.get("/graphs?\(query)").status), "\(query)")
        }
    }

    @Test func `what is chosen stays when it is shown otherwise`() async throws {
        let fixture = try WebFixture(devices: 3)
        let page = try await fixture.get("/graphs?q=sw1&columns=2&from=now-7d").body
        #expect(page.contains("class=\"grid columns-2\""))
        #expect(page.contains("href=\"/graphs?q=sw1&amp;columns=2&amp;from=now-7d&amp;view=list\""))
        #expect(page.contains("/graphs/1.png?from=now-7d&amp;to=now&amp;width=520"))
        #expect(page.contains("href=\"/graphs?q=sw1&amp;from=now-7d&amp;columns=4\""))
        let list = try await fixture.get("/graphs?view=list").body
        #expect(list.contains("name=\"ids\" value=\"2\" aria-label=\"Tick sw1-2 - Traffic\""))
        #expect(!list.contains("formaction=\"/graphs/delete\""))
    }

    @Test func `ticked graphs are an address`() async throws {
        let visitor = Visitor(try WebFixture(devices: 3, guestsMayLook: false))
        try await visitor.logIn(role: .viewer)
        let answer = try await visitor.post(
            "/graphs/select", [("ids", "3"), ("ids", "1"), ("ids", "3")])
        #expect(answer.headers[.location] == "/graphs?ids=3,1")
        #expect(
            try await visitor.post("/graphs/select").headers[.location] == "/graphs?view=list")
        #expect(try await visitor.post("/graphs/select", [("ids", "x")]).status == 400)
        #expect(try await visitor.post("/graphs/delete", [("ids", "1")]).status == 403)
    }

    @Test func `filters are kept by whoever has logged in, and by nobody else`() async throws {
        let fixture = try WebFixture(devices: 2, guestsMayLook: true)
        let visitor = Visitor(fixture)
        #expect(try await visitor.post("/graphs/filters", [("name", "x")]).status == 401)
        #expect(try await !visitor.get("/graphs?q=a").body.contains("Keep this filter"))
        let account = try await visitor.logIn(role: .viewer)
        #expect(try await visitor.get("/graphs?q=a").body.contains("Keep this filter"))
        let kept = try await visitor.post(
            "/graphs/filters",
            [("name", "Mine <b>"), ("query", "q=a%20b&evil=//x&columns=3&page=7")])
        #expect(kept.headers[.location] == "/graphs?q=a%20b&columns=3")
        #expect(
            fixture.graphs.keptFilters.withLock { $0[account.id] }
                == [SavedFilter(name: "Mine <b>", query: "q=a%20b&columns=3")])
        let page = try await visitor.get("/graphs").body
        #expect(page.contains("href=\"/graphs?q=a%20b&amp;columns=3\">Mine &lt;b&gt;</a>"))
        for name in ["", String(repeating: "x", count: SavedFilter.longestName + 1), "a\u{7}b"] {
            #expect(
                try await visitor.post("/graphs/filters", [("name", name), ("query", "q=a")])
                    .status == 400)
        }
        #expect(
            try await visitor.post("/graphs/filters/remove", [("name", "Mine <b>")]).status == 303)
        #expect(
            try await visitor.post("/graphs/filters/remove", [("name", "Mine <b>")]).status == 404)
    }

    @Test func `many are removed after a question`() async throws {
        let fixture = try WebFixture(devices: 3, guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator)
        let ticked = [("ids", "1"), ("ids", "3")]
        let question = try await visitor.post("/graphs/delete", ticked)
        #expect(question.status == 200 && question.body.contains("Remove 2 graphs?"))
        #expect(question.body.contains("sw1-3 - Traffic"))
        #expect(fixture.operations.deletedGraphs.withLock { $0.isEmpty })
        let done = try await visitor.post("/graphs/delete", ticked + [("confirmed", "1")])
        #expect(done.status == 303)
        #expect(fixture.operations.deletedGraphs.withLock { $0.map(\.0.rawValue) } == [1, 3])
        #expect(fixture.operations.deletedGraphs.withLock { $0.allSatisfy(\.1) })
        _ = try await visitor.post(
            "/graphs/delete", [("ids", "2"), ("confirmed", "1"), ("remove_data", "1")])
        #expect(fixture.operations.deletedGraphs.withLock { $0.last?.1 } == false)
        #expect(try await visitor.post("/graphs/delete", [("ids", "9")]).status == 404)
        let notes = fixture.audit.entries.flatMap(\.notes)
        #expect(notes.count { $0.object.hasPrefix("graph ") } == 3)
    }

    @Test func `many are drawn together after a question`() async throws {
        let fixture = try WebFixture(
            devices: 3, aggregates: [Self.aggregate()], guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator)
        let ticked = [("ids", "3"), ("ids", "1")]
        let question = try await visitor.post("/graphs/aggregate", ticked)
        #expect(question.status == 200)
        #expect(question.body.contains("value=\"2 × interface_traffic\""))
        #expect(fixture.operations.aggregateOrders.withLock { $0.isEmpty })
        let answer = try await visitor.post(
            "/graphs/aggregate",
            ticked + [
                ("confirmed", "1"), ("title", "Both"), ("arrangement", "stack"), ("total", "1"),
            ])
        #expect(answer.headers[.location] == "/graphs/1000")
        let order = try #require(fixture.operations.aggregateOrders.withLock { $0.last?.0 })
        #expect(order.sources == [DataSourceID(3), DataSourceID(1)] && order.total == true)
        #expect(order.title == "Both" && order.arrangement == "stack")
        let wrong = try await visitor.post(
            "/graphs/aggregate",
            ticked + [
                ("confirmed", "1"), ("title", "Both"), ("arrangement", "sum"), ("total", "1"),
            ])
        #expect(wrong.status == 400 && wrong.body.contains("value=\"Both\""))
        #expect(wrong.body.contains("a total is drawn over a stack or an overlay"))
        #expect(
            try await visitor.post("/graphs/aggregate", [("ids", "1"), ("ids", "50")]).status
                == 400)
    }
}
