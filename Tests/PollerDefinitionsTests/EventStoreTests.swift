import Foundation
import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Events in a real database.
@Suite struct EventStoreTests {
    private static let now = Timestamp(seconds: 1_700_000_000)

    private func event(
        _ id: Int64, _ kind: EventKind = .deviceDown, of subject: Event.Subject = .none,
        seconds: Int64 = 0, name: String = "", details: [String: String] = [:]
    ) -> Event {
        Event(
            id: EventID(id), NewEvent(kind, of: subject, "event \(id)", details: details),
            time: Self.now.advanced(seconds: seconds), name: name)
    }

    private func write(_ events: [Event], to fixture: InventoryFixture) async throws {
        try await fixture.inventory.write(EventBatch(written: events, at: Self.now))
    }

    private func ids(
        _ fixture: InventoryFixture, _ change: (inout EventQuery) -> Void = { _ in }
    ) async throws -> [Int64] {
        var query = EventQuery()
        change(&query)
        return try await fixture.inventory.events(query).map(\.id.rawValue)
    }

    @Test func `what was written is there again after a restart, newest first`() async throws {
        let fixture = try InventoryFixture()
        #expect(try fixture.inventory.nextEventID() == 1)
        let events = [
            event(1, .daemonStarted), event(2, of: .device(DeviceID(3)), name: "sw1"),
            event(
                3, .valueRefused, of: .source(DataSourceID(7), of: DeviceID(3)),
                details: ["reason": "too “large”", "k": "v"]),
            event(4, .shareMade, of: .graph(GraphID(9)), name: "Traffic"),
        ]
        try await write(events, to: fixture)
        try fixture.inventory.close()
        let inventory = try fixture.reopened()
        #expect(try await inventory.events(EventQuery()) == events.reversed())
        #expect(try inventory.nextEventID() == 5)
    }

    @Test func `a repeat is counted, also on one of the same batch`() async throws {
        let fixture = try InventoryFixture()
        let later = Self.now.advanced(seconds: 60)
        try await fixture.inventory.write(
            EventBatch(
                written: [event(1)],
                repeats: [
                    EventRepeat(id: EventID(1), count: 3, lastTime: later),
                    EventRepeat(id: EventID(99), count: 2, lastTime: later),
                ], at: Self.now))
        let found = try await fixture.inventory.events(EventQuery())
        #expect(found.count == 1 && found[0].count == 3 && found[0].lastTime == later)
        // A clock that was set back leaves the later time.
        try await fixture.inventory.write(
            EventBatch(
                repeats: [EventRepeat(id: EventID(1), count: 4, lastTime: Self.now)],
                at: Self.now))
        let again = try await fixture.inventory.events(EventQuery())
        #expect(again[0].count == 4 && again[0].lastTime == later)
    }

    @Test func `what is asked for is what comes`() async throws {
        let fixture = try InventoryFixture()
        let device = DeviceID(3)
        try await write(
            [
                event(1, of: .device(device), seconds: 10),
                event(2, .valueRefused, of: .source(DataSourceID(7), of: device), seconds: 20),
                event(3, .deviceUp, of: .device(DeviceID(4)), seconds: 30),
                event(4, .shareMade, of: .graph(GraphID(9)), seconds: 40),
                event(5, .clockSet, seconds: 50),
            ], to: fixture)
        #expect(try await ids(fixture) == [5, 4, 3, 2, 1])
        #expect(try await ids(fixture) { $0.device = device } == [2, 1])
        #expect(try await ids(fixture) { $0.source = DataSourceID(7) } == [2])
        #expect(try await ids(fixture) { $0.kinds = [.deviceDown, .clockSet] } == [5, 1])
        #expect(try await ids(fixture) { $0.kinds = [] } == [])
        #expect(try await ids(fixture) { $0.limit = 2 } == [5, 4])
        #expect(try await ids(fixture) { $0.before = EventID(4) } == [3, 2, 1])
        #expect(try await ids(fixture) { $0.after = EventID(4) } == [5])
        // From the first on, and before the second.
        #expect(
            try await ids(fixture) {
                $0.since = Self.now.advanced(seconds: 20)
                $0.until = Self.now.advanced(seconds: 40)
            } == [3, 2])
    }

    @Test func `whoever sees parts sees what happened to these, however many they are`()
        async throws
    {
        let fixture = try InventoryFixture()
        try await write(
            [
                event(1, of: .device(DeviceID(3))),
                event(2, of: .source(DataSourceID(7), of: DeviceID(5))),
                event(3, .shareMade, of: .graph(GraphID(9))), event(4, .clockSet),
                event(5, of: .device(DeviceID(60_000))),
            ], to: fixture)
        #expect(
            try await ids(fixture) { $0.scope = .parts(devices: [DeviceID(3)], graphs: []) } == [1])
        let many = Set((Int64(1)...50_000).map { DeviceID($0) })
        #expect(
            try await ids(fixture) {
                $0.scope = .parts(devices: many, graphs: [GraphID(9), GraphID(10)])
            } == [3, 2, 1])
        #expect(try await ids(fixture) { $0.scope = .parts(devices: [], graphs: []) } == [])
    }

    @Test func `events outlive their device`() async throws {
        let fixture = try InventoryFixture()
        let device = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        try await write([event(1, of: .device(device.device.id), name: "sw1")], to: fixture)
        _ = try await fixture.inventory.remove(device.device.id)
        let found = try await fixture.inventory.events(EventQuery())
        #expect(found.map(\.name) == ["sw1"])
    }

    @Test func `what is too old goes, and what is not stays`() async throws {
        let fixture = try InventoryFixture()
        let limit = -EventLimits.retentionDays * 86_400
        try await write(
            [event(1, seconds: limit - 1), event(2, seconds: limit), event(3)], to: fixture)
        #expect(try await ids(fixture) == [3, 2])
    }

    @Test func `beyond so many the oldest go`() async throws {
        let fixture = try InventoryFixture()
        let count = EventLimits.largestCount
        try fixture.tamper(
            """
            WITH RECURSIVE number (id) AS
                (SELECT 1 UNION ALL SELECT id + 1 FROM number WHERE id < \(count))
            INSERT INTO event (id, kind, happened_at, name, words, details, count, last_at)
                SELECT id, 'mark', \(Self.now.milliseconds), '', 'm', '{}', 1,
                    \(Self.now.milliseconds) FROM number
            """)
        let inventory = try fixture.reopened()
        let rest = { () throws -> (Int?, Int64?) in
            try inventory.close()
            return try DatabaseQueue(path: fixture.folder.path + "/pollerd.sqlite").read {
                (
                    try Int.fetchOne($0, sql: "SELECT count(*) FROM event"),
                    try Int64.fetchOne($0, sql: "SELECT min(id) FROM event")
                )
            }
        }
        try await inventory.write(
            EventBatch(written: [event(Int64(count) + 1)], at: Self.now))
        let (kept, lowest) = try rest()
        #expect(kept == count && lowest == 2)
    }

    @Test func `what pictures mark is there at the next start`() async throws {
        let fixture = try InventoryFixture()
        try await write(
            [
                event(1, .deviceRestarted, of: .device(DeviceID(3)), seconds: 10),
                event(2, .deviceDown, of: .device(DeviceID(3)), seconds: 20),
                event(3, .mark, seconds: 30),
            ], to: fixture)
        let range = try TimeRange(start: Self.now, end: Self.now.advanced(seconds: 60))
        let found = try fixture.inventory.eventMarks().marks(
            of: [DeviceID(3)], graph: GraphID(1), ofAll: true, in: range)
        #expect(found.map(\.words) == ["restarted", "event 3"])
    }

    @Test func `a note is there at the next start`() throws {
        let fixture = try InventoryFixture()
        #expect(try fixture.inventory.eventNote("run") == nil)
        try fixture.inventory.setEventNote("run", to: "running")
        try fixture.inventory.setEventNote("run", to: "stopped")
        try fixture.inventory.close()
        #expect(try fixture.reopened().eventNote("run") == "stopped")
    }

    @Test func `a row that the model cannot hold is said, not skipped`() async throws {
        let fixture = try InventoryFixture()
        try await write([event(1)], to: fixture)
        try fixture.tamper("UPDATE event SET happened_at = -5")
        let inventory = try fixture.reopened()
        do {
            _ = try await inventory.events(EventQuery())
            Issue.record("it was read")
        } catch {
            #expect(error.words.contains("event 1 is not readable"), "\(error.words)")
        }
    }
}
