import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// Operators who see a part of the devices do not put any outside.
@Suite struct ScopedOperatorTests {
    private let fixture: WebFixture
    private let visitor: Visitor

    init() async throws {
        fixture = try WebFixture(devices: 3, guestsMayLook: false)
        visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator, scope: .parts([.site("sw1-2"), .tag("mine")]))
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

    @Test(arguments: [
        ("", 403), (#","site":"elsewhere""#, 403), (#","site":"sw1-2""#, 200),
        (#","tags":["mine"]"#, 200), (#","tags":["sw1-2"]"#, 403),
    ])
    func `a device is added inside the scope only`(more: String, status: Int) async throws {
        let answer = try await send(
            .post, "/api/v1/devices", #"{"host":"192.0.2.77","community":"x"\#(more)}"#)
        #expect(answer.status == status, "\(answer.body)")
        if status == 403 {
            #expect(answer.body.contains("site:sw1-2, tag:mine"))
            #expect(answer.body.contains("outside_scope"))
        }
    }

    @Test(arguments: [
        (#"{"site":"elsewhere"}"#, 403), (#"{"site":""}"#, 403),
        (#"{"site":"elsewhere","add_tags":["mine"]}"#, 200), (#"{"name":"other"}"#, 200),
        (#"{"tags":[]}"#, 200),
    ])
    func `a device is not moved out of the scope`(order: String, status: Int) async throws {
        let answer = try await send(.patch, "/api/v1/devices/2", order)
        #expect(answer.status == status, "\(answer.body)")
        let batch = try await send(
            .post, "/api/v1/device-batches",
            #"{"devices":[2],"action":"change","order":\#(order)}"#)
        #expect(batch.status == status, "\(batch.body)")
        // What lies outside does not even exist.
        #expect(try await send(.patch, "/api/v1/devices/1", order).status == 404)
    }

    @Test func `whoever sees everything moves devices anywhere`() async throws {
        let answer = try await fixture.admin(
            .patch, "/api/v1/devices/2", body: #"{"site":"elsewhere"}"#)
        #expect(answer.status == 200)
    }

    @Test func `a graph of many data sources takes those of the scope only`() async throws {
        let order = { (rule: String) in
            #"{"arrangement":"sum","title":"all","template":"interface_traffic","rule":\#(rule)}"#
        }
        let all = try await send(.post, "/api/v1/aggregates", order(#"{"name_like":"*"}"#))
        #expect(all.status == 403 && all.body.contains("outside_scope"), "\(all.body)")
        let own = try await send(.post, "/api/v1/aggregates", order(#"{"site":"sw1-2"}"#))
        #expect(own.status == 200, "\(own.body)")
        let list = try await send(
            .post, "/api/v1/aggregates",
            #"{"arrangement":"sum","title":"a","template":"interface_traffic","sources":[1,2]}"#)
        #expect(list.status == 403, "\(list.body)")
    }
}
