import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct EventsTests {
    /// In minutes before now: sw1-1 went down 60 and came back 30, a value of sw1-2 is refused
    /// since 20, its graph was shared 10, the clock was set 5, somebody tried to log in 1.
    private func fixture() throws -> WebFixture {
        let fixture = try WebFixture(devices: 2)
        let now = fixture.clock.now.wall
        let all: [(EventKind, Event.Subject, Int64, String, String)] = [
            (.deviceDown, .device(DeviceID(1)), 60, "sw1-1", "the device is down: no answer"),
            (.deviceUp, .device(DeviceID(1)), 30, "sw1-1", "the device is up again"),
            (.valueRefused, .source(DataSourceID(2), of: DeviceID(2)), 20, "sw1-2", "too large"),
            (.shareMade, .graph(GraphID(2)), 10, "sw1-2 - Traffic", "the graph is shared"),
            (.clockSet, .none, 5, "", "the clock was set back by 9 s"),
            (.loginFailed, .none, 1, "", "a wrong password for ann from 192.0.2.9"),
        ]
        fixture.events.keep(
            all.enumerated().map { place, event in
                Event(
                    id: EventID(Int64(place + 1)),
                    NewEvent(event.0, of: event.1, event.4, details: ["reason": "some_reason"]),
                    time: now.advanced(seconds: -60 * event.2), name: event.3,
                    count: event.0 == .valueRefused ? 37 : 1,
                    lastTime: event.0 == .valueRefused ? now.advanced(seconds: -60) : nil)
            })
        return fixture
    }

    private func ids(_ fixture: WebFixture, _ query: String) async throws -> [Int] {
        let answer = try await fixture.publicly(.get, "/api/v1/events\(query)")
        #expect(answer.status == 200, "\(answer.body)")
        return answer.body.split(separator: "\"id\":").dropFirst().compactMap {
            Int($0.prefix { $0.isNumber })
        }
    }

    @Test func `an event is said with all that is known of it`() async throws {
        let answer = try await fixture().publicly(.get, "/api/v1/events?device=2")
        for text in [
            "\"kind\":\"value.refused\"", "\"severity\":\"warning\"", "\"count\":37",
            "\"subject\":\"data_source\"", "\"device_id\":2", "\"data_source_id\":2",
            "\"graph_id\":null", "\"name\":\"sw1-2\"", "\"message\":\"too large\"",
            "\"details\":[{\"name\":\"reason\",\"value\":\"some_reason\"}]",
            "\"time\":\"2026-11-25T15:40:09Z\"", "\"last_time\":\"2026-11-25T15:59:09Z\"",
            "\"next\":null",
        ] { #expect(answer.body.contains(text), "\(text) in \(answer.body)") }
    }

    @Test(
        arguments: [
            ("", [5, 4, 3, 2, 1]), ("?device=1", [2, 1]), ("?device=sw1-2", [3]),
            ("?kind=device", [2, 1]), ("?kind=device.up,share", [4, 2]),
            ("?severity=warning", [5, 3, 1]), ("?severity=error", [1]),
            ("?since=now-15m", [5, 4, 3]),
            ("?until=now-25m", [2, 1]), ("?after=3", [5, 4]), ("?cursor=3", [2, 1]),
            ("?kind=device&severity=error&device=1", [1]), ("?device=99", []),
        ] as [(String, [Int])])
    func `what is asked for is what comes, newest first`(query: String, expected: [Int])
        async throws
    {
        #expect(try await ids(fixture(), query) == expected)
    }

    @Test func `logins are shown to administrators only`() async throws {
        let fixture = try fixture()
        #expect(try await !ids(fixture, "").contains(6))
        let answer = try await fixture.admin(.get, "/api/v1/events?kind=login")
        #expect(answer.body.contains("a wrong password"), "\(answer.body)")
    }

    @Test func `whoever sees a part of the devices sees what happened to these`() async throws {
        let fixture = try fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn("bob", role: .operator, scope: .parts([.tag("sw1-2")]))
        let answer = try await visitor.get("/api/v1/events", accept: "application/json")
        let kinds = answer.body.matches(of: /"kind":"([a-z.]+)"/).map { String($0.output.1) }
        #expect(kinds == ["share.made", "value.refused"], "\(answer.body)")
        let other = try await visitor.get("/api/v1/events?device=1", accept: "application/json")
        #expect(other.body.contains("\"items\":[]"), "\(other.body)")
        let page = try await visitor.get("/events").body
        #expect(page.contains("sw1-2") && !page.contains("sw1-1"), "\(page)")
    }

    @Test func `marks are set by operators, and health is for administrators`() async throws {
        let fixture = try fixture()
        let body = "{\"message\": \"m\"}"
        let headers: [(HTTPField.Name, String)] = [(.contentType, "application/json")]
        let stranger = try await fixture.send(
            .post, "/api/v1/events", headers: headers, body: body)
        #expect(stranger.status == 401 && fixture.events.events.isEmpty, "\(stranger.body)")
        let visitor = Visitor(fixture)
        try await visitor.logIn("eve", role: .operator)
        #expect(try await visitor.get("/health").status == 403)
        #expect(
            try await visitor.get("/api/v1/doctor", accept: "application/json").status == 403)
    }

    @Test func `long lists come in pages`() async throws {
        let fixture = try fixture()
        let answer = try await fixture.publicly(.get, "/api/v1/events?limit=2")
        #expect(answer.body.contains("\"next\":\"4\""), "\(answer.body)")
        #expect(try await ids(fixture, "?limit=2&cursor=4") == [3, 2])
        let last = try await fixture.publicly(.get, "/api/v1/events?limit=2&cursor=2")
        #expect(last.body.contains("\"next\":null"), "\(last.body)")
    }

    @Test(
        arguments: [
            ("?kind=devise.down", "did you mean “device.down”"), ("?severity=bad", "no severity"),
            ("?device=nobody", "no device"), ("?since=yesterday", "is no time"),
            ("?limit=0", "“limit” is 1 to 1000"), ("?limit=1001", "“limit” is 1 to 1000"),
            ("?cursor=x", "“cursor” is a number"), ("?after=-1", "“after” is a number"),
        ])
    func `what is not understood is said`(query: String, words: String) async throws {
        let answer = try await fixture().publicly(.get, "/api/v1/events\(query)")
        #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
    }

    // MARK: Marks

    @Test func `a mark is reported with who set it`() async throws {
        let fixture = try fixture()
        let answer = try await fixture.admin(
            .post, "/api/v1/events", body: #"{"message": "deployed 1.2", "device_id": 1}"#)
        #expect(answer.status == 202, "\(answer.body)")
        let event = try #require(fixture.events.events.first)
        #expect(event.kind == .mark && event.subject == .device(DeviceID(1)))
        #expect(event.words == "deployed 1.2" && event.details["by"] != nil)
    }

    @Test(
        arguments: [
            (#"{"message": ""}"#, 400), (#"{"message": "m", "device": 1}"#, 400),
            (#"{"message": "m", "device_id": 9}"#, 404), (#"{"message": "m", "graph_id": 9}"#, 404),
            (#"{"message": "m", "device_id": 1, "graph_id": 1}"#, 400), ("{}", 400),
            (#"{"message": "m", "time": "soon"}"#, 400),
        ])
    func `what is no mark is refused with a sentence`(body: String, status: Int) async throws {
        let fixture = try fixture()
        let answer = try await fixture.admin(.post, "/api/v1/events", body: body)
        #expect(answer.status == status, "\(answer.body)")
        #expect(fixture.events.events.isEmpty)
    }

    // MARK: Page

    @Test func `the page shows who, what, how grave and how often`() async throws {
        let answer = try await fixture().get("/events")
        #expect(answer.status == 200)
        let rows = answer.body.split(separator: "<tr id=\"event-").dropFirst().map(String.init)
        #expect(rows.count == 5)
        #expect(rows[0].contains("Clock set") && rows[0].contains("severity warning"))
        #expect(rows[1].contains("<a href=\"/graphs/2\">sw1-2 - Traffic</a>"), "\(rows[1])")
        #expect(rows[2].contains("sw1-2 · Interface traffic · sw1-2"), "\(rows[2])")
        #expect(rows[2].contains("37 times, last at 15:59:09"), "\(rows[2])")
        #expect(rows[4].contains("<a href=\"/devices/1\">sw1-1</a>"), "\(rows[4])")
        #expect(rows[4].contains("datetime=\"2026-11-25T15:00:09Z\""), "\(rows[4])")
        #expect(rows[4].contains("href=\"/help/events#device-down\""), "\(rows[4])")
        #expect(EventRows.help("events", "device.slot_missed") == "/help/events#device-slot-missed")
    }

    @Test func `the filter of the page stays filled in`() async throws {
        let body = try await fixture().get(
            "/events?severity=error&kind=device&device=sw1-1&since=now-1d"
        ).body
        #expect(body.contains("<option value=\"error\" selected>"))
        #expect(body.contains("<option value=\"device\" selected>"))
        #expect(body.contains("name=\"device\" value=\"sw1-1\""))
        #expect(body.contains("<option value=\"now-1d\" selected>"))
        #expect(body.contains("event-1\"") && !body.contains("event-2\""))
    }

    @Test func `pages of a list lead to each other and keep the filter`() async throws {
        let fixture = try WebFixture()
        let now = fixture.clock.now.wall
        fixture.events.keep(
            (1...150).map {
                Event(
                    id: EventID($0), NewEvent(.deviceUp, of: .device(DeviceID(1)), "up"), time: now,
                    name: "sw1")
            })
        let first = try await fixture.get("/events?kind=device.up").body
        #expect(first.contains("href=\"/events?kind=device.up&amp;cursor=51\""), "\(first)")
        #expect(!first.contains("◀ newest"))
        let second = try await fixture.get("/events?kind=device.up&cursor=51").body
        #expect(second.split(separator: "<tr id=\"event-").count == 51)
        #expect(second.contains("href=\"/events?kind=device.up\">◀ newest"), "\(second)")
        #expect(!second.contains("older ▶"))
    }

    @Test func `an empty list says what to do`() async throws {
        let fixture = try WebFixture()
        #expect(try await fixture.get("/events").body.contains("Nothing has happened yet"))
        let filtered = try await fixture.get("/events?severity=error").body
        #expect(filtered.contains("Nothing of the kind happened"))
        #expect(filtered.contains("<a href=\"/events\">Show all events</a>"))
    }

    @Test func `a filter that is not understood is said at the form`() async throws {
        let answer = try await fixture().get("/events?device=nobody&severity=error")
        #expect(answer.status == 400 && answer.body.contains("role=\"alert\""))
        #expect(answer.body.contains("there is no device “nobody”"), "\(answer.body)")
        #expect(answer.body.contains("name=\"device\" value=\"nobody\""))
        #expect(answer.body.contains("<option value=\"error\" selected>"))
    }

    @Test func `what happened to something that is gone keeps its name`() async throws {
        let fixture = try WebFixture()
        fixture.events.keep([
            Event(
                id: EventID(1), NewEvent(.deviceRemoved, of: .device(DeviceID(9)), "removed"),
                time: fixture.clock.now.wall, name: "old <b>switch</b>")
        ])
        let body = try await fixture.get("/events").body
        #expect(body.contains("<td>old &lt;b&gt;switch&lt;/b&gt;</td>"), "\(body)")
        #expect(!body.contains("/devices/9"))
    }

    @Test func `the newest events of a device are a part for its page`() async throws {
        let fixture = try fixture()
        try await CurrentViewer.$viewer.withValue(.guest) {
            let part = try await DeviceEvents(of: DeviceID(1), fixture.services)
            #expect(part.rows.map(\.title) == ["Device up", "Device down"] && part.hasRows)
            #expect(part.more == "/events?device=1")
            let few = try await DeviceEvents(of: DeviceID(1), fixture.services, count: 1)
            #expect(few.rows.map(\.title) == ["Device up"])
        }
    }

    @Test func `a picture marks a restart, and is drawn anew when there is one`() async throws {
        let fixture = try WebFixture()
        let rules = { (query: String) async throws -> Int in
            fixture.renderer.scripts.withLock { $0 = [] }
            let answer = try await fixture.get("/graphs/1.png?from=now-6h&to=now\(query)")
            #expect(answer.status == 200, "\(answer.body)")
            return fixture.renderer.scripts.withLock { scripts in
                scripts.flatMap(\.elements).count {
                    if case .verticalRule = $0 { true } else { false }
                }
            }
        }
        #expect(try await rules("") == 0)
        fixture.events.keep([
            Event(
                id: EventID(1), NewEvent(.deviceRestarted, of: .device(DeviceID(1)), "restarted"),
                time: fixture.clock.now.wall.advanced(seconds: -3_600), name: "sw1")
        ])
        // The one that is kept shows none, so it is not the answer any more.
        #expect(try await rules("") == 1)
        #expect(try await rules("&events=0") == 0)
        #expect(try await fixture.get("/graphs/1.png?events=maybe").status == 400)
    }

    @Test func `a graph that is shared is told, and one that is not any more`() async throws {
        let fixture = try ShareFixture()
        let link = try await fixture.link()
        let revoked = try await fixture.web.admin(.delete, "/api/v1/shares/\(link.share.id)")
        #expect(revoked.status == 204)
        #expect(fixture.web.events.events.map(\.kind) == [.shareMade, .shareRevoked])
        #expect(fixture.web.events.events.allSatisfy { $0.subject == .graph(GraphID(1)) })
    }
}

@Suite struct HealthTests {
    private static let finding = Finding(
        .diskLow, place: "/var/lib/<b>", what: "its file system has 900 MiB left",
        fix: "make room")

    @Test func `a healthy daemon says so in one line`() async throws {
        let fixture = try WebFixture()
        let body = try await fixture.admin(.get, "/health").body
        #expect(body.contains("✓ All is well: ") && !body.contains("class=\"finding"))
        let report = try await fixture.admin(.get, "/api/v1/doctor")
        #expect(report.body.contains("\"is_well\":true") && report.body.contains("\"findings\":[]"))
        #expect(fixture.health.freshCount.withLock { $0 } == 0)
        _ = try await fixture.admin(.get, "/api/v1/doctor?fresh=1")
        #expect(fixture.health.freshCount.withLock { $0 } == 1)
    }

    @Test func `a finding says where, what, why and what to do`() async throws {
        let fixture = try WebFixture()
        fixture.health.findings.withLock {
            $0 = [
                Self.finding,
                Finding(.databaseMissing, place: "p", what: "is not there", fix: "restore it"),
            ]
        }
        let body = try await fixture.admin(.get, "/health").body
        for text in [
            "1 error and 1 warning in ", "notice bad", "/var/lib/&lt;b&gt;",
            "its file system has 900 MiB left",
            "Why it matters: when it is used up, samples are lost.", "What to do: make room.",
            "/help/health#disk-low",
        ] { #expect(body.contains(text), "\(text) in \(body)") }
        // The worst first.
        let parts = body.split(separator: "class=\"finding ").dropFirst()
        #expect(parts.count == 2 && parts.first?.hasPrefix("error") == true)
        let report = try await fixture.admin(.get, "/api/v1/doctor").body
        for text in [
            "\"code\":\"disk.low\"", "\"severity\":\"warning\"", "\"is_well\":false",
            "\"why\":\"when it is used up, samples are lost\"", "\"fix\":\"make room\"",
        ] { #expect(report.contains(text), "\(text) in \(report)") }
    }
}
