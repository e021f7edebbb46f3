import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct PageTests {
    private static let pages =
        ["/", "/devices", "/devices?sort=status&order=desc", "/devices/1"]
        + DeviceTab.allCases.map { "/devices/1?tab=\($0.rawValue)" } + [
            "/graphs", "/graphs/1", "/graphs/1?from=now-1h&to=now",
            "/trees", "/trees/1", "/trees/1?node=1", "/dashboards",
        ]

    @Test(arguments: pages)
    func `every page is whole, and says who it is`(path: String) async throws {
        let answer = try await WebFixture().get(path)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        #expect(answer.body.hasPrefix("<!doctype html>") && answer.body.contains("</html>"))
        #expect(answer.body.contains("Pollerd 1.2.3") && answer.body.contains("Times are UTC"))
        #expect(!answer.body.contains("{{"))
        #expect(answer.body.contains("aria-current=\"page\""))
    }

    @Test(
        arguments: pages + [
            "/nowhere", "/graphs/1.png", "/graphs/1.png?width=1", "/api/v1/status", "/-/ready",
        ])
    func `every answer carries the protective headers`(path: String) async throws {
        let headers = try await WebFixture().get(path).headers
        let names = [
            "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy",
            "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy",
            "Cache-Control",
        ]
        for name in names { #expect(headers[try #require(HTTPField.Name(name))] != nil, "\(name)") }
    }

    @Test(arguments: hostileTexts)
    func `device text is text on every page`(hostile: String) async throws {
        let fixture = try WebFixture(deviceText: hostile)
        for path in Self.pages {
            let body = try await fixture.get(path).body
            #expect(!body.contains("<script>alert") && !body.contains("<img src=x"))
            #expect(
                !body.contains("\u{1b}") && !body.contains("\u{202e}") && !body.contains("\u{0}"))
        }
    }

    @Test(arguments: pages + ["/api/v1/devices", "/api/v1/devices/1", "/api/v1/data-sources"])
    func `secrets are on no page`(path: String) async throws {
        #expect(try await !WebFixture().get(path).body.contains("c4nary-secret"))
    }

    @Test func `a device's page says all that it is, and what was found on it`() async throws {
        let fixture = try WebFixture()
        let body = try await fixture.get("/devices/1").body
        #expect(body.contains("<dt>Kind</dt><dd>SNMP device</dd>"), "\(body)")
        let configuration = try await fixture.get("/devices/1?tab=configuration").body
        #expect(configuration.contains("<tr><td>Interfaces</td><td class=\"number\">1</td>"))
    }

    @Test func `an empty installation says what to do first`() async throws {
        let fixture = try WebFixture(devices: 0)
        for path in ["/", "/devices", "/graphs"] {
            #expect(try await fixture.get(path).body.contains("pollerctl add-device"))
        }
    }

    @Test func `failures stand on the overview by reason, with the way out`() async throws {
        let fixture = try WebFixture(devices: 25)
        var down = DeviceStatus()
        down.beDown()
        down.failure = .portClosed(port: 161)
        fixture.status.set(device: down)
        let body = try await fixture.get("/").body
        #expect(body.contains("25 × the host answered that UDP port 161 is closed"))
        #expect(body.contains("start the SNMP agent"))
        #expect(body.contains("and 15 more"))
        let device = try await fixture.get("/devices/1").body
        #expect(device.contains("No answer") && device.contains("start the SNMP agent"))
    }

    @Test func `failures of one kind that differ stand together, each with its own words`()
        async throws
    {
        let fixture = try WebFixture(devices: 2)
        for device in fixture.inventory.definitions.devices.keys {
            var down = DeviceStatus()
            down.beDown()
            down.failure = .portClosed(port: UInt16(160 + device.rawValue))
            fixture.status.set(down, of: device)
        }
        let body = try await fixture.get("/").body
        #expect(body.contains("2 × the host answered that the UDP port is closed"))
        #expect(body.contains("UDP port 161 is closed") && body.contains("UDP port 162 is closed"))
    }

    @Test func `a device is down for the reason that counts, and its values are shown`()
        async throws
    {
        let fixture = try WebFixture()
        var status = DeviceStatus()
        status.beDown()
        status.pollMilliseconds = 8
        status.outage = OutageReason(PingFailure.refused(port: 22))
        status.outageSince = Timestamp(seconds: 1_795_622_000)
        fixture.status.set(device: status)
        let page = try await fixture.get("/devices/1").body
        #expect(page.contains("Trouble since") && page.contains("the connection to TCP port 22"))
        #expect(page.contains("8 ms"))
        #expect(try await fixture.get("/").body.contains("the connection to TCP port 22"))
        #expect(try await fixture.get("/devices").body.contains("the connection to TCP port 22"))
        #expect(
            try await fixture.get("/api/v1/devices/1").body.contains(
                "\"status_code\":\"ping_refused\""))
    }

    @Test func `a device that is up by its ping says why it has no values`() async throws {
        let fixture = try WebFixture()
        var status = DeviceStatus()
        _ = status.availability.hear(isAnswered: true)
        status.failure = .portClosed(port: 161)
        status.pollMilliseconds = 8
        fixture.status.set(device: status)
        let page = try await fixture.get("/devices/1").body
        #expect(page.contains("✓ up") && page.contains("UDP port 161 is closed"))
        #expect(page.contains("<h2>Trouble") && !page.contains("8 ms"))
    }

    @Test(arguments: ["/graphs", "/devices/1"])
    func `a small picture without data says why, in text`(path: String) async throws {
        let fixture = try WebFixture()
        var down = DeviceStatus()
        down.beDown()
        down.failure = .noAnswer(attempts: 3, milliseconds: 4_500)
        fixture.status.set(device: down)
        #expect(
            try await fixture.get(path).body.contains(
                "<p class=\"note\">No data: nothing answered 3 requests within 4500 ms</p>"))
    }

    @Test func `a filter that was not set is not mentioned`() async throws {
        let fixture = try WebFixture()
        for path in ["/devices", "/devices?status=", "/graphs", "/graphs?device="] {
            let body = try await fixture.get(path).body
            #expect(!body.contains("type=\"hidden\"") && !body.contains("not only"), "\(path)")
        }
        let filtered = try await fixture.get("/devices?status=down").body
        #expect(filtered.contains("value=\"down\" selected"))
    }

    @Test func `a device that is down shows no duration of its last good poll`() async throws {
        let fixture = try WebFixture()
        var status = DeviceStatus()
        status.pollMilliseconds = 8
        status.effort.messages = 1
        _ = status.availability.hear(isAnswered: true)
        fixture.status.set(device: status)
        #expect(try await fixture.get("/devices/1").body.contains("8 ms, 1 request<"))
        status.beDown()
        status.failure = .portClosed(port: 161)
        fixture.status.set(device: status)
        for path in ["/devices", "/devices/1"] {
            #expect(try await !fixture.get(path).body.contains("8 ms"), "\(path)")
        }
    }

    @Test func `lists are paged and filtered by the address`() async throws {
        let fixture = try WebFixture(devices: 250)
        let first = try await fixture.get("/devices").body
        #expect(first.contains("1–100 of 250") && first.contains("/devices?page=2"))
        let last = try await fixture.get("/devices?page=3").body
        #expect(last.contains("201–250 of 250") && !last.contains("page=4"))
        #expect(try await fixture.get("/devices?page=99").body.contains("201–250 of 250"))
        #expect(try await fixture.get("/devices?q=sw1-250").body.contains("1–1 of 1"))
        #expect(try await fixture.get("/devices?q=nothing").body.contains("No device matches"))
        #expect(try await fixture.get("/devices?status=up").body.contains("No device matches"))
        #expect(try await fixture.get("/graphs?q=sw1-2").body.contains("of 62"))
        #expect(try await fixture.get("/graphs?device=7").body.contains("Graphs of sw1-7"))
    }

    @Test func `a range that is none is said on the page, beside the form`() async throws {
        let answer = try await WebFixture().get("/graphs/1?from=yesterday&to=now")
        #expect(answer.status == 400)
        #expect(answer.body.contains("“from” is no time: “yesterday”"))
        #expect(answer.body.contains("value=\"yesterday\""))
    }

    @Test func `moving and zooming are links`() async throws {
        let body = try await WebFixture().get("/graphs/1?from=1795600000&to=1795603600").body
        #expect(body.contains("/graphs/1?from=1795596400&amp;to=1795600000"))
        #expect(body.contains("/graphs/1?from=1795600900&amp;to=1795602700"))
        #expect(body.contains("aria-label=\"zoom out\""))
    }

    @Test(arguments: [
        "/devices/2", "/graphs/2", "/devices/x", "/graphs/-1", "/graphs/2.png", "/nowhere",
        "/static/../x", "/graphs/1.exe",
    ])
    func `what is not there is a page that says so`(path: String) async throws {
        let answer = try await WebFixture().get(path)
        #expect(answer.status == 404)
        #expect(answer.body.contains("there is no") && answer.body.contains("What to do"))
    }

    @Test(arguments: ["/devices", "/graphs"])
    func `a filter finds text whatever its case, and has an end`(path: String) async throws {
        let fixture = try WebFixture(deviceText: "Zürich Core")
        for query in ["zürich", "Z%C3%9CRICH", "CORE", "ch+co"] {
            let body = try await fixture.get("\(path)?q=\(query)").body
            #expect(body.contains("1–1 of 1"), "\(query)")
        }
        let longest = String(repeating: "%C3%BC", count: 200)
        #expect(try await fixture.get("\(path)?q=\(longest)").body.contains("matches"))
        let tooLong = try await fixture.get("\(path)?q=\(longest)x")
        #expect(tooLong.status == 400 && tooLong.body.contains("at most 200 characters"))
    }

    @Test(arguments: ["/", "/api/v1/status", "/graphs/1.png"])
    func `an address longer than any of ours is refused`(path: String) async throws {
        let fixture = try WebFixture()
        let room = 8_192 - path.utf8.count - 3
        let longest = "\(path)?x=" + String(repeating: "a", count: room)
        #expect(try await fixture.get(longest).status == 200)
        let tooLong = try await fixture.get(longest + "a")
        #expect(tooLong.status == 414 && tooLong.body.contains("longer than 8192 bytes"))
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, "cross-site", "navigate", "document", 200),
        (.get, "cross-site", "navigate", "iframe", 403),
        (.get, "cross-site", "no-cors", "image", 403), (.get, "cross-site", "cors", "empty", 403),
        (.post, "cross-site", "navigate", "document", 403),
        (.get, "same-origin", "no-cors", "image", 200), (.get, "none", "navigate", "document", 200),
    ])
    func `another site can lead people here, and load nothing behind their backs`(
        method: HTTPRequest.Method, site: String, mode: String, destination: String, status: Int
    ) async throws {
        let answer = try await WebFixture().get(
            "/graphs/1.png",
            headers: [
                (try #require(HTTPField.Name("Sec-Fetch-Site")), site),
                (try #require(HTTPField.Name("Sec-Fetch-Mode")), mode),
                (try #require(HTTPField.Name("Sec-Fetch-Dest")), destination),
            ], method: method)
        #expect(answer.status == status)
        #expect(status != 403 || answer.body.contains("another site"))
    }

    @Test(arguments: ["/devices?page=x", "/devices?q=%ff", "/devices?q=a&q=b", "/graphs?page=1.5"])
    func `addresses that make no sense are refused with a sentence`(path: String) async throws {
        let answer = try await WebFixture().get(path)
        #expect(answer.status == 400)
        #expect(answer.body.contains("role=\"alert\""))
    }

    @Test(arguments: [
        ("evil.example", 421), ("127.0.0.1.evil.example:8080", 421), ("localhost", 200),
        ("[::1]:8080", 200), ("GRAPHS.example.net", 200), ("127.9.9.9", 200), ("", 421),
    ])
    func `only our own names are answered`(host: String, status: Int) async throws {
        #expect(try await WebFixture().get("/", host: host).status == status)
    }

    @Test func `style and scripts are served under names that change with them`() async throws {
        let fixture = try WebFixture()
        let body = try await fixture.get("/").body
        let names = body.matches(of: /\/static\/[a-z0-9]+-[a-z]+\.(?:css|js)/).map {
            String($0.output)
        }
        #expect(Set(names).count > 3)
        for name in names {
            let answer = try await fixture.get(name)
            #expect(answer.status == 200)
            #expect(answer.headers[.cacheControl]?.contains("immutable") == true)
        }
        #expect(!body.contains("<style") && !body.contains("style=\"") && !body.contains("onclick"))
    }
}

extension DeviceStatus {
    /// As after two polls without an answer.
    mutating func beDown() {
        for _ in 0..<Availability.failuresToDown {
            _ = availability.hear(isAnswered: false)
        }
    }
}
