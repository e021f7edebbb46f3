import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// A device that counts a thousand a second, polled every minute by a machine whose clock is set.
/// Whatever happens to the clock, a file holds that rate or nothing.
@Suite struct ClockStepTests {
    private static let hour: Int64 = 3_600
    private static let tenYears: Int64 = 3_653 * 86_400

    private final class Polled {
        let fixture: StoreFixture
        let file: RoundRobinFile
        private var last: Moment?
        private var isBroken = false
        private(set) var refusals: [StoreFailure] = []

        init(_ fixture: StoreFixture) throws {
            self.fixture = fixture
            file = try fixture.file(names: ["in"])
        }

        func set(seconds: Int64) { fixture.clock.setWall(by: seconds * 1_000) }

        /// - Returns: how many polls were accepted.
        @discardableResult
        func poll(minutes: Int) async throws -> Int {
            var accepted = 0
            for _ in 0..<minutes {
                fixture.clock.advance(milliseconds: 60_000)
                let now = fixture.clock.now
                let sample = RoundRobinRow(
                    time: now.wall, values: [.counter(UInt64(now.monotonic.milliseconds))])
                var rows = [sample]
                // As the poller does where the clocks disagree about the distance, or a row was
                // left out since the one before.
                if let last, isBroken || Self.disagree(last, now) {
                    let before = RoundRobinRow(
                        time: now.wall.advanced(seconds: -1), values: [.unknown])
                    rows.insert(before, at: 0)
                }
                last = now
                switch await fixture.store.update([.init(file: file, rows: rows)])[0] {
                case .success:
                    accepted += 1
                    isBroken = false
                case .failure(let failure):
                    refusals.append(failure)
                    isBroken = true
                }
            }
            return accepted
        }

        private static func disagree(_ before: Moment, _ now: Moment) -> Bool {
            let wall = now.wall.milliseconds - before.wall.milliseconds
            let monotonic = now.monotonic.milliseconds - before.monotonic.milliseconds
            return abs(wall - monotonic) > 1_000
        }

        /// Every number that any archive has.
        func rates(from start: Int64, to end: Int64) async throws -> [Double] {
            var rates: [Double] = []
            for function in [ConsolidationFunction.average, .maximum] {
                rates += try await fixture.store.series(
                    of: file, function: function, start: Timestamp(seconds: start),
                    end: Timestamp(seconds: end)
                ).rows.compactMap { $0[0] }
            }
            return rates
        }

        /// That the newest rows are known, and that no number is wrong.
        func expectSound(known: Int, _ comment: Comment) async throws {
            let now = fixture.clock.now.wall.seconds
            let newest = try await rates(from: now - Int64(known + 1) * 60, to: now - 60)
            #expect(newest.count >= known, comment)
            for start in [now - 5_000, now - 50_000, ClockStepTests.start - 60] {
                let all = try await rates(from: start, to: start + 50_000)
                #expect(all.allSatisfy { abs($0 - 1_000) < 0.001 }, comment)
            }
        }
    }

    private static let start: Int64 = 1_700_000_040

    @Test(arguments: [-hour, hour, tenYears, -tenYears, 45, -45, 250, -250])
    func `a step and its return brick no file and invent no value`(step: Int64) async throws {
        let fixture = try StoreFixture(now: Self.start)
        let polled = try Polled(fixture)
        #expect(try await polled.poll(minutes: 30) == 30)
        polled.set(seconds: step)
        let meanwhile = try await polled.poll(minutes: 5)
        let isTaken = step > 0 && step <= 300
        #expect(!isTaken || meanwhile == 5)
        #expect(abs(step) <= 300 || meanwhile == 0)
        polled.set(seconds: -step)
        let later = try await polled.poll(minutes: 20)
        // Rows that were taken ahead of the time keep the file from others for as long.
        #expect(later >= 20 - 6)
        try await polled.expectSound(known: 10, "\(step) s")
        #expect(fixture.log.events.count == 2, "\(fixture.log.events)")
        #expect(fixture.log.events.allSatisfy { $0.hasPrefix("clock.") })
        #expect(fixture.store.counters.filesQuarantined == 0)
    }

    @Test func `an hour ahead that lasts is believed after ten minutes`() async throws {
        let fixture = try StoreFixture(now: Self.start)
        let polled = try Polled(fixture)
        try await polled.poll(minutes: 30)
        polled.set(seconds: Self.hour)
        #expect(try await polled.poll(minutes: 30) == 20)
        #expect(polled.refusals.allSatisfy { $0.code == "clock_doubted" })
        #expect(polled.refusals.count == 10)
        try await polled.expectSound(known: 15, "ahead")
        #expect(fixture.log.events == ["clock.leapt", "clock.believed"])
        // Back: refused with the reason until the time of the newest row has passed.
        polled.set(seconds: -Self.hour)
        #expect(try await polled.poll(minutes: 60) <= 1)
        #expect(polled.refusals.last?.words.contains("is not later than") == true)
        #expect(try await polled.poll(minutes: 20) >= 19)
        try await polled.expectSound(known: 15, "back")
        #expect(fixture.log.events == ["clock.leapt", "clock.believed", "clock.set"])
    }

    @Test func `a start with a clock ten years ahead closes no file`() async throws {
        let before = try StoreFixture(now: Self.start)
        let old = try Polled(before)
        try await old.poll(minutes: 30)
        let fixture = try before.afterDeath()
        fixture.clock.setWall(by: Self.tenYears * 1_000)
        // The store was made before the clock was set; this one finds it as it is.
        let late = try StoreFixture(
            folder: fixture.folder, state: fixture.state, clock: fixture.clock)
        let polled = try Polled(late)
        #expect(try await polled.poll(minutes: 5) == 0)
        polled.set(seconds: -Self.tenYears)
        #expect(try await polled.poll(minutes: 20) == 20)
        #expect(
            late.log.events.filter { $0.hasPrefix("clock.") } == ["clock.leapt", "clock.returned"])
        let last = try await late.store.lastRows([polled.file])[0].get()
        #expect(last.time == late.clock.now.wall)
    }

    @Test func `a machine that starts in 1970 keeps its files, and goes on when it knows the time`()
        async throws
    {
        let before = try StoreFixture(now: Self.start)
        let old = try Polled(before)
        try await old.poll(minutes: 30)
        try await before.store.settle([old.file.path])
        let died = before.clock.now.wall.seconds
        let folder = try before.afterDeath()
        let late = try StoreFixture(
            folder: folder.folder, state: folder.state, clock: ManualClock(100))
        let polled = try Polled(late)
        #expect(try await polled.poll(minutes: 5) == 0)
        let last = try await late.store.lastRows([polled.file])[0].get()
        #expect(last.time.seconds == died)
        // Files that are made now can be used too.
        let fresh = try late.file(2)
        try await late.store.create([fresh], start: late.clock.now.wall)[0].get()
        _ = try await late.store.lastRows([fresh])[0].get()
        let refused = await late.store.update([
            .init(
                file: fresh,
                rows: [RoundRobinRow(time: late.clock.now.wall, values: [.unknown, .unknown])])
        ])[0]
        #expect(refused.failure?.words.contains("before 1980") == true, "\(refused)")
        polled.set(seconds: died + 60 - late.clock.now.wall.seconds)
        #expect(try await polled.poll(minutes: 20) == 20)
        try await polled.expectSound(known: 10, "1970")
        try await late.accept(
            .init(
                file: fresh,
                rows: [
                    RoundRobinRow(time: late.clock.now.wall, values: [.counter(1), .counter(1)])
                ]))
        try await late.store.settle([fresh.path])
        #expect(late.log.events.filter { $0.hasPrefix("clock.") } == ["clock.set", "clock.set"])
        #expect(late.store.counters.filesQuarantined == 0)
    }

    @Test func `without a journal, a clock of 1970 moves no file away either`() async throws {
        let before = try StoreFixture(now: Self.start)
        let old = try Polled(before)
        try await old.poll(minutes: 30)
        try await before.store.settle([old.file.path])
        await before.store.stop()
        try FileManager.default.removeItem(atPath: "\(before.state)/journal")
        let late = try StoreFixture(
            folder: before.folder, state: before.state, clock: ManualClock(100))
        let polled = try Polled(late)
        #expect(try await polled.poll(minutes: 5) == 0)
        _ = try await late.store.lastRows([polled.file])[0].get()
        #expect(late.store.counters.filesQuarantined == 0)
        #expect(FileManager.default.fileExists(atPath: late.path(polled.file)))
    }

    @Test func `many small corrections of the clock change nothing`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let fixture = try StoreFixture(now: Self.start)
        let file = try fixture.file(names: ["in"])
        var accepted = 0
        for _ in 0..<200 {
            fixture.clock.advance(milliseconds: 60_000)
            // A few milliseconds a minute, as NTP slews; the rate is that much off, no more.
            fixture.clock.setWall(by: .random(in: -30...30, using: &generator))
            let now = fixture.clock.now
            let sample = RoundRobinRow(
                time: now.wall, values: [.counter(UInt64(now.monotonic.milliseconds))])
            try await fixture.accept(.init(file: file, rows: [sample]))
            accepted += 1
        }
        let end = fixture.clock.now.wall.seconds
        let series = try await fixture.store.series(
            of: file, function: .average, start: Timestamp(seconds: end - 5_000),
            end: Timestamp(seconds: end - 60))
        let rates = series.rows.compactMap { $0[0] }
        #expect(rates.count > 80 && rates.allSatisfy { abs($0 - 1_000) < 1 }, "seed \(seed)")
        #expect(accepted == 200 && fixture.log.events.isEmpty)
    }
}
