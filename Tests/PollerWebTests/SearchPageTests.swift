import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct SearchPageTests {
    private func report(
        _ fixture: WebFixture, _ path: String
    ) async throws -> WebFixture.Answer {
        try await fixture.get(path, headers: [(.accept, "application/json")])
    }

    @Test func `everything that is called so is found, each kind under its heading`() async throws {
        let body = try await WebFixture(devices: 12).get("/search?q=sw1-1").body
        for text in [
            "<h2 id=\"found-device\">Devices <small>4</small>",
            "<h2 id=\"found-row\">Interfaces and other rows <small>4</small>",
            "<h2 id=\"found-graph\">Graphs <small>4</small>",
            "<a href=\"/devices/1\">sw1-1</a>", "<a href=\"/graphs/12\">sw1-12 - Traffic</a>",
        ] { #expect(body.contains(text), "\(text)") }
        // Exactly that comes first.
        let first = try #require(body.range(of: "/devices/1\""))
        let second = try #require(body.range(of: "/devices/10\""))
        #expect(first.lowerBound < second.lowerBound)
    }

    @Test func `of many the first are shown, and all of a kind on pages of their own`()
        async throws
    {
        let fixture = try WebFixture(devices: 250)
        let body = try await fixture.get("/search?q=sw1").body
        #expect(body.contains("<small>250</small>"))
        #expect(body.contains("href=\"/search?q=sw1&amp;kind=device\">all 250"))
        #expect(body.components(separatedBy: "<li><a href=\"/devices/").count == 11)
        let devices = try await fixture.get("/search?q=sw1&kind=device&page=3").body
        #expect(devices.contains("201–250 of 250") && !devices.contains("found-graph"))
        #expect(devices.contains("/search?q=sw1&amp;kind=device&amp;page=2"))
        #expect(devices.components(separatedBy: "<li><a href=\"/devices/").count == 51)
    }

    @Test func `a page says what to do when nothing was asked for, or found`() async throws {
        let fixture = try WebFixture()
        let empty = try await fixture.get("/search").body
        #expect(empty.contains("Write a part of a device's name") && empty.contains("/help/search"))
        let nothing = try await fixture.get("/search?q=nowhere").body
        #expect(nothing.contains("Nothing is called so") && nothing.contains("value=\"nowhere\""))
        #expect(!nothing.contains("One or two characters"))
        #expect(try await fixture.get("/search?q=qq").body.contains("One or two characters"))
    }

    @Test func `pages of the product and of the help are found by their names`() async throws {
        let fixture = try WebFixture()
        let body = try await fixture.get("/search?q=keyb").body
        #expect(body.contains("<a href=\"/help/keyboard\">Keyboard</a>"))
        #expect(try await fixture.get("/search?q=overview").body.contains("<a href=\"/\">Overview"))
        // Guests have no account, and do not look into the daemon.
        for name in ["health", "account"] {
            let body = try await fixture.get("/search?q=\(name)&kind=page").body
            #expect(!body.contains("<a href=\"/\(name)\""), "\(name)")
        }
    }

    @Test func `programs find the same as JSON, and are told when nothing changed`() async throws {
        let fixture = try WebFixture(devices: 3)
        let answer = try await report(fixture, "/api/v1/search?q=sw1-2&limit=1")
        #expect(answer.status == 200)
        for text in [
            #""query":"sw1-2""#, #""kind":"device""#, #""count":1"#, #""cut":false"#,
            #""name":"sw1-2""#, #""path":"/devices/2""#, #""device_id":2"#,
        ] { #expect(answer.body.contains(text), "\(text) in \(answer.body)") }
        let tag = try #require(answer.headers[.eTag])
        let again = try await fixture.get(
            "/api/v1/search?q=sw1-2&limit=1", headers: [(.ifNoneMatch, tag)])
        #expect(again.status == 304 && again.body.isEmpty)
    }

    @Test(arguments: [
        ("limit=0", "1 to 500"), ("limit=501", "1 to 500"), ("limit=x", "whole number"),
        ("kind=devices", "did you mean “device”?"), ("q=%ff", "percent-encoded"),
        ("q=a&q=b", "stands twice"),
    ])
    func `what cannot be asked is refused with a sentence`(query: String, words: String)
        async throws
    {
        let answer = try await report(WebFixture(), "/api/v1/search?\(query)")
        #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
    }

    @Test func `what is looked for has an end`() async throws {
        let fixture = try WebFixture()
        let longest = String(repeating: "%C3%BC", count: 200)
        #expect(try await fixture.get("/search?q=\(longest)").status == 200)
        let answer = try await fixture.get("/search?q=\(longest)x")
        #expect(answer.status == 400 && answer.body.contains("at most 200"))
    }

    @Test(arguments: hostileTexts)
    func `hostile text is shown as it is, and is no syntax`(hostile: String) async throws {
        let fixture = try WebFixture(deviceText: hostile)
        let asked = String(DeviceText(hostile).text.prefix(60))
        let body = try await fixture.get("/search?q=\(Query.escaped(asked))").body
        #expect(!body.contains("<script>alert") && !body.contains("<img src=x"))
        #expect(!body.contains("\u{1b}") && !body.contains("\u{202e}"))
        #expect(body.contains("found-device"), "\(asked)")
        let raw = Query.escaped(String(hostile.prefix(100)))
        #expect(try await fixture.get("/search?q=\(raw)").status == 200)
        let json = try await report(fixture, "/api/v1/search?q=\(raw)")
        #expect(json.status == 200)
    }

    @Test func `nobody finds what he may not see`() async throws {
        let fixture = try WebFixture(devices: 3, guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .viewer, scope: .parts([.site("sw1-2")]))
        for path in ["/search?q=sw1", "/api/v1/search?q=sw1", "/search?q=traffic"] {
            let body = try await visitor.get(path).body
            #expect(body.contains("sw1-2"), "\(path)")
            #expect(!body.contains("sw1-1") && !body.contains("sw1-3"), "\(path)")
        }
        let requests = fixture.search.requests.withLock { $0 }
        #expect(requests.allSatisfy { $0.devices == [DeviceID(2)] })
    }

    @Test func `who may see everything is asked for without a list`() async throws {
        let fixture = try WebFixture(devices: 2)
        _ = try await fixture.get("/search?q=sw1")
        #expect(fixture.search.requests.withLock { $0.map(\.devices) } == [nil])
    }

    @Test func `an index that fails is said`() async throws {
        let fixture = try WebFixture()
        fixture.search.failure.withLock { $0 = .failed(operation: "look", detail: "broken") }
        let answer = try await fixture.get("/search?q=sw1")
        #expect(answer.status == 503 && answer.body.contains("the database could not look: broken"))
    }

    @Test func `a row leads to its graph, or else to its device`() async throws {
        let fixture = try WebFixture(devices: 2)
        let definitions = fixture.inventory.definitions
        let bare = try #require(definitions.devices[DeviceID(2)])
        fixture.inventory.set(
            definitions.replacing(
                DeviceID(2),
                with: DeviceDefinition(
                    device: bare.device, rows: bare.rows, dataSources: [], graphs: [])))
        let first = try await report(fixture, "/api/v1/search?q=sw1-1&kind=row").body
        #expect(first.contains(#""path":"/graphs/1""#))
        let second = try await report(fixture, "/api/v1/search?q=sw1-2&kind=row").body
        #expect(second.contains(#""path":"/devices/2""#))
    }

    @Test func `each page of who may look has the box, and works without script`() async throws {
        let fixture = try WebFixture()
        let body = try await fixture.get("/devices").body
        #expect(body.contains("<form method=\"get\" action=\"/search\">"))
        #expect(body.contains("name=\"q\"") && body.contains("href=\"/help\""))
        let closed = try WebFixture(guestsMayLook: false)
        try await Visitor(closed).logIn("other")
        #expect(try await closed.get("/login").body.contains("href=\"/help\""))
    }
}
