import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct ExplainTests {
    private static let paths = [
        "/explain/device/1", "/explain/data-source/1", "/explain/graph/1",
    ]

    @Test(arguments: paths)
    func `a device that does not answer is the headline everywhere, with the way out`(
        path: String
    ) async throws {
        let fixture = try WebFixture()
        var down = DeviceStatus()
        down.beDown()
        down.failure = .portClosed(port: 161)
        down.lastPoll = fixture.clock.now.wall
        fixture.status.set(device: down)
        let page = try await fixture.get(path)
        #expect(page.status == 200)
        #expect(page.body.contains("UDP port 161 is closed"))
        // Above the chain and at the stage that failed, and at no other.
        let fixes = page.body.components(separatedBy: "What to do: start the SNMP agent")
        #expect(fixes.count == 3, "\(page.body)")
        #expect(
            page.body.contains(
                "<a class=\"code\" href=\"/help/reasons#port-closed\"><code>port_closed</code></a>")
        )
        let help = try await fixture.get("/help/reasons")
        #expect(help.body.contains("<h3 id=\"port-closed\">"))
        let report = try await fixture.get("/api/v1\(path)").body
        #expect(report.contains("\"ok\":false") && report.contains("\"reason\":\"port_closed\""))
        #expect(report.contains("\"stage\":\"answered\""))
    }

    @Test func `the data sources of a device are told by what is wrong with them`() async throws {
        let fixture = try WebFixture()
        var up = DeviceStatus()
        up.lastPoll = fixture.clock.now.wall
        up.lastAnswer = up.lastPoll
        let absent = UnknownReason.absent(
            object: OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 3]), exception: "noSuchInstance")
        fixture.status.set(
            device: up,
            source: SourceStatus(
                items: [.init(name: "in", raw: nil, shown: .failure(absent))],
                sampledAt: fixture.clock.now.wall))
        let page = try await fixture.get("/explain/device/1").body
        #expect(page.contains("1 × value present: object_absent"))
        #expect(page.contains("href=\"/explain/data-source/1\""))
    }

    // MARK: What pictures say

    private static func texts(_ fixture: WebFixture) -> [String] {
        fixture.renderer.scripts.withLock { scripts in
            (scripts.last?.elements ?? []).compactMap { element in
                if case .comment(let text, _) = element { text } else { nil }
            }
        }
    }

    private static func headline(_ fixture: WebFixture, _ path: String) async throws -> String {
        let report = try await fixture.get("/api/v1/explain\(path)").body
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(ExplanationReport.self, from: Data(report.utf8)).headline
    }

    /// Up, with a sample of just now, and nothing in the range.
    ///
    /// - Parameter setBack: by so much is the clock behind what it usually is.
    private static func silent(setBack seconds: Int64 = 0) throws -> WebFixture {
        let fixture = try WebFixture()
        fixture.clock.setWall(by: -seconds * 1_000)
        let now = fixture.clock.now.wall
        var up = DeviceStatus()
        (up.lastPoll, up.lastAnswer) = (now, now)
        var status = SourceStatus(
            items: [.init(name: "traffic_in", raw: 5, shown: .success(1))], sampledAt: now)
        (status.lastKnown, status.lastStored) = (now, now)
        fixture.status.set(device: up, source: status)
        fixture.store.known.withLock { $0 = false }
        // Files are not looked at, until a test says that one is missing.
        fixture.maintenance.failure.withLock { $0 = .elsewhere }
        return fixture
    }

    @Test func `an empty picture says the headline of its explanation, and what to do`()
        async throws
    {
        for fault in 0..<3 {
            let fixture = try Self.silent()
            let now = fixture.clock.now.wall
            switch fault {
            case 0:
                var down = DeviceStatus()
                down.beDown()
                down.failure = .portClosed(port: 161)
                down.lastPoll = now
                fixture.status.set(device: down)
            case 1:
                let absent = UnknownReason.absent(
                    object: OID([1, 3, 6]), exception: "noSuchInstance")
                fixture.status.set(
                    source: SourceStatus(
                        items: [.init(name: "traffic_in", raw: nil, shown: .failure(absent))],
                        sampledAt: now))
            default:
                // A look at the file is the only way to know.
                fixture.maintenance.failure.withLock { $0 = nil }
            }
            _ = try await fixture.get("/graphs/1.png?width=700")
            let said = Self.texts(fixture).filter { !$0.isEmpty }.joined(separator: " ")
            let headline = try await Self.headline(fixture, "/graph/1")
            #expect(said.contains(headline), "\(fault): \(said) / \(headline)")
            #expect(said.contains("What to do: "), "\(said)")
            let page = try await fixture.get("/explain/graph/1").body
            #expect(page.contains("\(headline)."), "\(page)")
        }
    }

    @Test func `a picture that waits for its first row tells of a file that is not sound`()
        async throws
    {
        for isSound in [true, false] {
            // 99 s after the data source was made, whose steps are of 60 s.
            let fixture = try Self.silent(setBack: 622_310)
            if !isSound { fixture.maintenance.failure.withLock { $0 = nil } }
            _ = try await fixture.get("/graphs/1.png?width=700&from=now-1h&to=now")
            let said = Self.texts(fixture).filter { !$0.isEmpty }.joined(separator: " ")
            #expect(said.contains("the first is complete at") == isSound, "\(said)")
            #expect(said.contains("No data: its file is not there") == !isSound, "\(said)")
            #expect(said.contains("What to do: ") == !isSound, "\(said)")
        }
    }

    @Test func `a file is looked at once a minute for empty pictures`() async throws {
        let fixture = try Self.silent()
        fixture.maintenance.failure.withLock { $0 = nil }
        for path in ["/graphs/1.png?width=700", "/graphs/1.png?width=701"] {
            _ = try await fixture.get(path)
        }
        #expect(fixture.maintenance.observed.withLock { $0.count } == 1)
        fixture.clock.advance(milliseconds: FileLooks.longestMilliseconds - 1)
        fixture.status.set(tick: fixture.clock.now.monotonic)
        _ = try await fixture.get("/graphs/1.png?width=702")
        #expect(fixture.maintenance.observed.withLock { $0.count } == 1)
        fixture.clock.advance(milliseconds: 1)
        _ = try await fixture.get("/graphs/1.png?width=703")
        #expect(fixture.maintenance.observed.withLock { $0.count } == 2)
    }

    @Test func `looks at files are remembered up to a limit, and then forgotten`() {
        let looks = FileLooks()
        let start = MonotonicTime(milliseconds: 0)
        for number in 0...Int64(FileLooks.mostFiles) {
            looks.remember([], of: DataSourceID(number), at: start)
        }
        #expect(looks.findings(of: DataSourceID(0), at: start) != nil)
        let last = DataSourceID(Int64(FileLooks.mostFiles))
        #expect(looks.findings(of: last, at: start) == nil)
        let later = start.advanced(milliseconds: FileLooks.longestMilliseconds)
        looks.remember(nil, of: last, at: later)
        #expect(looks.findings(of: last, at: later) == .some(nil))
        #expect(looks.findings(of: DataSourceID(0), at: later) == nil)
    }

    @Test func `a shared picture tells neither what to do nor of files`() async throws {
        let shares = try ShareFixture()
        let path = try await shares.share(#"{"from":"now-6h"}"#)
        let fixture = shares.web
        let now = fixture.clock.now.wall
        fixture.store.known.withLock { $0 = false }
        fixture.maintenance.failure.withLock { $0 = nil }
        var up = DeviceStatus()
        (up.lastPoll, up.lastAnswer) = (now, now)
        var status = SourceStatus(
            items: [.init(name: "traffic_in", raw: 5, shown: .success(1))], sampledAt: now)
        (status.lastKnown, status.lastStored) = (now, now)
        fixture.status.set(device: up, source: status)
        // People first, so that a picture of theirs is there to be taken.
        _ = try await fixture.get("/graphs/1.png?from=now-6h&to=now&events=0")
        #expect(Self.texts(fixture).contains { $0.contains("What to do: ") })
        _ = try await shares.embedded(path)
        let said = Self.texts(fixture).joined(separator: " ")
        #expect(said.contains("no reason on record"), "\(said)")
        #expect(!said.contains("What to do") && !said.contains("is not there"))
    }

    // MARK: Ranges and values

    @Test func `what is missing in a range is told by reason with its share`() async throws {
        let fixture = try Self.silent()
        let now = fixture.clock.now.wall
        fixture.interruptions.book.withLock { book in
            book.apply(
                .begin(
                    .device(DeviceID(1)), at: now.advanced(seconds: -7_200),
                    .init(.noAnswer(attempts: 3, milliseconds: 4_500))), of: DeviceID(1))
        }
        for path in ["/graph/1", "/data-source/1"] {
            let report = try await fixture.get("/api/v1/explain\(path)?from=now-4h&to=now").body
            #expect(report.contains("\"missing\":{"), "\(report)")
            #expect(report.contains("\"reason\":\"no_answer\""))
            #expect(report.contains("of the range is missing: "))
            let page = try await fixture.get("/explain\(path)?from=now-4h&to=now").body
            #expect(page.contains("of the range is missing: ") && page.contains("device down"))
        }
        let whole = try await fixture.get("/api/v1/explain/device/1").body
        #expect(whole.contains("\"missing\":null"))
    }

    @Test func `values that cannot be are a warning with evidence`() async throws {
        let fixture = try Self.silent()
        fixture.store.known.withLock { $0 = true }
        let now = fixture.clock.now.wall
        let before = try #require(fixture.inventory.definitions.devices[DeviceID(1)])
        let row = QueryRow(
            id: before.rows[0].id, device: DeviceID(1), query: "interfaces", index: [3],
            fields: ["ifHighSpeed": .integer(10), "ifSpeed": .integer(10_000_000)],
            isPresent: true)
        let after = DeviceDefinition(
            device: before.device, rows: [row], dataSources: before.dataSources,
            graphs: before.graphs)
        fixture.inventory.set(fixture.inventory.definitions.replacing([(DeviceID(1), after)]))
        var status = SourceStatus(
            items: [
                .init(name: "traffic_in", raw: 77, shown: .success(9_000_000)),
                .init(name: "traffic_out", raw: 78, shown: .success(1)),
            ], sampledAt: now)
        (status.lastKnown, status.lastStored) = (now, now)
        fixture.status.set(source: status)
        for path in ["/explain/data-source/1", "/explain/graph/1"] {
            let page = try await fixture.get(path).body
            #expect(page.contains("<code>speed_exceeded</code>"), "\(page)")
            #expect(page.contains("What is odd about its values"))
            #expect(page.contains("9000000 a second") && page.contains("<dd>77</dd>"))
        }
    }

    // MARK: Live

    @Test(arguments: paths)
    func `a traced poll shows each message, for those who may poll`(path: String) async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        fixture.operations.steps.withLock {
            $0 = [
                SNMPTrace.Step(
                    .get, .sent, at: MonotonicTime(microseconds: 1_000_100), version: .v2c,
                    bytes: 81, variables: 3, attempt: 1),
                SNMPTrace.Step(
                    .response, .received, at: MonotonicTime(microseconds: 1_012_400),
                    version: .v2c, bytes: 97, variables: 3, attempt: 1,
                    roundTripMicroseconds: 12_300, errorStatus: 2),
            ]
        }
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator)
        let before = try await visitor.get(path).body
        #expect(before.contains("action=\"\(path)/live\"") && !before.contains("Round trip"))
        let page = try await visitor.post("\(path)/live")
        #expect(page.status == 200)
        for text in ["Round trip", "<td class=\"number\">12.3</td>", "error noSuchName", ">81<"] {
            #expect(page.body.contains(text), "\(text): \(page.body)")
        }
        #expect(page.body.contains("and 3 more") && !page.body.contains("c4nary"))
        let report = try await fixture.admin(.post, "/api/v1\(path)/live").body
        #expect(report.contains("\"round_trip_microseconds\":12300"), "\(report)")
        #expect(!report.contains("c4nary"))
        let viewer = Visitor(fixture)
        try await viewer.logIn("bob", role: .viewer)
        #expect(try await !viewer.get(path).body.contains("\(path)/live"))
        #expect(try await viewer.post("\(path)/live").status == 403)
    }

    @Test func `a traced poll of what is busy or not there says so`() async throws {
        let fixture = try WebFixture()
        #expect(try await fixture.admin(.post, "/api/v1/explain/device/9/live").status == 404)
        #expect(try await fixture.admin(.post, "/api/v1/explain/toaster/1/live").status == 404)
        fixture.operations.failure.withLock { $0 = .busy(DeviceID(1)) }
        let busy = try await fixture.admin(.post, "/api/v1/explain/graph/1/live")
        #expect(busy.status == 409 && busy.body.contains("device_busy"))
    }

    // MARK: Permission

    @Test func `administrators are told why somebody sees something or not`() async throws {
        let fixture = try WebFixture(devices: 2, guestsMayLook: false)
        let ann = Visitor(fixture)
        try await ann.logIn("ann", role: .viewer, scope: .parts([.site("sw1-2")]))
        for (path, sees) in [
            ("graph/2", true), ("graph/1", false), ("device/1", false), ("data-source/2", true),
        ] {
            let answer = try await fixture.admin(.get, "/api/v1/explain/\(path)?as=Ann")
            #expect(answer.status == 200)
            #expect(answer.body.contains("\"sees\":\(sees)"), "\(path): \(answer.body)")
            #expect(answer.body.contains("pollerctl user scope ann") != sees)
        }
        let nobody = try await fixture.admin(.get, "/api/v1/explain/graph/1?as=carl")
        #expect(nobody.status == 200 && nobody.body.contains("there is no account carl"))
        #expect(try await fixture.admin(.get, "/api/v1/explain/graph/9?as=carl").status == 404)
        #expect(try await fixture.admin(.get, "/api/v1/explain/graph/9?as=ann").status == 404)
        let refused = try await ann.get(
            "/api/v1/explain/graph/2?as=bob", accept: "application/json")
        #expect(refused.status == 403 && refused.body.contains("not_permitted"))
    }

    @Test func `the page tells administrators the same, by a form that keeps its range`()
        async throws
    {
        let fixture = try WebFixture(devices: 2, guestsMayLook: false)
        try await Visitor(fixture).logIn(
            "ann", role: .viewer, scope: .parts([.site("sw1-2")]))
        let carl = Visitor(fixture)
        try await carl.logIn("carl")
        for kind in ["graph", "device", "data-source"] {
            let plain = try await carl.get("/explain/\(kind)/1").body
            #expect(plain.contains("<form method=\"get\" action=\"/explain/\(kind)/1#access\""))
            #expect(!plain.contains("does not see"))
            let unseen = try await carl.get("/explain/\(kind)/1?as=+ANN+")
            #expect(unseen.status == 200)
            for words in [
                "ann <span class=\"state down\">✗ does not see</span>", "does not cover",
                "What to do: add a part that covers it: "
                    + "pollerctl user scope ann site:sw1-2 site:sw1-1</p>",
            ] {
                #expect(unseen.body.contains(words), "\(words): \(unseen.body)")
            }
            let seen = try await carl.get("/explain/\(kind)/2?as=ann").body
            #expect(seen.contains("✓ sees") && !seen.contains("pollerctl user scope"), "\(seen)")
        }
        let ranged = try await carl.get("/explain/graph/1?from=now-1h&to=now&as=ann").body
        #expect(ranged.contains("<input type=\"hidden\" name=\"from\" value=\"now-1h\">"))
        #expect(ranged.contains("<input type=\"hidden\" name=\"to\" value=\"now\">"))
        #expect(try await carl.get("/explain/graph/1?as=").status == 200)
    }

    @Test func `an account that is not there is a sentence on the page, with what to do`()
        async throws
    {
        let fixture = try WebFixture(guestsMayLook: false)
        let ann = Visitor(fixture)
        try await ann.logIn()
        let nobody = try await ann.get("/explain/graph/1?as=carol")
        #expect(nobody.status == 200 && nobody.body.contains("there is no account carol"))
        #expect(
            nobody.body.contains("What to do: make one: pollerctl user add carol --role viewer"))
        #expect(try await ann.get("/explain/graph/9?as=carol").status == 404)
        for hostile in hostileTexts {
            let answer = try await ann.get("/explain/graph/1?as=\(Query.escaped(hostile))")
            #expect(answer.status == 200, "\(hostile)")
            #expect(!answer.body.contains("<script>alert") && !answer.body.contains("<img src=x"))
        }
    }

    @Test func `who is no administrator has no such form, and is refused without a poll`()
        async throws
    {
        for role in [Role.viewer, .operator] {
            let fixture = try WebFixture(guestsMayLook: false)
            let visitor = Visitor(fixture)
            try await visitor.logIn(role: role)
            for path in Self.paths {
                let page = try await visitor.get(path)
                #expect(page.status == 200 && !page.body.contains("name=\"as\""))
                let refused = try await visitor.get("\(path)?as=ann")
                #expect(refused.status == 403, "\(role) \(path)")
                #expect(refused.body.contains("only administrators are told what others see"))
                #expect(try await visitor.post("\(path)/live?as=ann").status == 403)
            }
            #expect(fixture.operations.traced.withLock { $0.isEmpty })
        }
        let guest = try await WebFixture().get("/explain/graph/1?as=ann")
        #expect(guest.status == 403 && !guest.body.contains("name=\"as\""))
    }

    @Test(arguments: ["/explain/device/9", "/explain/graph/9", "/explain/toaster/1"])
    func `what is not there is said`(path: String) async throws {
        #expect(try await WebFixture().get(path).status == 404)
    }

    @Test func `a range that is no range is refused in words`() async throws {
        let answer = try await WebFixture().get("/explain/graph/1?from=yesterday")
        #expect(answer.status == 400 && answer.body.contains("is no time"))
    }

    @Test(arguments: hostileTexts)
    func `device text is text on these pages too`(hostile: String) async throws {
        let fixture = try WebFixture(deviceText: hostile)
        for path in Self.paths {
            let body = try await fixture.get(path).body
            #expect(!body.contains("<script>alert") && !body.contains("<img src=x"))
        }
    }
}
