import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOEmbedded
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// The pages over a real socket, asked by clients that send what no browser does.
@Suite(.serialized) struct HTTPLimitTests {
    private static let host = "Host: 127.0.0.1\r\n"

    private static let nonsense = [
        "GARBAGE\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\(host)\r\n",
        "BREW / HTTP/1.1\r\n\(host)\r\n", "GET / HTTP/1.1\r\n\(host)a b: c\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host)a: b\u{0}c\r\n\r\n",
        "POST /login HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n",
        "POST /login HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /login HTTP/1.1\r\n\(host)Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /login HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /login HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}",
    ]

    private func check(_ answer: RawClient.Answer) {
        for (name, _) in SecurityHeaders.fields {
            #expect(answer.head.lowercased().contains(name.canonicalName + ":"), "\(name)")
        }
        #expect(answer.head.lowercased().contains("cache-control: no-store"))
        #expect(answer.body.contains("\"detail\":"), "\(answer.body)")
    }

    @Test(arguments: nonsense)
    func `what is no request is answered in a sentence, and the connection ends`(
        text: String
    ) async throws {
        let server = try await LiveServer(WebFixture())
        let client = try RawClient(server.port)
        client.send(text)
        let answer = try await client.answer("an answer to \(text)")
        #expect((400..<500).contains(answer.status), "\(answer.head)")
        check(answer)
        try await client.waitForEnd()
    }

    @Test func `a request behind one that smuggles is never answered`() async throws {
        let server = try await LiveServer(WebFixture())
        let client = try RawClient(server.port)
        client.send(
            "POST /login HTTP/1.1\r\n\(Self.host)Content-Length: 4\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + "GET /-/healthy HTTP/1.1\r\n\(Self.host)\r\n")
        #expect(try await client.answer().status == 400)
        await #expect(throws: Unexpected.self) { try await client.answer() }
    }

    @Test func `what is answered by the router is protected as well, and wrong methods are named`()
        async throws
    {
        let server = try await LiveServer(WebFixture())
        let client = try RawClient(server.port)
        for (request, status, words) in [
            ("GET /nowhere", 404, "there is no page"), ("DELETE /devices/1", 405, "only GET, HEAD"),
            ("OPTIONS /devices", 405, "only GET, HEAD"), ("GET /logout", 405, "only POST"),
        ] {
            client.send("\(request) HTTP/1.1\r\n\(Self.host)\r\n")
            let answer = try await client.answer()
            #expect(answer.status == status && answer.body.contains(words), "\(answer)")
            check(answer)
            #expect((status == 405) == answer.head.lowercased().contains("allow: "))
        }
    }

    @Test func `every method that no route takes is refused with those that it takes`()
        async throws
    {
        let fixture = try WebFixture()
        let all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        for path in Set(
            AccessTable.permissions.keys.compactMap {
                $0.split(separator: " ").last.map(String.init)
            })
        {
            let place = path.replacing("{", with: "").replacing("}", with: "")
            let allowed = try #require(RouteMethods.allowed(at: place))
            for method in all where !allowed.contains(method) {
                let answer = try await fixture.send(
                    try #require(HTTPRequest.Method(method)), place, headers: [], body: "")
                #expect(answer.status == 405, "\(method) \(place)")
                #expect(answer.headers[.allow] == allowed.joined(separator: ", "))
            }
        }
        #expect(RouteMethods.allowed(at: "/nowhere") == nil)
    }

    // MARK: Sizes

    @Test(arguments: [(100, 404), (101, 431)])
    func `a header has at most a hundred fields`(count: Int, status: Int) async throws {
        let server = try await LiveServer(WebFixture())
        let client = try RawClient(server.port)
        let fields = (2...count).map { "X-\($0): 1\r\n" }.joined()
        client.send("GET /nowhere HTTP/1.1\r\n\(Self.host)\(fields)\r\n")
        let answer = try await client.answer()
        #expect(answer.status == status)
        check(answer)
    }

    @Test(arguments: [(0, 404), (1, 431)])
    func `address and fields have at most 16 kB`(more: Int, status: Int) async throws {
        let server = try await LiveServer(WebFixture())
        let client = try RawClient(server.port)
        // Names and values, without what stands between them.
        let length = ConnectionLimits().headerBytes + more - "/nowhereHost127.0.0.1X".utf8.count
        let value = String(repeating: "x", count: length)
        client.send("GET /nowhere HTTP/1.1\r\n\(Self.host)X: \(value)\r\n\r\n")
        let answer = try await client.answer()
        #expect(answer.status == status, "\(answer.body)")
        check(answer)
    }

    @Test(arguments: [(8_192, 404), (8_193, 414)])
    func `an address has at most 8 kB`(length: Int, status: Int) async throws {
        let server = try await LiveServer(WebFixture())
        let client = try RawClient(server.port)
        let path = "/nowhere/" + String(repeating: "x", count: length - 9)
        client.send("GET \(path) HTTP/1.1\r\n\(Self.host)\r\n")
        #expect(try await client.answer().status == status)
    }

    private static func post(_ fields: String) -> String {
        "POST /nowhere HTTP/1.1\r\n\(host)\(fields)\r\n"
    }

    @Test func `a body has at most 1 MiB, and a larger one is refused before it comes`()
        async throws
    {
        let server = try await LiveServer(WebFixture())
        let largest = WebContext.largestBody
        let client = try RawClient(server.port)
        client.send(Self.post("Content-Length: \(largest)\r\n"))
        try await client.sendAll(String(repeating: "x", count: largest))
        #expect(try await client.answer().status == 404)
        client.send(Self.post("Content-Length: \(largest + 1)\r\n"))
        let answer = try await client.answer()
        #expect(answer.status == 413 && answer.head.lowercased().contains("connection: close"))
        check(answer)
        try await client.waitForEnd()
    }

    @Test func `a body whose length nobody told is read up to 1 MiB`() async throws {
        let server = try await LiveServer(WebFixture())
        let chunk = "10000\r\n" + String(repeating: "x", count: 0x10000) + "\r\n"
        let client = try RawClient(server.port)
        let head = Self.post("Transfer-Encoding: chunked\r\n")
        try await client.sendAll(head + String(repeating: chunk, count: 16) + "0\r\n\r\n")
        #expect(try await client.answer().status == 404)
        try await client.sendAll(head + String(repeating: chunk, count: 16) + "1\r\nx\r\n")
        let answer = try await client.answer()
        #expect(answer.status == 413)
        try await client.waitForEnd()
    }

    @Test func `who asks whether to go on is told, or refused`() async throws {
        let server = try await LiveServer(WebFixture())
        let client = try RawClient(server.port)
        client.send(Self.post("Content-Length: 1\r\nExpect: 100-continue\r\n"))
        #expect(try await client.answer().status == 100)
        client.send("x")
        #expect(try await client.answer().status == 404)
        client.send(Self.post("Content-Length: 1048577\r\nExpect: 100-continue\r\n"))
        #expect(try await client.answer().status == 413)
    }

    // MARK: Time

    private static func limits(_ change: (inout ConnectionLimits) -> Void) -> ConnectionLimits {
        var limits = ConnectionLimits()
        change(&limits)
        return limits
    }

    @Test func `a header that does not end in time is refused, however busy its client`()
        async throws
    {
        let limits = Self.limits { $0.header = .milliseconds(300) }
        let server = try await LiveServer(WebFixture(), limits: limits)
        let client = try RawClient(server.port)
        client.send("GET / HTTP/1.1\r\n\(Self.host)")
        let answer = try await waitFor("a refusal") {
            client.send("X: 1\r\n")
            return try await client.answer("an answer", seconds: 1)
        }
        #expect(answer.status == 408 && answer.body.contains("header of the request"))
        check(answer)
        try await client.waitForEnd()
    }

    @Test func `a body that does not end in time is refused`() async throws {
        let limits = Self.limits { $0.body = .milliseconds(300) }
        let server = try await LiveServer(WebFixture(), limits: limits)
        let client = try RawClient(server.port)
        client.send(Self.post("Content-Length: 10\r\n") + "x")
        let answer = try await client.answer()
        #expect(answer.status == 408 && answer.body.contains("body of the request"))
        check(answer)
        try await client.waitForEnd()
    }

    @Test func `a connection that is not used ends without a word`() async throws {
        let limits = Self.limits { $0.idle = .milliseconds(200) }
        let server = try await LiveServer(WebFixture(), limits: limits)
        let client = try RawClient(server.port)
        client.send("GET /-/healthy HTTP/1.1\r\n\(Self.host)\r\n")
        #expect(try await client.answer().status == 200)
        await #expect(throws: Unexpected.self) { try await client.answer() }
    }

    @Test func `a client that does not read what it asked for is left`() async throws {
        let limits = Self.limits { $0.stall = .milliseconds(300) }
        let fixture = try WebFixture()
        let server = try await LiveServer(fixture, limits: limits)
        let client = try RawClient(server.port)
        let style = try #require(
            await fixture.get("/").body.firstMatch(of: /\/static\/[^"]*style\.css/))
        // Again and again, until it is more than the kernel's buffers take.
        let request = "GET \(style.output) HTTP/1.1\r\n\(Self.host)\r\n"
        let requests = String(repeating: request, count: 100)
        try await waitUntil("the server lets go", seconds: 60) {
            errno = 0
            return client.send(requests) == 0 && (errno == EPIPE || errno == ECONNRESET)
        }
    }

    @Test func `requests that come at once are answered in their order`() async throws {
        let server = try await LiveServer(WebFixture())
        let client = try RawClient(server.port)
        let paths = (0..<40).map { $0.isMultiple(of: 2) ? "/-/healthy" : "/nowhere/\($0)" }
        client.send(paths.map { "GET \($0) HTTP/1.1\r\n\(Self.host)\r\n" }.joined())
        for path in paths {
            let answer = try await client.answer()
            #expect(answer.body.contains(path == "/-/healthy" ? "healthy" : path))
        }
        client.send("GET /-/healthy HTTP/1.1\r\n\(Self.host)\r\nNONSENSE\r\n\r\n")
        #expect(try await client.answer().status == 200)
        #expect(try await client.answer().status == 400)
        try await client.waitForEnd()
    }

    @Test func `a request that is cut off leaves nothing behind`() async throws {
        let server = try await LiveServer(WebFixture())
        for text in ["GET / HT", "GET / HTTP/1.1\r\nHo", Self.post("Content-Length: 5\r\n") + "ab"]
        {
            let client = try RawClient(server.port)
            client.send(text)
            client.endSending()
            try await client.waitForEnd()
        }
    }

    // MARK: Counts

    @Test func `one address has so many connections, and a closed one makes room`() async throws {
        let limits = Self.limits { $0.connectionsOfAddress = 3 }
        let server = try await LiveServer(WebFixture(), limits: limits)
        var clients = try (0..<3).map { _ in try RawClient(server.port) }
        let request = "GET /-/healthy HTTP/1.1\r\n\(Self.host)\r\n"
        for client in clients {
            client.send(request)
            #expect(try await client.answer().status == 200)
        }
        let refused = try RawClient(server.port)
        let answer = try await refused.answer()
        #expect(answer.status == 429 && answer.body.contains("has 3 connections already"))
        #expect(answer.head.lowercased().contains("retry-after: 5"))
        check(answer)
        try await refused.waitForEnd()
        clients.removeLast()
        try await waitUntil("room for another") {
            let client = try RawClient(server.port)
            client.send(request)
            return try await client.answer().status == 200
        }
    }

    @Test func `all together have so many, a proxy as many as there are`() throws {
        let limits = Self.limits {
            $0.connections = 4
            $0.connectionsOfAddress = 2
        }
        let (proxy, other) = (IPAddress(v4: 0x7f00_0001), IPAddress(v4: 0xc000_0201))
        let ledger = ConnectionLedger(limits: limits, exempt: [proxy])
        #expect((0..<3).allSatisfy { _ in ledger.enter(proxy) == nil })
        #expect(ledger.enter(other) == nil)
        #expect(ledger.enter(nil)?.status == .serviceUnavailable)
        ledger.leave(nil)
        ledger.leave(proxy)
        #expect(ledger.enter(other) == nil)
        #expect(ledger.enter(other)?.status == .tooManyRequests)
        let near = IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1)
        let next = IPAddress(v6High: 0x2001_0db8_0000_0000, low: 2)
        let six = ConnectionLedger(limits: limits)
        #expect(six.enter(near) == nil && six.enter(next) == nil)
        #expect(six.enter(next) != nil)
        #expect(six.count == 3)
    }

    @Test func `slow clients do not keep others waiting`() async throws {
        let limits = Self.limits { $0.connectionsOfAddress = 400 }
        let server = try await LiveServer(WebFixture(), limits: limits)
        let slow = try (0..<150).map { _ in try RawClient(server.port) }
        for client in slow { client.send("GET / HTTP/1.1\r\nX: ") }
        let client = try RawClient(server.port)
        let clock = ContinuousClock()
        for path in ["/", "/devices", "/-/healthy"] {
            let begin = clock.now
            client.send("GET \(path) HTTP/1.1\r\n\(Self.host)Accept: text/html\r\n\r\n")
            #expect(try await client.answer().status == 200)
            for client in slow { client.send("x") }
            #expect(clock.now - begin < .seconds(5))
        }
    }

    @Test func `while fifty pictures wait for a renderer that is stuck, other pages are quick`()
        async throws
    {
        let limits = Self.limits { $0.connectionsOfAddress = 100 }
        let fixture = try WebFixture(devices: 50)
        let gate = Gate()
        fixture.renderer.gate.withLock { $0 = gate }
        defer { gate.open() }
        let server = try await LiveServer(fixture, limits: limits)
        let pictures = try (1...50).map { number in
            let client = try RawClient(server.port)
            client.send("GET /graphs/\(number).png HTTP/1.1\r\n\(Self.host)\r\n")
            return client
        }
        try await waitUntil("the renderer is held") { gate.heldCount > 0 }
        let client = try RawClient(server.port)
        let clock = ContinuousClock()
        for path in ["/", "/devices", "/devices/1", "/graphs", "/login", "/-/healthy"] {
            // Whoever waits for the renderer waits each time; the machine is busy once in a while.
            var fastest = Duration.seconds(60)
            for _ in 0..<3 {
                let begin = clock.now
                client.send("GET \(path) HTTP/1.1\r\n\(Self.host)Accept: text/html\r\n\r\n")
                #expect(try await client.answer().status < 400)
                fastest = min(fastest, clock.now - begin)
            }
            #expect(fastest < .seconds(1), "\(path)")
        }
        gate.open()
        for picture in pictures {
            #expect([200, 503].contains(try await picture.answer().status))
        }
    }

    @Test func `an answer that takes too long is given up, with a sentence`() async throws {
        let loop = NIOAsyncTestingEventLoop()
        let (gate, opened) = AsyncStream.makeStream(of: Void.self)
        let request = Request(
            head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/"),
            body: .init(buffer: ByteBuffer()))
        let answer = Task {
            try await Deadline.keep(for: request, on: loop) {
                for await _ in gate { return Response(status: .ok) }
                throw CancellationError()
            }
        }
        let waiting = Task {
            // The timer may be set a moment later than the clock begins to run.
            while !Task.isCancelled {
                await loop.advanceTime(by: .seconds(Deadline.readingSeconds))
                await Task.yield()
            }
        }
        defer { waiting.cancel() }
        let problem = await #expect(throws: WebProblem.self) { try await answer.value }
        #expect(problem?.status == .serviceUnavailable)
        #expect(problem?.words == "there was no answer within 30 s")
        opened.finish()
    }

    @Test(arguments: [
        "/devices?search=a&search=b", "/graphs/1?from=now-1h&from=now-2h",
        "/api/v1/devices?cursor=1&cursor=1", "/graphs/1.png?width=1&width=2",
    ])
    func `a parameter that stands twice is refused in words`(path: String) async throws {
        let answer = try await WebFixture().get(path)
        #expect(answer.status == 400 && answer.body.contains("stands twice"), "\(answer.body)")
    }
}
