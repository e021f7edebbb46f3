import Foundation
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Interruptions in a real database.
@Suite struct InterruptionStoreTests {
    private func interruption(
        _ id: Int64, _ scope: Interruption.Scope, end: Int64? = nil
    ) -> Interruption {
        Interruption(
            id: InterruptionID(id), scope: scope, start: Timestamp(milliseconds: id * 1_000),
            end: end.map { Timestamp(milliseconds: $0) },
            reason: .init(SNMPFailure.noAnswer(attempts: 3, milliseconds: 4_500)), lost: 2)
    }

    @Test func `what was written is there again after a restart`() async throws {
        let fixture = try InventoryFixture()
        #expect(try fixture.inventory.interruptionHistory() == InterruptionHistory())
        let device = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let kept = [
            interruption(1, .poller, end: 1_001), interruption(2, .device(device.device.id)),
            interruption(3, .source(device.dataSources[0].id), end: 3_500),
        ]
        try await fixture.inventory.write(
            InterruptionBatch(written: kept, aliveAt: fixture.now))
        try fixture.inventory.close()
        let history = try fixture.reopened().interruptionHistory()
        #expect(history.kept == kept)
        #expect(history.nextID == 4 && history.aliveAt == fixture.now)
    }

    @Test func `one that goes on is brought up to date, and none is left of what was removed`()
        async throws
    {
        let fixture = try InventoryFixture()
        var one = interruption(1, .poller)
        let two = interruption(2, .poller, end: 2_001)
        try await fixture.inventory.write(InterruptionBatch(written: [one, two]))
        one.end = Timestamp(milliseconds: 9_000)
        one.reason = .stopped
        one.lost = 7
        let later = fixture.now.advanced(seconds: 10)
        try await fixture.inventory.write(
            InterruptionBatch(written: [one], removed: [two.id], aliveAt: later))
        let history = try fixture.inventory.interruptionHistory()
        #expect(history.kept == [one] && history.aliveAt == later)
        // An id is not used again.
        #expect(history.nextID == 3)
        // A batch without a heartbeat leaves the last one.
        try await fixture.inventory.write(InterruptionBatch(removed: [one.id]))
        #expect(try fixture.inventory.interruptionHistory().aliveAt == later)
    }

    @Test func `what belongs to something that is gone is left out, and goes with it`()
        async throws
    {
        let fixture = try InventoryFixture()
        let device = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let written = [
            interruption(1, .device(device.device.id)),
            interruption(2, .source(device.dataSources[0].id)),
            interruption(3, .device(DeviceID(99))), interruption(4, .source(DataSourceID(99))),
            interruption(5, .poller),
        ]
        try await fixture.inventory.write(InterruptionBatch(written: written))
        let ids = { try fixture.inventory.interruptionHistory().kept.map(\.id.rawValue) }
        #expect(try ids() == [1, 2, 5])
        _ = try await fixture.inventory.remove(device.device.id)
        #expect(try ids() == [5])
    }

    @Test func `two thousand devices that go down at once are one batch`() async throws {
        let fixture = try InventoryFixture()
        var written: [Interruption] = []
        for number in Int64(1)...2_000 {
            let device = try await fixture.inventory.add(
                fixture.new(
                    "d\(number)", host: "10.0.\(number / 250).\(number % 250 + 1)", rows: []),
                at: fixture.now)
            written.append(interruption(number, .device(device.device.id)))
        }
        let batch = InterruptionBatch(written: written, aliveAt: fixture.now)
        let took = try await ContinuousClock().measure {
            try await fixture.inventory.write(batch)
        }
        #expect(try fixture.inventory.interruptionHistory().kept.count == 2_000)
        #expect(took < .seconds(5), "\(took)")
        print("2,000 interruptions were written within \(took)")
    }

    @Test func `a row that the model cannot hold is said, not skipped`() async throws {
        let fixture = try InventoryFixture()
        try await fixture.inventory.write(InterruptionBatch(written: [interruption(1, .poller)]))
        try fixture.tamper("UPDATE interruption SET started_at = -5")
        let inventory = try fixture.reopened()
        do {
            _ = try inventory.interruptionHistory()
            Issue.record("it was read")
        } catch {
            #expect(error.words.contains("interruption 1 is not readable"), "\(error.words)")
        }
    }
}
