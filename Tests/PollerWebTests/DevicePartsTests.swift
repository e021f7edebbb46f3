import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// The parts of a device's page.
@Suite struct DevicePartsTests {
    private static let traffic = SourceStatus(
        items: [
            .init(name: "traffic_in", raw: 1, shown: .success(125_000)),
            .init(name: "traffic_out", raw: 1, shown: .success(250_000)),
        ], sampledAt: Timestamp(seconds: 1_795_622_400))

    @Test func `an interface shows what it carries now, and carried in the last day`()
        async throws
    {
        let fixture = try WebFixture(deviceText: "eth0")
        fixture.status.set(source: Self.traffic)
        let body = try await fixture.get("/devices/1?tab=interfaces").body
        #expect(body.contains("<a href=\"/graphs/1\">eth0</a>"))
        #expect(body.contains("1.00 Mbit/s") && body.contains("2.00 Mbit/s"), "\(body)")
        #expect(body.contains("<svg class=\"spark\"") && body.contains("d=\"M0.0"))
        // The recorded rows go up to 96 000 and 38 400 octets a second: 768 and 307 kbit/s.
        #expect(body.contains(/7[0-9][0-9] kbit\/s \/ 29[0-9] kbit\/s/), "\(body)")
        #expect(fixture.store.asked.withLock { $0.count } == 1)
    }

    @Test func `an interface whose file cannot be read has no curve, and the page stays`()
        async throws
    {
        let fixture = try WebFixture()
        fixture.store.failure.withLock { $0 = .stopped }
        let answer = try await fixture.get("/devices/1?tab=interfaces")
        #expect(answer.status == 200 && !answer.body.contains("<svg"))
    }

    @Test func `a value that is not known says why, and another's reason is not shown for it`()
        async throws
    {
        let fixture = try WebFixture()
        var status = DeviceStatus()
        status.failure = .portClosed(port: 161)
        fixture.status.set(device: status)
        fixture.status.set(source: Self.traffic)
        let known = try await fixture.get("/devices/1?tab=data").body
        #expect(known.components(separatedBy: "UDP port 161 is closed").count == 2)
        fixture.status.set(
            source: SourceStatus(
                items: [.init(name: "traffic_in", raw: nil, shown: .failure(.firstSample))],
                sampledAt: Timestamp(seconds: 1_795_622_400)))
        let unknown = try await fixture.get("/devices/1?tab=data").body
        #expect(unknown.contains("waiting for the second sample"))
    }

    @Test func `a part that is none is refused with those there are`() async throws {
        let answer = try await WebFixture().get("/devices/1?tab=weather")
        #expect(answer.status == 400 && answer.body.contains("graphs, interfaces, sensors"))
    }

    @Test func `names are sorted as people count`() {
        let names = ["eth10", "Eth2", "eth1", "xe-0/0/10", "xe-0/0/9", ""]
        let sorted = names.sorted { NaturalText($0) < NaturalText($1) }
        #expect(sorted == ["", "eth1", "Eth2", "eth10", "xe-0/0/9", "xe-0/0/10"])
        let long = String(repeating: "9", count: 40)
        #expect(!(NaturalText(long) < NaturalText(long)))
    }

    @Test func `a curve has gaps where nothing is known, and no more points than it needs`() {
        let line = Sparkline(([0, 1, .nan, 2], [.nan, .nan, .nan, .nan]))
        #expect(line.first.filter { $0 == "M" }.count == 2 && line.second.isEmpty)
        let many = Sparkline.thinned(Array(repeating: 3, count: 1_440))
        #expect(many.count == Sparkline.points && many.allSatisfy { $0 == 3 })
        #expect(Sparkline.thinned([1, .nan]).count == 2)
        #expect(Sparkline(([0, 0], [0, 0])).first.contains("27.0"))
    }
}
