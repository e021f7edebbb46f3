import Foundation
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// Links to graphs, made and revoked on a page.
@Suite struct GraphSharePageTests {
    private let folder: TemporaryFolder
    private let fixture: WebFixture
    private let visitor: Visitor

    init() async throws {
        folder = try TemporaryFolder()
        let register = try Inventory(
            path: folder.path + "/pollerd.sqlite", catalogue: ShippedCatalogue.catalogue)
        fixture = try WebFixture(devices: 2, shares: register, guestsMayLook: false)
        visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator)
    }

    @Test func `a link is shown once, opens the graph, and is revoked`() async throws {
        #expect(try await visitor.get("/graphs/1/shares").body.contains("There are none."))
        let made = try await visitor.post(
            "/graphs/1/shares",
            [("from", "now-7d"), ("to", "now"), ("expires", "7d"), ("label", "Ticket <7>")])
        #expect(made.status == 201)
        let start = try #require(made.body.range(of: "readonly value=\"")?.upperBound)
        let url = String(made.body[start...].prefix { $0 != "\"" })
        #expect(url.hasPrefix("http://127.0.0.1:8080/share/") && url.hasSuffix(".png"))
        let path = url.replacing("http://127.0.0.1:8080", with: "")
        #expect(try await fixture.get(path, headers: []).status == 200)
        let page = try await visitor.get("/graphs/1/shares").body
        #expect(!page.contains("/share/") && page.contains("<td>Ticket &lt;7&gt;</td>"))
        #expect(page.contains("by ann") && page.contains("<td>valid</td>"))
        #expect(try await visitor.get("/graphs/2/shares").body.contains("There are none."))
        #expect(try await visitor.post("/graphs/2/shares/1/revoke").status == 404)
        #expect(try await visitor.post("/graphs/1/shares/1/revoke").status == 303)
        #expect(try await fixture.get(path, headers: []).status != 200)
        #expect(try await visitor.get("/graphs/1/shares").body.contains("<td>revoked</td>"))
        #expect(!fixture.audit.entries.flatMap(\.notes).contains { ($0.after ?? "").contains(url) })
    }

    @Test func `what cannot be shared is said, and the form stays`() async throws {
        let answer = try await visitor.post(
            "/graphs/1/shares", [("from", "yesterday"), ("to", "now"), ("label", "x")])
        #expect(answer.status == 400 && answer.body.contains("value=\"yesterday\""))
        let other = Visitor(fixture)
        try await other.logIn("eve", role: .viewer)
        #expect(try await other.get("/graphs/1/shares").status == 403)
    }
}
