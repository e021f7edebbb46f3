import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// The overview, the frame of all pages, and the page of settings.
@Suite struct OverviewTests {
    private static func traffic(_ octets: Double) -> SourceStatus {
        SourceStatus(
            items: [
                .init(name: "traffic_in", raw: 1, shown: .success(octets)),
                .init(name: "traffic_out", raw: 1, shown: .success(1)),
            ], sampledAt: Timestamp(seconds: 1_795_622_400))
    }

    @Test func `the busiest interfaces are named with what they carry, and led to`() async throws {
        let fixture = try WebFixture(devices: 2)
        fixture.status.set(source: Self.traffic(125_000))
        let body = try await fixture.get("/").body
        #expect(body.contains("Busiest interfaces") && body.contains("1.00 Mbit/s"))
        #expect(body.contains("<a href=\"/graphs/1\">sw1-1 · sw1-1</a>"), "\(body)")
    }

    @Test func `missing values of devices that answer stand by reason, with their number`()
        async throws
    {
        let fixture = try WebFixture(devices: 9)
        fixture.status.set(
            source: SourceStatus(
                items: [.init(name: "traffic_in", raw: nil, shown: .failure(.agentRestarted))],
                sampledAt: Timestamp(seconds: 1_795_622_400)))
        let body = try await fixture.get("/").body
        #expect(body.contains("9 × the agent restarted since the sample before"), "\(body)")
        #expect(body.contains("and 4 more for the same reason"))
        #expect(!body.contains("Nothing fails"))
    }

    @Test func `what was last read of a silent device is not now`() async throws {
        let fixture = try WebFixture()
        var silent = DeviceStatus()
        silent.failure = .noAnswer(attempts: 1, milliseconds: 1)
        silent.pollMilliseconds = 9
        fixture.status.set(device: silent)
        fixture.status.set(source: Self.traffic(125_000))
        let body = try await fixture.get("/").body
        #expect(!body.contains("Busiest") && !body.contains("Slowest"))
    }

    @Test func `a list of the largest has five, in order, whatever order they come in`() throws {
        let devices = try WebFixture().inventory.definitions.devices.values
        let device = try #require(devices.first).device
        var top = FleetSummary.Top()
        for value in [3.0, 9, 1, 7, 5, 8, 2, 9] { top.take(value, device, nil) }
        #expect(top.entries.map(\.value) == [9, 9, 8, 7, 5])
    }

    @Test func `a summary is held for a moment, and no longer than its version`() {
        let memo = FleetMemo()
        let made = Mutex(0)
        func ask(_ version: Int64, _ milliseconds: Int64) {
            _ = memo.summary(
                for: ScopeKey(.everything, by: [:]), version: version,
                at: MonotonicTime(milliseconds: milliseconds)
            ) {
                made.withLock { $0 += 1 }
                return FleetSummary(
                    Definitions(version: 1, catalogue: ShippedCatalogue.catalogue, devices: []),
                    FixedStatus(
                        startedAt: Timestamp(seconds: 0), tick: MonotonicTime(milliseconds: 0)))
            }
        }
        ask(1, 0)
        ask(1, FleetMemo.heldMilliseconds - 1)
        #expect(made.withLock { $0 } == 1)
        ask(1, FleetMemo.heldMilliseconds)
        #expect(made.withLock { $0 } == 2)
        ask(2, FleetMemo.heldMilliseconds)
        #expect(made.withLock { $0 } == 3)
    }

    @Test func `somebody's overview counts only what he may see`() async throws {
        let visitor = Visitor(try WebFixture(devices: 3, guestsMayLook: false))
        visitor.fixture.status.set(source: Self.traffic(125_000))
        try await visitor.logIn(role: .viewer, scope: .parts([.site("sw1-2")]))
        let body = try await visitor.get("/").body
        #expect(body.contains("<b>1</b> ? not polled yet"))
        #expect(body.contains("sw1-2 · sw1-2") && !body.contains("sw1-1 · sw1-1"))
    }

    // MARK: The frame

    @Test func `the navigation holds what somebody may open, and nothing else`() async throws {
        for (role, hasAdmin) in [(Role.viewer, false), (.operator, false), (.administrator, true)] {
            let visitor = Visitor(try WebFixture(guestsMayLook: false))
            try await visitor.logIn(role: role)
            let body = try await visitor.get("/").body
            #expect(body.contains("<a href=\"/\" aria-current=\"page\">Overview</a>"))
            #expect(body.contains("<a href=\"/devices\">Devices</a>"))
            #expect(body.contains("href=\"/admin/settings\"") == hasAdmin, "\(role)")
            let routes = body.matches(of: /<a href="(\/[a-z\/]*)"/).map { String($0.output.1) }
            for route in routes where !route.hasPrefix("/help/") {
                #expect(AccessTable.permission(.get, route) != nil, "\(route) leads nowhere")
            }
        }
    }

    @Test func `all pages say it when the poller stands still, and nothing when all is well`()
        async throws
    {
        let fixture = try WebFixture()
        #expect(try await !fixture.get("/graphs").body.contains("class=\"strip\""))
        fixture.clock.advance(milliseconds: 10_001)
        let body = try await fixture.get("/graphs").body
        #expect(body.contains("class=\"strip\"") && body.contains("The poller does not poll"))
        let stranger = try WebFixture(guestsMayLook: false)
        stranger.clock.advance(milliseconds: 10_001)
        #expect(try await !stranger.get("/login").body.contains("class=\"strip\""))
    }

    @Test func `how full a disk is can be told of a folder that is there`() throws {
        let percent = try #require(DiskRoom.usedPercent(of: "/"))
        #expect((0...100).contains(percent))
        #expect(DiskRoom.usedPercent(of: "/nowhere/at/all") == nil)
    }

    @Test func `modules of all pages together stay below forty kilobytes`() throws {
        let folder = "\(Places.resources)/web"
        let modules = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".js") }
        let sizes = try modules.map { try Data(contentsOf: URL(filePath: "\(folder)/\($0)")).count }
        #expect(modules.count > 3 && sizes.reduce(0, +) < 40_000, "\(modules), \(sizes)")
    }

    @Test func `settings are shown to administrators, with where they were set`() async throws {
        let visitor = Visitor(try WebFixture(guestsMayLook: false))
        try await visitor.logIn(role: .administrator)
        let page = try await visitor.get("/admin/settings")
        #expect(page.status == 200)
        #expect(page.body.contains("web.listen") && page.body.contains("line 3"))
        #expect(page.body.contains("/etc/pollerd/test.yaml"))
        let other = Visitor(try WebFixture(guestsMayLook: false))
        try await other.logIn(role: .operator)
        #expect(try await other.get("/admin/settings").status == 403)
    }
}
