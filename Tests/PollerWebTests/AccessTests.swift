import HTTPTypes
import Hummingbird
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// Remembers which routes are added.
private final class RouteList: RouterMethods {
    typealias Context = WebContext
    private(set) var routes: [String] = []

    @discardableResult
    func on<Responder: HTTPResponder>(
        _ path: RouterPath, method: HTTPRequest.Method, responder: Responder
    ) -> Self where Responder.Context == WebContext {
        routes.append("\(method.rawValue) \(path.description)")
        return self
    }

    func add(middleware: any MiddlewareProtocol<Request, Response, WebContext>) -> Self { self }
}

@Suite struct AccessTests {
    @Test func `every route says who may use it, and every rule is of a route`() throws {
        let list = RouteList()
        try WebFixture().addRoutes(to: list)
        #expect(list.routes.count > 30)
        #expect(Set(list.routes) == Set(AccessTable.permissions.keys))
        #expect(Set(list.routes).count == list.routes.count)
    }

    private enum Who: String, CaseIterable {
        case stranger, guest, viewer, `operator`, administrator, changing, disabled
    }

    /// What the table says of whom, written once more by hand.
    private static func isAllowed(_ who: Who, _ permission: Permission) -> Bool {
        switch (permission, who) {
        case (.open, _): true
        case (_, .stranger), (_, .disabled): false
        case (.own, .guest): false
        case (.own, _): true
        case (_, .changing): false
        case (.view, _): true
        case (.operate, .operator), (.operate, .administrator): true
        case (.administer, .administrator): true
        default: false
        }
    }

    @Test func `each route lets in and keeps out whom the table says`() async throws {
        for who in Who.allCases {
            let fixture = try WebFixture(guestsMayLook: who == .guest)
            // There is an account, so strangers are asked to log in.
            try await Visitor(fixture).logIn("other")
            let visitor = Visitor(fixture)
            switch who {
            case .stranger, .guest: break
            case .viewer: try await visitor.logIn(role: .viewer)
            case .operator: try await visitor.logIn(role: .operator)
            case .administrator: try await visitor.logIn(role: .administrator)
            case .changing: try await visitor.logIn(role: .administrator, mustChange: true)
            case .disabled:
                let account = try await visitor.logIn(role: .administrator)
                _ = try await fixture.accountDesk.change(
                    account.id, to: AccountChange(isDisabled: true))
            }
            for (route, permission) in AccessTable.permissions where route != "POST /logout" {
                let parts = route.split(separator: " ").map(String.init)
                let path = parts[1].replacing("{id}", with: "1").replacing("{name}", with: "x")
                    .replacing("{remap}", with: "1").replacing("{kind}", with: "device")
                    .replacing("{node}", with: "1").replacing("{tile}", with: "0")
                    .replacing("{share}", with: "1")
                let method = try #require(HTTPRequest.Method(parts[0]))
                let answer = try await fixture.send(
                    method, path,
                    headers: [
                        (.accept, "application/json"), (.cookie, visitor.cookie ?? ""),
                        (try #require(HTTPField.Name("X-CSRF-Token")), visitor.csrf),
                    ], body: "{}")
                let isRefused =
                    answer.body.contains("\"login_needed\"")
                    || answer.body.contains("\"not_permitted\"")
                    || answer.body.contains("\"password_needed\"")
                let isAllowed = Self.isAllowed(who, permission)
                #expect(isRefused != isAllowed, "\(who) \(route): \(answer.status) \(answer.body)")
                if isRefused { #expect([401, 403].contains(answer.status)) }
            }
        }
    }

    @Test func `what lies outside somebody's scope does not exist for him`() async throws {
        let fixture = try WebFixture(devices: 3, guestsMayLook: false)
        let visitor = Visitor(fixture)
        // Devices of the fixture are in sites, and have tags, of their own names.
        try await visitor.logIn(role: .operator, scope: .parts([.site("sw1-2")]))
        for (path, status) in [
            ("/devices/2", 200), ("/devices/1", 404), ("/graphs/2", 200), ("/graphs/1", 404),
            ("/graphs/1.png", 404), ("/graphs/2.png", 200), ("/graphs/3.csv", 404),
            ("/graphs/3.json", 404), ("/graphs/3.svg", 404), ("/api/v1/devices/3", 404),
            ("/api/v1/devices/2", 200), ("/api/v1/graphs/1", 404), ("/api/v1/data-sources/1", 404),
            ("/api/v1/graphs/1/numbers", 404), ("/api/v1/devices/1/rows?query=interfaces", 404),
            ("/api/v1/interruptions?device=1", 404), ("/api/v1/rrd/check", 403),
        ] {
            let answer = try await visitor.get(path)
            #expect(answer.status == status, "\(path): \(answer.status)")
        }
        for path in ["/", "/devices", "/graphs", "/api/v1/devices", "/api/v1/graphs"] {
            let body = try await visitor.get(path).body
            #expect(!body.contains("sw1-1") && !body.contains("sw1-3"), "\(path)")
        }
        #expect(try await visitor.get("/devices").body.contains("sw1-2"))
        let json = HTTPField.Name("X-CSRF-Token")
        let poll = try await fixture.send(
            .post, "/api/v1/devices/1/poll",
            headers: [
                (try #require(json), visitor.csrf), (.cookie, try #require(visitor.cookie)),
            ], body: "")
        #expect(poll.status == 404)
    }

    @Test func `a graph of many devices is seen by those who see all of them`() throws {
        let fixture = try WebFixture(devices: 2)
        var rule = MemberRule()
        rule.site = "sw1-1"
        let one = try Self.aggregate(10, .rule(rule))
        let both = try Self.aggregate(11, .rule(MemberRule()))
        var definitions = fixture.inventory.definitions
        definitions.replace(one)
        definitions.replace(both)
        let seen = definitions.restricted(to: .parts([.tag("sw1-1")]), by: [:])
        #expect(Set(seen.aggregates.keys) == [one.id])
        #expect(definitions.restricted(to: .everything, by: [:]).aggregates.count == 2)
        #expect(definitions.restricted(to: .parts([]), by: [:]).devices.isEmpty)
    }

    private static func aggregate(_ id: Int64, _ members: Aggregate.Members) throws -> Aggregate {
        Aggregate(
            id: GraphID(id), title: "Sum \(id)", template: "interface_traffic", members: members,
            arrangement: .sum,
            createdAt: Timestamp(seconds: 1_795_000_000))
    }

    @Test func `a form without our text, or from another site, changes nothing`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        for csrf in ["", "wrong", visitor.csrf + "x"] {
            let answer = try await visitor.post("/account/sessions/end", csrf: csrf)
            #expect(answer.status == 403 && answer.body.contains("load the page again"))
        }
        for (name, value) in [
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://evil.example"), ("Origin", "http://127.0.0.1:8081"),
            ("Origin", "null"),
        ] {
            let answer = try await visitor.post(
                "/account/sessions/end", headers: [(try #require(HTTPField.Name(name)), value)])
            #expect(answer.status == 403, "\(name): \(value)")
        }
        let good = try await visitor.post(
            "/account/sessions/end", headers: [(.origin, "http://127.0.0.1:8080")])
        #expect(good.status == 303)
        #expect(try await visitor.get("/account").body.contains("All other sessions have ended."))
        #expect(try await !visitor.get("/account").body.contains("All other sessions have ended."))
    }

    @Test func `who changed what is kept, with the outcome and without secrets`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        _ = try await visitor.post("/account/sessions/end")
        let last = try #require(fixture.audit.entries.last)
        #expect(last.actor == "ann" && last.action == "POST /account/sessions/end")
        #expect(last.status == 303)
        #expect(!"\(fixture.audit.entries)".contains(Visitor.password))
        _ = try await fixture.admin(.post, "/api/v1/devices/9/poll")
        let refused = try #require(fixture.audit.entries.last)
        #expect(refused.actor == "test" && refused.status == 404)
    }
}
