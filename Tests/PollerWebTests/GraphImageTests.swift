import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct GraphImageTests {
    private func header(_ answer: WebFixture.Answer, _ name: String) throws -> String? {
        answer.headers[try #require(HTTPField.Name(name))]
    }

    private func comments(_ script: GraphScript) -> [String] {
        script.elements.compactMap { element in
            if case .comment(let text, _) = element { text } else { nil }
        }
    }

    @Test func `a picture tells where its plot lies`() async throws {
        let answer = try await WebFixture().get(
            "/graphs/1.png?from=1795600000&to=1795603600&width=400&height=100")
        #expect(answer.status == 200 && answer.headers[.contentType] == "image/png")
        #expect(try header(answer, "X-Graph-Left") == "70")
        #expect(try header(answer, "X-Graph-Top") == "30")
        #expect(try header(answer, "X-Graph-Width") == "400")
        #expect(try header(answer, "X-Graph-Height") == "100")
        #expect(try header(answer, "X-Graph-Start") == "1795600000")
        #expect(try header(answer, "X-Graph-End") == "1795603600")
    }

    @Test func `an unchanged picture is not sent again`() async throws {
        let fixture = try WebFixture()
        let path = "/graphs/1.png?from=1795600000&to=1795603600"
        let tag = try #require(try await fixture.get(path).headers[.eTag])
        let again = try await fixture.get(path, headers: [(.ifNoneMatch, tag)])
        #expect(again.status == 304 && again.bytes.isEmpty && again.headers[.eTag] == tag)
        let other = try await fixture.get(path + "&theme=dark", headers: [(.ifNoneMatch, tag)])
        #expect(other.status == 200)
    }

    @Test func `the default is a day, 700 by 200, and for a young graph its life`() async throws {
        let fixture = try WebFixture()
        _ = try await fixture.get("/graphs/1.png")
        let script = try #require(fixture.renderer.scripts.withLock { $0.first })
        #expect(script.range.seconds == 86_400 && script.width == 700 && script.height == 200)
        #expect(script.theme == .light && script.scale == 1 && script.hasLegend)
        fixture.clock.setWall(by: (1_795_003_000 - 1_795_622_409) * 1_000)
        _ = try await fixture.get("/graphs/1.png")
        #expect(fixture.renderer.scripts.withLock { $0.last?.range.start.seconds } == 1_795_000_000)
    }

    @Test(arguments: [
        ("width=99", "width is 100 to 4000"), ("width=4001", "width is 100 to 4000"),
        ("width=x", "whole number"), ("height=5000", "height is 20 to 2000"),
        ("theme=blue", "light or dark"), ("scale=3", "scale is 1 to 2"), ("legend=yes", "0 or 1"),
        ("from=now", "not before"), ("from=yesterday", "is no time"),
        ("to=99999999999", "is no time"),
        ("from=0&to=4102444800", "10 seconds to 40 years"), ("width=300&width=400", "stands twice"),
        ("from=now-1h%00", "is no time"), ("width=3000&scale=2", "width × scale"),
    ])
    func `bad parameters are 400 with a sentence`(query: String, words: String) async throws {
        let fixture = try WebFixture()
        let answer = try await fixture.get("/graphs/1.png?\(query)", headers: [])
        #expect(answer.status == 400)
        #expect(answer.body.contains(words), "\(answer.body)")
        #expect(fixture.renderer.scripts.withLock { $0.isEmpty })
    }

    @Test func `Grafana's times are understood`() async throws {
        let fixture = try WebFixture()
        _ = try await fixture.get("/graphs/1.png?from=now-1d/d&to=now-1d/d")
        let range = fixture.renderer.scripts.withLock { $0.first?.range }
        #expect(range?.start.rfc3339 == "2026-11-24T00:00:00Z")
        #expect(range?.end.rfc3339 == "2026-11-25T00:00:00Z")
    }

    @Test func `why there is no data is part of the picture`() async throws {
        let fixture = try WebFixture()
        var down = DeviceStatus()
        down.failure = .noAnswer(attempts: 3, milliseconds: 4_500)
        fixture.status.set(device: down)
        _ = try await fixture.get("/graphs/1.png")
        let script = try #require(fixture.renderer.scripts.withLock { $0.first })
        #expect(
            comments(script).joined(separator: " ")
                .contains("nothing answered 3 requests within 4500 ms"))
    }

    @Test func `a file that cannot be read is a picture that says why`() async throws {
        let fixture = try WebFixture()
        fixture.store.failure.withLock {
            $0 = .failed(path: "rrd/1/1.rrd", operation: "read", detail: "it is not there")
        }
        let answer = try await fixture.get("/graphs/1.png")
        #expect(answer.status == 200 && answer.headers[.contentType] == "image/png")
        let script = try #require(fixture.renderer.scripts.withLock { $0.first })
        #expect(
            comments(script).contains(
                "No data: rrd/1/1.rrd could not be read: it is not there"))
        #expect(script.rows.allSatisfy { $0.values.allSatisfy(\.isNaN) })
        let asked = fixture.store.asked.withLock { $0 }
        #expect(!asked.isEmpty && asked.allSatisfy { $0.path == "rrd/1/1.rrd" })
        let sound = try WebFixture()
        _ = try await sound.get("/graphs/1.png")
        let drawn = try #require(sound.renderer.scripts.withLock { $0.first })
        #expect(!comments(drawn).joined().contains("could not be read"))
        #expect(drawn.rows.allSatisfy { !$0.values.contains { $0.isNaN } })
    }

    @Test(arguments: [
        (RenderFailure.overloaded(waiting: 150), 503), (.failed(detail: "no fonts"), 500),
        (.stopped, 500),
    ])
    func `a renderer that fails is an answer with a reason and an error id`(
        failure: RenderFailure, status: Int
    ) async throws {
        let fixture = try WebFixture()
        fixture.renderer.failure.withLock { $0 = failure }
        let answer = try await fixture.get("/graphs/1.png", headers: [])
        #expect(answer.status == status)
        #expect(answer.body.contains(failure.words))
        #expect(answer.body.contains("\"error_id\":\""))
        #expect((answer.headers[.retryAfter] != nil) == (status == 503))
    }

    @Test func `a picture that is there is not drawn again`() async throws {
        let fixture = try WebFixture()
        let path = "/graphs/1.png?from=1795600000&to=1795603600"
        let first = try await fixture.get(path)
        let second = try await fixture.get(path)
        #expect(first.bytes == second.bytes && first.headers == second.headers)
        let tag = try #require(first.headers[.eTag])
        for field in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let answer = try await fixture.get(path, headers: [(.ifNoneMatch, field)])
            #expect(answer.status == 304 && answer.bytes.isEmpty, "\(field)")
            #expect(try header(answer, "X-Graph-Left") == "70")
            #expect(answer.headers[.cacheControl] == "private, no-cache")
            #expect(answer.headers[.contentType] == nil && answer.headers[.contentLength] == nil)
        }
        let other = try await fixture.get(path, headers: [(.ifNoneMatch, "\"x\"")])
        #expect(other.status == 200)
        #expect(fixture.renderer.scripts.withLock { $0.count } == 1)
    }

    @Test func `HEAD tells what GET would, without the picture`() async throws {
        let fixture = try WebFixture()
        let path = "/graphs/1.png?from=1795600000&to=1795603600"
        let head = try await fixture.get(path, method: .head)
        let get = try await fixture.get(path)
        #expect(head.status == 200 && head.bytes.isEmpty && head.headers == get.headers)
        #expect(head.headers[.contentLength] == "\(get.bytes.count)")
    }

    @Test func `a new sample shows at once, time only when it is worth a pixel`() async throws {
        let fixture = try WebFixture()
        let drawn = { fixture.renderer.scripts.withLock { $0.count } }
        var status = SourceStatus(items: [], sampledAt: Timestamp(seconds: 1_795_622_400))
        status.lastStored = status.sampledAt
        fixture.status.set(source: status)
        _ = try await fixture.get("/graphs/1.png?from=now-1d&to=now")
        fixture.clock.setWall(by: 1_000)
        _ = try await fixture.get("/graphs/1.png?from=now-1d&to=now")
        #expect(drawn() == 1)
        status.lastStored = Timestamp(seconds: 1_795_622_410)
        fixture.status.set(source: status)
        _ = try await fixture.get("/graphs/1.png?from=now-1d&to=now")
        #expect(drawn() == 2)
        fixture.clock.setWall(by: 120_000)
        _ = try await fixture.get("/graphs/1.png?from=now-1d&to=now")
        #expect(drawn() == 3)
    }

    @Test func `a graph that was changed is drawn anew`() async throws {
        let fixture = try WebFixture()
        _ = try await fixture.get("/graphs/1.png")
        let definitions = fixture.inventory.definitions
        fixture.inventory.set(
            definitions.replacing(DeviceID(1), with: definitions.devices[DeviceID(1)]))
        _ = try await fixture.get("/graphs/1.png")
        #expect(fixture.renderer.scripts.withLock { $0.count } == 2)
    }

    @Test func `a renderer that hangs keeps no page and no picture waiting for ever`() async throws
    {
        let fixture = try WebFixture()
        let gate = Gate()
        fixture.renderer.gate.withLock { $0 = gate }
        try await withThrowingTaskGroup(of: WebFixture.Answer.self) { group in
            for width in 0..<20 {
                group.addTask {
                    try await fixture.get(
                        "/graphs/1.png?from=now-1h&width=\(300 + width)", headers: [])
                }
            }
            try await waitUntil("all are being drawn") { gate.heldCount == 20 }
            for page in ["/", "/devices", "/devices/1", "/graphs", "/graphs/1", "/api/v1/graphs"] {
                #expect(try await fixture.get(page).status == 200)
                #expect(gate.heldCount == 20, "\(page)")
            }
            fixture.clock.advance(milliseconds: PictureLimits.deadlineSeconds * 1_000)
            for try await answer in group {
                #expect(answer.status == 503 && answer.headers[.retryAfter] == "5")
                #expect(answer.body.contains("\"code\":\"render_late\""))
                #expect(answer.body.contains("was not drawn within 10 s"))
            }
        }
        let status = try await fixture.get("/api/v1/status").body
        #expect(status.contains("\"late\":20") && status.contains("\"under_way\":20"))
        gate.open()
        try await waitUntil("all are given up") {
            try await fixture.get("/api/v1/status").body.contains("\"unwanted\":20")
        }
        #expect(fixture.renderer.scripts.withLock { $0.isEmpty })
        #expect(try await fixture.get("/graphs/1.png?width=300").status == 200)
    }
}
