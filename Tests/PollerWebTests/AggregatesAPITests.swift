import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// Graphs of many data sources by API and on pages.
@Suite struct AggregatesAPITests {
    private func aggregate(
        _ id: Int64 = 50, title: String = "Core", members: Aggregate.Members? = nil
    ) -> Aggregate {
        Aggregate(
            id: GraphID(id), title: title, template: "interface_traffic",
            members: members ?? .list([DataSourceID(2), DataSourceID(1)]), arrangement: .stack,
            total: true, createdAt: Timestamp(seconds: 1_795_000_000))
    }

    /// Without its last brace, so that more may follow.
    private static let body =
        #"{"title":"Core","template":"interface_traffic","arrangement":"sum","#
        + #""rule":{"name_like":"*"}"#

    @Test func `an order goes to the desk, of the admin socket only`() async throws {
        let fixture = try WebFixture(devices: 2)
        let body = Self.body + "}"
        #expect(try await fixture.publicly(.post, "/api/v1/aggregates").status == 401)
        let answer = try await fixture.admin(.post, "/api/v1/aggregates", body: body)
        #expect(answer.status == 200)
        for text in [
            #""kind":"aggregate""#, #""device_id":null"#, #""data_source_id":null"#,
            #""id":1000"#, #""url":"http://127.0.0.1:8080/graphs/1000""#, #""dry_run":false"#,
            #""rule":{"name_like":"*"}"#, #""sources":null"#, #""label":"sw1-1""#,
            #""graph_id":1"#, #""left_out":0"#, #""missing":[]"#,
        ] { #expect(answer.body.contains(text), "\(text) in \(answer.body)") }
        let orders = fixture.operations.aggregateOrders.withLock { $0 }
        #expect(orders.count == 1 && orders[0].1 == nil && orders[0].0.title == "Core")
    }

    @Test func `a dry run tells the members, and asks nobody`() async throws {
        let fixture = try WebFixture(devices: 2, aggregates: [aggregate()])
        let made = try await fixture.admin(
            .post, "/api/v1/aggregates", body: Self.body + #","dry_run":true}"#)
        #expect(made.status == 200 && made.body.contains(#""dry_run":true"#))
        #expect(made.body.contains(#""id":0"#) && made.body.contains(#""label":"sw1-2""#))
        let changed = try await fixture.admin(
            .patch, "/api/v1/graphs/50", body: #"{"sources":[2],"dry_run":true}"#)
        #expect(changed.status == 200 && changed.body.contains(#""sources":[2]"#))
        #expect(changed.body.contains(#""title":"Core""#))
        let odd = try await fixture.admin(
            .post, "/api/v1/aggregates", body: Self.body + #","dry_run":true,"skip":["x"]}"#)
        #expect(odd.status == 400 && odd.body.contains("has no series “x”"))
        #expect(fixture.operations.aggregateOrders.withLock { $0.isEmpty })
    }

    @Test(arguments: [
        (#"{"titel":"x"}"#, "did you mean “title”?"),
        (#"{"rule":{"name_lik":"*"}}"#, "“rule.name_lik”: there is no such key"),
        (#"{"rule":{"name_lik":"*"}}"#, "did you mean “name_like”?"),
        (#"{"rule":{"tags":["a"]}}"#, "did you mean “tag”?"),
        (#"{"rule":[]}"#, "has the wrong type"), (#"{"sources":["1"]}"#, "has the wrong type"),
        (#"{"palette":"virids"}"#, "did you mean “viridis”"),
        (##"{"palette":["#12345"]}"##, "is no colour; write #rrggbb"),
        (#"{"arrangement":"pile"}"#, "use one of sum, stack, average, overlay"),
        (#"{"dry_run":"yes"}"#, "has the wrong type"), ("{", "it is not JSON"),
    ])
    func `what is not understood is refused with a sentence`(body: String, words: String)
        async throws
    {
        let fixture = try WebFixture(devices: 2, aggregates: [aggregate()])
        let answer = try await fixture.admin(.patch, "/api/v1/graphs/50", body: body)
        #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
    }

    @Test func `an aggregate is changed and removed, and a graph of a device by other words`()
        async throws
    {
        let fixture = try WebFixture(devices: 2, aggregates: [aggregate()])
        let changed = try await fixture.admin(
            .patch, "/api/v1/graphs/50", body: #"{"title":"New"}"#)
        #expect(changed.status == 200 && changed.body.contains(#""title":"New""#))
        #expect(fixture.operations.aggregateOrders.withLock { $0.first?.1 } == GraphID(50))
        let own = try await fixture.admin(.patch, "/api/v1/graphs/1", body: #"{"title":"New"}"#)
        #expect(own.status != 404 && own.body.contains("title"), "\(own.body)")
        let none = try await fixture.admin(.patch, "/api/v1/graphs/99", body: "{}")
        #expect(none.status == 404)
        #expect(try await fixture.publicly(.patch, "/api/v1/graphs/50").status == 401)
        #expect(try await fixture.admin(.delete, "/api/v1/graphs/50").status == 204)
        #expect(fixture.operations.deletedGraphs.withLock { $0.map(\.0) } == [GraphID(50)])
    }

    @Test func `listings have both kinds, and either`() async throws {
        let fixture = try WebFixture(devices: 2, aggregates: [aggregate()])
        let count = { (query: String) in
            let answer = try await fixture.get("/api/v1/graphs\(query)")
            #expect(answer.status == 200)
            return answer.body.components(separatedBy: #""kind":"#).count - 1
        }
        #expect(try await count("") == 3)
        #expect(try await count("?kind=device") == 2)
        #expect(try await count("?kind=aggregate") == 1)
        #expect(try await count("?device=1") == 1)
        #expect(try await count("?device=1&kind=aggregate") == 0)
        #expect(try await count("?cursor=2") == 1)
        #expect(try await fixture.get("/api/v1/graphs?kind=all").status == 400)
        let listed = try await fixture.get("/api/v1/graphs?kind=aggregate")
        #expect(listed.body.contains(#""members":null"#) && listed.body.contains(#""id":50"#))
        let one = try await fixture.get("/api/v1/graphs/50")
        for text in [
            #""label":"sw1-2""#, #""arrangement":"stack""#, #""total":true"#, #""rule":null"#,
            #""sources":[2,1]"#, #""palette":"mixed""#, #""unknowns":"strict""#,
            #""created_at":"2026-11-"#,
        ] { #expect(one.body.contains(text), "\(text) in \(one.body)") }
        let own = try await fixture.get("/api/v1/graphs/1")
        #expect(own.body.contains(#""kind":"device""#) && own.body.contains(#""aggregate":null"#))
    }

    // MARK: Pages

    @Test func `the list of graphs begins with those of many data sources`() async throws {
        let fixture = try WebFixture(
            devices: 2, aggregates: [aggregate(title: "zzz"), aggregate(51)])
        let page = try await fixture.get("/graphs")
        let places = ["/graphs/51", "/graphs/50", "/graphs/1"].map {
            page.body.range(of: "<a href=\"\($0)\">")?.lowerBound
        }
        #expect(places.allSatisfy { $0 != nil })
        #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
        #expect(page.body.contains("/graphs/50.png?"))
        let filtered = try await fixture.get("/graphs?q=ZZ")
        #expect(filtered.body.contains("/graphs/50\"") && !filtered.body.contains("/graphs/51\""))
        let ofDevice = try await fixture.get("/graphs?device=1")
        #expect(!ofDevice.body.contains("/graphs/50\""))
    }

    @Test func `the page of an aggregate links its members, and says what it lacks`() async throws {
        let fixture = try WebFixture(
            devices: 2,
            aggregates: [
                aggregate(members: .list([1, 2, 77].map { DataSourceID($0) })),
                aggregate(51, members: .list([])),
            ])
        let page = try await fixture.get("/graphs/50")
        #expect(page.status == 200)
        for text in [
            "<h1>Core</h1>", "Stack of 2 data sources, drawn by interface_traffic, with the total",
            #"<a href="/graphs/2">sw1-2 - Traffic</a>"#, #"<a href="/devices/1">sw1-1</a>"#,
            "data source 77", "/graphs/50.png?", #"<p class="trail"><a href="/graphs">"#,
        ] { #expect(page.body.contains(text), "\(text) in \(page.body)") }
        #expect(!page.body.contains("{{"))
        let empty = try await fixture.get("/graphs/51")
        #expect(empty.status == 200 && empty.body.contains("pollerctl graph edit 51"))
        let own = try await fixture.get("/graphs/1")
        #expect(own.body.contains(#"› <a href="/devices/1">"#) && !own.body.contains("Members"))
        let wrong = try await fixture.get("/graphs/50?from=yesterday")
        #expect(wrong.status == 400)
    }

    @Test func `texts in titles, labels and rules are no markup`() async throws {
        for text in hostileTexts {
            var rule = MemberRule()
            rule.titleLike = Glob("*")
            rule.site = DeviceText(text).text
            let title = DeviceText(text).text
            let fixture = try WebFixture(
                devices: 2, deviceText: text,
                aggregates: [
                    aggregate(title: title), aggregate(51, title: title, members: .rule(rule)),
                ])
            for path in ["/graphs", "/graphs/50", "/graphs/51", "/api/v1/graphs/50"] {
                let page = try await fixture.get(path)
                #expect(page.status == 200)
                guard !path.hasPrefix("/api") else { continue }
                for syntax in ["<script>alert", "<img src=x", "\u{202e}", "\u{1b}"] {
                    #expect(!page.body.contains(syntax), "\(syntax) of \(text) on \(path)")
                }
            }
        }
    }

    @Test func `what was found out of an aggregate is not that of another version`() {
        let memo = MembershipMemo()
        var definitions = Definitions(
            version: 1, catalogue: ShippedCatalogue.catalogue, devices: [],
            aggregates: [aggregate(members: .list([DataSourceID(1)]))])
        let missing = { (definitions: Definitions) -> [DataSourceID]? in
            guard case .aggregate(_, let members)? = memo.drawing(GraphID(50), in: definitions)
            else { return nil }
            return members.missing
        }
        for _ in 0..<2 { #expect(missing(definitions) == [DataSourceID(1)]) }
        let old = definitions
        definitions.replace(aggregate(members: .list([DataSourceID(2)])))
        #expect(missing(definitions) == [DataSourceID(2)])
        // Whoever still holds the former version is told of that.
        #expect(missing(old) == [DataSourceID(1)])
        for number in 0...MembershipMemo.largestCount {
            definitions.replace(aggregate(Int64(100 + number)))
        }
        for number in 0...MembershipMemo.largestCount {
            #expect(memo.drawing(GraphID(Int64(100 + number)), in: definitions) != nil)
        }
        #expect(missing(definitions) == [DataSourceID(2)])
        #expect(memo.drawing(GraphID(7), in: definitions)?.id == nil)
    }
}
