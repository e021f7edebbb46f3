import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct ReadAPITests {
    private func object(_ answer: WebFixture.Answer) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(answer.bytes))
        return try #require(value as? [String: Any])
    }

    @Test func `a device has every documented key, null where nothing is known`() async throws {
        let device = try object(await WebFixture().get("/api/v1/devices/1"))
        for key in [
            "id", "name", "address", "port", "snmp_version", "template", "enabled", "status",
            "status_reason", "uptime_seconds", "last_poll", "poll_milliseconds", "interval_seconds",
            "data_sources", "graphs", "availability", "ping", "ping_timeout_milliseconds",
            "ping_retries", "ping_milliseconds", "source_address", "checks_source",
            "objects_per_message", "max_repetitions",
        ] { #expect(device[key] != nil, "\(key)") }
        #expect(device["status"] as? String == "unknown")
        #expect(device["status_reason"] is NSNull)
        #expect(device["interval_seconds"] as? Int == 60)
    }

    @Test func `listings come in pages that hold everything once`() async throws {
        let fixture = try WebFixture(devices: 25)
        var names: [String] = []
        var cursor = ""
        for _ in 0..<10 {
            let page = try object(await fixture.get("/api/v1/devices?limit=10" + cursor))
            let items = try #require(page["items"] as? [[String: Any]])
            names += items.compactMap { $0["name"] as? String }
            guard let next = page["next"] as? String else { break }
            cursor = "&cursor=\(next)"
        }
        #expect(names == (1...25).map { "sw1-\($0)" })
    }

    @Test func `graphs and data sources name each other`() async throws {
        let fixture = try WebFixture()
        let graph = try object(await fixture.get("/api/v1/graphs/1"))
        #expect(graph["url"] as? String == "http://127.0.0.1:8080/graphs/1")
        #expect(graph["device_id"] as? Int == 1 && graph["index"] as? String == "3")
        let source = try object(await fixture.get("/api/v1/data-sources/1"))
        #expect(fixture.store.settled.withLock { $0 } == ["rrd/1/1.rrd"])
        #expect(source["file"] as? String == "rrd/1/1.rrd")
        #expect(source["profile"] as? String == "one_minute")
        #expect(source["step_seconds"] as? Int == 60)
        let values = try #require(source["values"] as? [[String: Any]])
        #expect(values.map { $0["name"] as? String } == ["traffic_in", "traffic_out"])
        #expect((values[0]["unknown_reason"] as? String)?.contains("not been polled") == true)
    }

    @Test func `profiles tell what they keep and who has them, in the order of their steps`()
        async throws
    {
        let fixture = try WebFixture(devices: 3)
        let page = try object(await fixture.get("/api/v1/profiles"))
        let items = try #require(page["items"] as? [[String: Any]])
        #expect(
            items.map { $0["name"] as? String } == [
                "ten_seconds", "one_minute", "five_minutes", "long",
            ])
        #expect(items.map { $0["is_default"] as? Bool } == [true, true, true, false])
        #expect(items.map { $0["data_sources"] as? Int } == [0, 3, 0, 0])
        #expect(page["next"] is NSNull)
        let profile = try object(await fixture.get("/api/v1/profiles/five_minutes"))
        #expect(profile["step_seconds"] as? Int == 300)
        #expect(profile["heartbeat_seconds"] as? Int == 600)
        #expect(profile["bytes_per_value"] as? Int == (600 + 700 + 775 + 797) * 4 * 8)
        let archives = try #require(profile["archives"] as? [[String: Any]])
        #expect(archives.count == 16 && archives[1]["function"] as? String == "AVERAGE")
        #expect(archives[1]["resolution_seconds"] as? Int == 1_800)
        #expect(archives[1]["rows"] as? Int == 700)
        #expect(archives[1]["covers_seconds"] as? Int == 1_260_000)
        #expect(archives[1]["unknown_share"] as? Double == 0.5)
    }

    @Test(arguments: [("five_minute", "did you mean “five_minutes”?"), ("%3Cb%3E", "there is no")])
    func `a profile that is not there is a problem document with a suggestion`(
        name: String, words: String
    ) async throws {
        let answer = try await WebFixture().get("/api/v1/profiles/\(name)")
        #expect(answer.status == 404 && answer.headers[.contentType] == "application/problem+json")
        let problem = try object(answer)
        #expect((problem["detail"] as? String)?.contains(words) == true, "\(problem)")
        #expect(problem["fix"] as? String == "see pollerctl profile list")
    }

    @Test(arguments: ["limit=0", "limit=1001", "limit=x", "cursor=x", "device=99"])
    func `bad parameters are problem documents`(query: String) async throws {
        let answer = try await WebFixture().get("/api/v1/graphs?\(query)")
        #expect([400, 404].contains(answer.status))
        #expect(answer.headers[.contentType] == "application/problem+json")
        let problem = try object(answer)
        #expect(problem["status"] as? Int == answer.status && problem["detail"] is String)
    }

    @Test func `readiness follows the poll loop`() async throws {
        let fixture = try WebFixture()
        #expect(try await fixture.get("/-/healthy").status == 200)
        #expect(try await fixture.get("/-/ready").status == 200)
        fixture.clock.advance(milliseconds: 11_000)
        let late = try await fixture.get("/-/ready")
        #expect(late.status == 503)
        #expect(late.body.contains("the poll loop has not run for 11 s"))
        fixture.status.set(tick: .some(nil))
        #expect(try await fixture.get("/-/ready").body.contains("has not begun"))
    }
}

@Suite struct AdminAPITests {
    private let order = """
        {"host":"192.0.2.9","community":"public","interval_seconds":60,"tags":["core"],"graphs":"none"}
        """

    @Test func `adding streams its steps and ends with the result`() async throws {
        let fixture = try WebFixture()
        let answer = try await fixture.admin(.post, "/api/v1/devices", body: order)
        #expect(answer.status == 200 && answer.headers[.contentType] == "application/x-ndjson")
        let lines = answer.body.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].contains("\"step\":\"reply\""))
        #expect(lines[1].contains("\"added\":{") && lines[1].contains("Interfaces: 2"))
        let request = try #require(fixture.operations.added.withLock { $0.first })
        #expect(request.target.host.description == "192.0.2.9" && request.target.port == 161)
        #expect(request.step?.seconds == 60 && request.tags == ["core"] && request.graphs == .none)
        #expect(request.target.timeoutMilliseconds == 1_500 && request.isTested)
    }

    @Test func `a failure is the last line, with code and way out`() async throws {
        let fixture = try WebFixture()
        fixture.operations.failure.withLock { $0 = .unreachable(.portClosed(port: 161)) }
        let answer = try await fixture.admin(.post, "/api/v1/devices", body: order)
        let last = try #require(answer.body.split(separator: "\n").last)
        #expect(
            last.contains("\"code\":\"port_closed\"")
                && last.contains("\"fix\":\"start the SNMP agent"))
    }

    @Test(arguments: [
        ("", "not JSON"), ("{}", "“host” is missing"),
        ("{\"host\":\"a\"}", "“community” is missing"),
        ("{\"host\":\"unix:/x\",\"community\":\"p\"}", "neither an address nor a host name"),
        ("{\"host\":\"a\",\"community\":\"\"}", "1 to 255 bytes"),
        ("{\"host\":\"a\",\"community\":\"p\",\"snmp_version\":\"4\"}", "use one of 1, 2c"),
        ("{\"host\":\"a\",\"snmp_version\":\"3\"}", "“user” is missing"),
        ("{\"host\":\"a\",\"snmp_version\":\"2c\",\"user\":{\"name\":\"u\"}}", "has no users"),
        ("{\"host\":\"a\",\"user\":{\"name\":\"u\",\"level\":\"authPriv\"}}", "noAuthNoPriv"),
        ("{\"host\":\"a\",\"community\":\"p\",\"port\":0}", "1 to 65535"),
        ("{\"host\":\"a\",\"community\":\"p\",\"port\":\"x\"}", "“port” has the wrong type"),
        ("{\"host\":\"a\",\"community\":\"p\",\"port\":70000}", "1 to 65535, not 70000"),
        ("{\"host\":\"a\",\"community\":\"p\",\"interval_seconds\":0}", "1 to 86400"),
        ("{\"host\":\"a\",\"community\":\"p\",\"timeout_milliseconds\":5}", "100 to 60000"),
        ("{\"host\":\"a\",\"community\":\"p\",\"retries\":11}", "0 to 10"),
        ("{\"host\":\"a\",\"community\":\"p\",\"name\":\" x\"}", "printable"),
        ("{\"host\":\"a\",\"community\":\"p\",\"name\":\"a\\nb\"}", "printable"),
        (
            "{\"host\":\"a\",\"community\":\"p\",\"name\":\""
                + String(repeating: "e\u{301}", count: 76) + "\"}", "1 to 150 printable"
        ),
        ("[1]", "wrong type"),
    ])
    func `a bad order is refused before anything is sent`(body: String, words: String) async throws
    {
        let fixture = try WebFixture()
        let answer = try await fixture.admin(.post, "/api/v1/devices", body: body)
        #expect(answer.status == 400)
        #expect(answer.body.contains(words), "\(answer.body)")
        #expect(fixture.operations.added.withLock { $0.isEmpty })
    }

    @Test func `a device that is being polled just now is a conflict, not a mistake`() async throws
    {
        let fixture = try WebFixture()
        fixture.operations.failure.withLock { $0 = .busy(DeviceID(1)) }
        let answer = try await fixture.admin(.post, "/api/v1/devices/1/poll")
        #expect(answer.status == 409)
        #expect(answer.body.contains("\"code\":\"device_busy\""))
        #expect(answer.body.contains("being polled just now"))
    }

    @Test func `deleting keeps the files when asked to`() async throws {
        let fixture = try WebFixture()
        #expect(try await fixture.admin(.delete, "/api/v1/devices/1?keep_data=1").status == 204)
        #expect(fixture.operations.deleted.withLock { $0.map(\.1) } == [true])
        #expect(try await fixture.admin(.delete, "/api/v1/devices/9").status == 404)
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/api/v1/devices"), (.post, "/api/v1/device-tests"),
        (.post, "/api/v1/devices/1/poll"), (.delete, "/api/v1/devices/1"),
    ])
    func `nothing can be changed through the public address`(
        method: HTTPRequest.Method, path: String
    ) async throws {
        let fixture = try WebFixture()
        #expect(try await fixture.publicly(method, path).status == 401)
        #expect(fixture.operations.added.withLock { $0.isEmpty })
        #expect(fixture.operations.deleted.withLock { $0.isEmpty })
    }
}
