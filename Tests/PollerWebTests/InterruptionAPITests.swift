import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct InterruptionAPITests {
    private static let silence = Interruption.Reason(
        .noAnswer(attempts: 3, milliseconds: 4_500))

    /// In minutes before now: the device was down from 60 to 30, its data source is without values
    /// since 20, pollerd did not run from 10 to 5, another device is down since 2.
    private func fixture() throws -> WebFixture {
        let fixture = try WebFixture(devices: 2)
        let now = fixture.clock.now.wall
        let ago = { (minutes: Int64) in now.advanced(seconds: -60 * minutes) }
        fixture.interruptions.book.withLock { book in
            let one = DeviceID(1)
            book.apply(.begin(.device(one), at: ago(60), Self.silence), of: one)
            book.apply(.end(.device(one), at: ago(30), lost: 29), of: one)
            let reset = Interruption.Reason(UnknownReason.rowGone(table: "interfaces"))
            book.apply(.begin(.source(DataSourceID(1)), at: ago(20), reset), of: one)
            book.apply(.begin(.poller, at: ago(10), .stopped), of: nil)
            book.apply(.end(.poller, at: ago(5), lost: 0), of: nil)
            let other = DeviceID(2)
            book.apply(.begin(.device(other), at: ago(2), Self.silence), of: other)
        }
        return fixture
    }

    private func ids(_ fixture: WebFixture, _ query: String) async throws -> [Int] {
        let answer = try await fixture.publicly(.get, "/api/v1/interruptions\(query)")
        #expect(answer.status == 200, "\(answer.body)")
        return answer.body.split(separator: "\"id\":").dropFirst().compactMap {
            Int($0.prefix { $0.isNumber })
        }
    }

    @Test func `an interruption is said with all that is known of it`() async throws {
        let answer = try await fixture().publicly(.get, "/api/v1/interruptions")
        for text in [
            "\"scope\":\"device\"", "\"device_id\":1", "\"data_source_id\":null",
            "\"duration_seconds\":1800", "\"reason_code\":\"no_answer\"", "\"lost\":29",
            "\"reason\":\"nothing answered 3 requests within 4500 ms\"",
            "\"start\":\"2026-11-25T15:00:09Z\"", "\"end\":\"2026-11-25T15:30:09Z\"",
            "\"scope\":\"data_source\"", "\"data_source_id\":1", "\"end\":null",
            "\"duration_seconds\":1200", "\"scope\":\"poller\"", "\"device_id\":null",
            "\"reason_code\":\"poller.stopped\"", "\"next\":null",
        ] { #expect(answer.body.contains(text), "\(text) in \(answer.body)") }
    }

    @Test(
        arguments: [
            ("", [1, 2, 3, 4]), ("?device=1", [1, 2, 3]), ("?device=2", [3, 4]),
            ("?source=1", [1, 2, 3]), ("?source=2", [3, 4]), ("?device=1&source=1", [1, 2, 3]),
            ("?from=now-15m&to=now", [2, 3, 4]), ("?from=now-2h&to=now-55m", [1]),
            ("?from=now-2h&to=now-61m", []), ("?from=now-4m&to=now-3m", [2]),
        ] as [(String, [Int])])
    func `what is asked for is what may explain a gap`(query: String, expected: [Int])
        async throws
    {
        #expect(try await ids(fixture(), query) == expected)
    }

    @Test func `long lists come in pages`() async throws {
        let fixture = try fixture()
        #expect(try await ids(fixture, "?limit=3") == [1, 2, 3])
        let answer = try await fixture.publicly(.get, "/api/v1/interruptions?limit=3")
        #expect(answer.body.contains("\"next\":\"3\""))
        #expect(try await ids(fixture, "?limit=3&cursor=3") == [4])
    }

    @Test(
        arguments: [
            ("?device=9", 404), ("?device=x", 404), ("?source=9", 404),
            ("?device=2&source=1", 404), ("?from=yesterday", 400), ("?from=now&to=now-1h", 400),
            ("?limit=0", 400),
        ])
    func `what is not understood is said`(query: String, status: Int) async throws {
        let answer = try await fixture().publicly(.get, "/api/v1/interruptions\(query)")
        #expect(answer.status == status, "\(answer.body)")
    }

    @Test func `the page of a device says what went wrong lately, the newest first`() async throws {
        let fixture = try fixture()
        let body = try await fixture.get("/devices/1?tab=events").body
        #expect(body.contains("<h2>What went wrong lately</h2>"))
        let table = try #require(body.range(of: "What went wrong lately"))
        let rows = body[table.upperBound...].split(separator: "<tr><td class=\"time\">")
            .dropFirst()
        #expect(rows.count == 3)
        let texts = rows.map(String.init)
        #expect(texts[0].contains("pollerd") && texts[0].contains("5 min"))
        #expect(texts[1].contains("goes on") && texts[1].contains("20 min"))
        #expect(texts[1].contains("Interface traffic · sw1-1"), "\(texts[1])")
        #expect(texts[2].contains("the device") && texts[2].contains("30 min"))
        #expect(texts[2].contains("15:00:09") && texts[2].contains("nothing answered 3 requests"))
    }

    @Test func `the newest fifty are shown, and nothing where nothing went wrong`() async throws {
        let fixture = try WebFixture()
        #expect(try await fixture.get("/devices/1?tab=events").body.contains("No values were lost"))
        fixture.interruptions.book.withLock { book in
            for minute in Int64(1)...51 {
                let start = fixture.clock.now.wall.advanced(seconds: -120 * minute)
                book.apply(.begin(.poller, at: start, .stopped), of: nil)
                book.apply(.end(.poller, at: start.advanced(seconds: 60), lost: 0), of: nil)
            }
        }
        let rows = try await fixture.get("/devices/1?tab=events").body
            .split(separator: "<td class=\"time\">").count
        #expect(rows == 101)
    }

    @Test func `words of a device are text`() async throws {
        let fixture = try WebFixture()
        let reason = Interruption.Reason(code: "c", words: "<script>alert(1)</script>")
        fixture.interruptions.book.withLock {
            $0.apply(
                .begin(.poller, at: fixture.clock.now.wall.advanced(seconds: -9), reason), of: nil)
        }
        let body = try await fixture.get("/devices/1?tab=events").body
        #expect(body.contains("&lt;script&gt;alert") && !body.contains("<script>alert"))
    }
}
