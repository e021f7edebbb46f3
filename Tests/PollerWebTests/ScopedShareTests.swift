import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// Links of operators who see a part of the devices, to graphs of many data sources.
@Suite struct ScopedShareTests {
    private let fixture: ShareFixture
    private let visitor: Visitor

    init() async throws {
        var rule = MemberRule()
        rule.site = "sw1-2"
        fixture = try ShareFixture(
            devices: 2,
            aggregates: [
                Self.aggregate(10, .list([DataSourceID(2)])), Self.aggregate(11, .rule(rule)),
                Self.aggregate(12, .list([DataSourceID(1)])),
            ])
        visitor = Visitor(fixture.web)
        try await visitor.logIn(role: .operator, scope: .parts([.site("sw1-2")]))
    }

    private static func aggregate(_ id: Int64, _ members: Aggregate.Members) -> Aggregate {
        Aggregate(
            id: GraphID(id), title: "Sum \(id)", template: "interface_traffic", members: members,
            arrangement: .sum, createdAt: Timestamp(seconds: 1_795_000_000))
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = ""
    ) async throws -> WebFixture.Answer {
        let token = try #require(HTTPField.Name("X-CSRF-Token"))
        return try await fixture.web.send(
            method, path,
            headers: [
                (.cookie, try #require(visitor.cookie)), (token, visitor.csrf),
                (.contentType, "application/json"),
            ], body: body)
    }

    @Test func `links to what the scope has are listed and revoked, and no others`() async throws {
        for graph in [10, 12] { _ = try await fixture.share(graph: graph) }
        let list = try await send(.get, "/api/v1/shares")
        #expect(list.body.contains(#""graph_id":10"#), "\(list.body)")
        #expect(!list.body.contains(#""graph_id":12"#))
        #expect(try await send(.delete, "/api/v1/shares/2").status == 404)
        #expect(try await send(.delete, "/api/v1/shares/1").status == 204)
    }

    @Test func `a graph that takes its members by a rule is shared by who sees everything`()
        async throws
    {
        let refused = try await send(.post, "/api/v1/graphs/11/shares", "{}")
        #expect(refused.status == 403 && refused.body.contains("outside_scope"), "\(refused.body)")
        let page = try await visitor.post(
            "/graphs/11/shares", [("from", "now-7d"), ("to", "now"), ("expires", "7d")])
        #expect(page.status == 403 && page.body.contains("by a rule"), "\(page.body)")
        #expect(try await fixture.register.shares(of: nil).isEmpty)
        #expect(try await send(.post, "/api/v1/graphs/10/shares", "{}").status == 201)
        #expect(try await send(.post, "/api/v1/graphs/12/shares", "{}").status == 404)
        _ = try await fixture.share(graph: 11)
    }
}
