import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct LiveTests {
    private static func reading(_ number: Int) -> LiveReading {
        LiveReading(
            at: Timestamp(milliseconds: 1_795_622_409_000 + Int64(number) * 2_000),
            sources: [
                .init(
                    id: DataSourceID(1),
                    values: [
                        .init("traffic_in", .success(Double(number) * 1_000)),
                        .init("traffic_out", .failure(.firstSample)),
                    ])
            ])
    }

    @Test func `the page offers what can be watched, and the usual is chosen`() async throws {
        let body = try await WebFixture().get("/devices/1/live").body
        #expect(body.contains("Interface traffic · sw1"))
        #expect(body.contains("data-values=\"traffic_in|bits/s|8,traffic_out|bits/s|8\" checked"))
        #expect(body.contains("<option value=\"2\" selected>2 s"))
        #expect(body.contains("<noscript>") && body.contains("live.js"))
        #expect(body.contains("data-live=\"/devices/1/live/events\""))
        let chosen = try await WebFixture().get("/devices/1/live?sources=1&interval=5").body
        #expect(chosen.contains("checked") && chosen.contains("<option value=\"5\" selected>"))
        let none = try await WebFixture().get("/devices/1/live?q=nowhere").body
        #expect(none.contains("There is nothing to watch that is called “nowhere”"))
        let empty = try await WebFixture().get("/devices/1/live?q=").body
        #expect(!empty.contains("that is called"))
        let bare = try WebFixture()
        bare.inventory.set(
            Definitions(
                version: 2, catalogue: bare.inventory.definitions.catalogue,
                devices: bare.inventory.definitions.devices.values.map {
                    DeviceDefinition(device: $0.device, rows: [], dataSources: [], graphs: [])
                }))
        let nothing = try await bare.get("/devices/1/live").body
        #expect(nothing.contains("There is nothing to watch. The device has no data sources yet"))
    }

    @Test(arguments: hostileTexts)
    func `device text is text on the page`(hostile: String) async throws {
        let body = try await WebFixture(deviceText: hostile).get("/devices/1/live").body
        #expect(!body.contains("<script>alert") && !body.contains("<img src=x"))
    }

    @Test func `readings come as events, and the last says why it ended`() async throws {
        let fixture = try WebFixture()
        fixture.live.readings.withLock { $0 = [Self.reading(1)] }
        let answer = try await fixture.get("/devices/1/live/events?sources=1&interval=3")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/event-stream")
        #expect(answer.headers[.cacheControl] == "no-store")
        let events = answer.body.components(separatedBy: "\n\n")
        #expect(events.count == 3 && events[2].isEmpty)
        #expect(events[0].hasPrefix("event: reading\ndata: {\"at_milliseconds\":1795622411000"))
        #expect(events[0].contains(#""name":"traffic_in""#) && events[0].contains("1000"))
        #expect(events[0].contains(#""code":"first_sample""#) && events[0].contains("null"))
        #expect(events[1].hasPrefix("event: end\ndata: {\"code\":\"time_is_over\""))
        let order = try #require(fixture.live.orders.withLock { $0.first })
        #expect(order.sources == [DataSourceID(1)] && order.intervalSeconds == 3)
    }

    @Test(arguments: [
        ("", 400, "1 to 8"), ("sources=x", 400, "list of numbers"), ("sources=9", 404, "9"),
        ("sources=1,1", 400, "different"), ("sources=1,2,3,4,5,6,7,8,9", 400, "at most 8"),
        ("sources=1&interval=0", 400, "1 to 5"), ("sources=1&interval=6", 400, "1 to 5"),
        ("sources=1&interval=x", 400, "whole number"),
    ])
    func `what cannot be watched is said`(query: String, status: Int, words: String)
        async throws
    {
        let fixture = try WebFixture()
        let answer = try await fixture.get("/devices/1/live/events?\(query)", headers: [])
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
        #expect(fixture.live.orders.withLock { $0.isEmpty })
    }

    @Test func `a device outside somebody's scope cannot be watched`() async throws {
        let fixture = try WebFixture(devices: 2, guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .viewer, scope: .parts([.site("sw1-2")]))
        for path in ["/devices/1/live", "/devices/1/live/events?sources=1"] {
            #expect(try await visitor.get(path).status == 404, "\(path)")
        }
        #expect(try await visitor.get("/devices/2/live").status == 200)
    }

    @Test func `seats are bounded for a person, a device and in all, and free again`() throws {
        let seats = LiveSeats()
        let refusal = { (viewer: String, device: Int64) -> String? in
            do {
                _ = try seats.take(viewer, at: DeviceID(device))
                return nil
            } catch let problem as WebProblem {
                #expect(problem.status == .tooManyRequests && problem.retrySeconds != nil)
                return problem.words
            } catch {
                return "\(error)"
            }
        }
        var mine: [LiveSeats.Seat] = []
        for device in 1...Int64(LiveSeats.largestOfViewer) {
            mine.append(try seats.take("me", at: DeviceID(device)))
        }
        #expect(try #require(refusal("me", 9)).contains("you have 2 live views"))
        mine.removeLast()
        #expect(refusal("me", 9) == nil, "and is given back at once")
        #expect(seats.count == 1)
        var others = try (1...LiveSeats.largestOfDevice).map {
            try seats.take("other \($0)", at: DeviceID(5))
        }
        #expect(try #require(refusal("another", 5)).contains("4 people watch this device"))
        while seats.count < LiveSeats.largestCount {
            others.append(try seats.take("x\(seats.count)", at: DeviceID(Int64(100 + seats.count))))
        }
        #expect(try #require(refusal("another", 6)).contains("there are 20 live views"))
        others = []
        #expect(seats.count == 1)
    }

    /// Takes what is written until it has so many events; then the connection is dead.
    private final class LeavingReader: ResponseBodyWriter, Sendable {
        private let left: Mutex<Int>
        init(after count: Int) { left = Mutex(count) }

        func write(_ buffer: ByteBuffer) async throws {
            let rest = left.withLock { left -> Int in
                left -= 1
                return left
            }
            if rest < 0 { throw ChannelError.ioOnClosedChannel }
        }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    @Test func `who leaves ends the readings`() async throws {
        let fixture = try WebFixture()
        fixture.live.readings.withLock { $0 = [Self.reading(0)] }
        fixture.live.isEndless.withLock { $0 = true }
        let response = try await fixture.respond("/devices/1/live/events?sources=1")
        await #expect(throws: ChannelError.self) {
            try await response.body.write(LeavingReader(after: 3))
        }
        #expect(fixture.live.leftAfter.withLock { $0 } != nil)
    }

    /// What is shown to somebody of whom something is taken away before the third reading.
    ///
    /// - Parameter credentials: a cookie or a token.
    private func watch(
        _ fixture: WebFixture, _ credentials: (HTTPField.Name, String),
        until change: @escaping @Sendable () async throws -> Void
    ) async throws -> [String] {
        fixture.live.readings.withLock { $0 = (0..<5).map(Self.reading) }
        fixture.live.beforeReading.withLock {
            $0 = { count in if count == 2 { try await change() } }
        }
        let answer = try await fixture.send(
            .get, "/devices/1/live/events?sources=1", headers: [credentials], body: "")
        #expect(answer.status == 200)
        return answer.body.components(separatedBy: "\n\n").dropLast().map { $0 }
    }

    /// Whether nothing was shown from the third reading on, and why is said.
    private func expectRefusal(
        _ fixture: WebFixture, _ events: [String], code: String = "not_permitted"
    ) {
        #expect(fixture.live.leftAfter.withLock { $0 } == 2)
        #expect(events.last?.hasPrefix("event: end\ndata: {\"code\":\"\(code)\"") == true)
        let late = (2..<5).map { "\(Self.reading($0).atMilliseconds)" }
        #expect(!late.contains { time in events.contains { $0.contains(time) } }, "\(events)")
    }

    @Test func `a session that is ended, and a scope that is narrowed, end a live view`()
        async throws
    {
        let fixture = try WebFixture(devices: 2, guestsMayLook: false)
        let desk = fixture.accountDesk
        for name in ["ann", "bob", "eve"] {
            let visitor = Visitor(fixture)
            let account = try await visitor.logIn(name, role: .viewer)
            let cookie = try #require(visitor.cookie)
            let events = try await watch(fixture, (.cookie, cookie)) {
                let id = account.id
                switch name {
                case "ann": try await desk.endSessions(of: id, except: nil)
                case "bob":
                    _ = try await desk.change(
                        id, to: AccountChange(scope: .parts([.site("sw1-2")])))
                default:
                    _ = try await desk.change(id, to: AccountChange(isDisabled: true))
                }
            }
            expectRefusal(fixture, events)
        }
    }

    @Test func `a database that fails ends a live view too, and is not taken for a log-out`()
        async throws
    {
        let fixture = try WebFixture(guestsMayLook: false)
        let (desk, database) = (fixture.accountDesk, fixture.database)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .viewer)
        let cookie = try #require(visitor.cookie)
        let events = try await watch(fixture, (.cookie, cookie)) {
            try database.change("ALTER TABLE account RENAME TO elsewhere")
            desk.forget()
        }
        expectRefusal(fixture, events, code: "not_checked")
        #expect(events.last?.contains("could not be looked up") == true)
        #expect(events.last?.contains("session has ended") == false)
    }

    @Test func `a token that is revoked ends a live view, and what others lose does not`()
        async throws
    {
        let fixture = try WebFixture(guestsMayLook: false)
        let desk = fixture.accountDesk
        let account = try await Visitor(fixture).logIn(role: .viewer)
        var order = TokenOrder()
        order.label = "script"
        let first = try await desk.makeToken(of: account, order, most: .viewer)
        order.label = "another"
        let second = try await desk.makeToken(of: account, order, most: .viewer)
        let shown = try await watch(fixture, (.authorization, "Bearer \(first.secret)")) {
            try await desk.revokeToken(second.token.id)
        }
        #expect(shown.last?.hasPrefix("event: end\ndata: {\"code\":\"time_is_over\"") == true)
        let events = try await watch(fixture, (.authorization, "Bearer \(first.secret)")) {
            try await desk.revokeToken(first.token.id)
        }
        expectRefusal(fixture, events)
    }
}
