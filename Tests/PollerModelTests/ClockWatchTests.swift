import TestSupport
import Testing

@testable import PollerModel

@Suite struct ClockWatchTests {
    private static let hour: Int64 = 3_600_000
    private static let tenYears: Int64 = 3_653 * 86_400_000

    /// A clock, and the watch that looks at it every quarter of a second.
    private struct Watched {
        let clock: ManualClock
        var watch: ClockWatch
        var events: [ClockWatch.Event] = []

        init(_ clock: ManualClock = ManualClock(), newest: Timestamp? = nil) {
            self.clock = clock
            watch = ClockWatch(now: clock.now, newest: newest)
        }

        mutating func run(seconds: Int64) {
            for _ in 0..<seconds * 4 {
                clock.advance(milliseconds: 250)
                look()
            }
        }

        /// The same, looking once a minute.
        mutating func wait(milliseconds: Int64) {
            for _ in 0..<milliseconds / 60_000 {
                clock.advance(milliseconds: 60_000)
                look()
            }
        }

        mutating func set(_ milliseconds: Int64) {
            clock.setWall(by: milliseconds)
            look()
        }

        mutating func look() {
            if let event = watch.look(at: clock.now) { events.append(event) }
        }

        var latest: Timestamp? { watch.latestBelieved(at: clock.now) }
    }

    @Test func `a clock that runs, and is slewed now and then, is nobody's concern`() {
        var watched = Watched()
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            watched.run(seconds: 2)
            watched.set(.random(in: -2_000...2_000, using: &generator))
            #expect(watched.latest == nil)
        }
        #expect(watched.events.isEmpty, "seed \(seed)")
    }

    @Test(
        arguments: [
            (2_000, []), (-2_000, []), (2_001, [.set(milliseconds: 2_001)]),
            (-2_001, [.set(milliseconds: -2_001)]), (300_000, [.set(milliseconds: 300_000)]),
            (300_001, [.leapt(milliseconds: 300_001)]), (-300_001, [.set(milliseconds: -300_001)]),
            (hour, [.leapt(milliseconds: hour)]), (-hour, [.set(milliseconds: -hour)]),
            (tenYears, [.leapt(milliseconds: tenYears)]),
            (-tenYears, [.set(milliseconds: -tenYears)]),
        ] as [(Int64, [ClockWatch.Event])])
    func `a step is told once, and doubted when it leads far ahead`(
        step: Int64, events: [ClockWatch.Event]
    ) {
        var watched = Watched()
        watched.run(seconds: 60)
        watched.set(step)
        watched.run(seconds: 60)
        #expect(watched.events == events)
        #expect((watched.latest != nil) == (step > 300_000))
    }

    @Test(arguments: [hour, tenYears])
    func `a leap is believed once it has lasted, longer than a month for a day`(leap: Int64) {
        var watched = Watched()
        watched.run(seconds: 60)
        let before = watched.clock.now.wall
        watched.set(leap)
        let patience: Int64 = leap == Self.hour ? 600_000 : 86_400_000
        watched.wait(milliseconds: patience - 60_000)
        watched.run(seconds: 59)
        // What may be written meanwhile is what the clock would say without the leap.
        #expect(
            watched.latest
                == before.advanced(
                    milliseconds: patience - 1_000 + ClockWatch.largestLeapMilliseconds))
        #expect(watched.events.count == 1)
        watched.run(seconds: 1)
        #expect(watched.latest == nil)
        watched.run(seconds: 3_600)
        #expect(watched.events == [.leapt(milliseconds: leap), .believed(milliseconds: leap)])
    }

    @Test(arguments: [hour, tenYears])
    func `a leap that ends is forgotten`(leap: Int64) {
        var watched = Watched()
        watched.set(leap)
        watched.run(seconds: 300)
        watched.set(-leap)
        #expect(watched.latest == nil)
        watched.run(seconds: 3_600)
        #expect(watched.events == [.leapt(milliseconds: leap), .returned(milliseconds: 0)])
    }

    @Test(arguments: [hour, tenYears])
    func `a clock that was set back may return at once`(step: Int64) {
        var watched = Watched()
        watched.run(seconds: 60)
        watched.set(-step)
        watched.run(seconds: 900)
        watched.set(step)
        #expect(watched.latest == nil)
        watched.run(seconds: 900)
        // Also after a leap that was believed: files have rows from there already.
        watched.set(step)
        watched.wait(milliseconds: ClockWatch.patience(step))
        watched.set(-step)
        watched.run(seconds: 10)
        watched.set(step)
        #expect(watched.latest == nil)
        #expect(
            watched.events == [
                .set(milliseconds: -step), .set(milliseconds: step), .leapt(milliseconds: step),
                .believed(milliseconds: step), .set(milliseconds: -step), .set(milliseconds: step),
            ])
    }

    @Test func `a leap within a leap has to last by itself`() {
        var watched = Watched()
        watched.set(Self.hour)
        watched.run(seconds: 500)
        watched.set(Self.tenYears)
        watched.run(seconds: 500)
        #expect(watched.latest != nil)
        // Half the way back is still far ahead.
        watched.set(-Self.tenYears)
        watched.run(seconds: 599)
        #expect(watched.latest != nil)
        watched.run(seconds: 1)
        #expect(watched.latest == nil)
        #expect(
            watched.events == [
                .leapt(milliseconds: Self.hour), .leapt(milliseconds: Self.hour + Self.tenYears),
                .leapt(milliseconds: Self.hour), .believed(milliseconds: Self.hour),
            ])
    }

    @Test func `a start is believed a month after the newest row, and doubted later`() {
        let newest = Timestamp(seconds: 1_700_000_000)
        let month: Int64 = 30 * 86_400
        var rested = Watched(ManualClock(newest.seconds + month), newest: newest)
        rested.run(seconds: 10)
        #expect(rested.events.isEmpty && rested.latest == nil)
        var ahead = Watched(ManualClock(newest.seconds + month + 1), newest: newest)
        #expect(ahead.latest == newest.advanced(seconds: 300))
        ahead.run(seconds: 599)
        #expect(ahead.latest != nil)
        ahead.run(seconds: 1)
        #expect(
            ahead.events == [
                .begunAhead(milliseconds: (month + 1) * 1_000),
                .believed(milliseconds: (month + 1) * 1_000),
            ])
        var fresh = Watched(ManualClock(0))
        fresh.run(seconds: 10)
        #expect(fresh.events.isEmpty && fresh.latest == nil)
    }

    @Test func `a machine that starts in 1970 is set right without doubt, but not beyond`() {
        let newest = Timestamp(seconds: 1_700_000_000)
        let back = (100 - newest.seconds) * 1_000
        for (days, isBelieved) in [(0, true), (29, true), (31, false)] as [(Int64, Bool)] {
            var watched = Watched(ManualClock(100), newest: newest)
            watched.run(seconds: 20)
            let step = -back + days * 86_400_000
            watched.set(step)
            watched.run(seconds: 10)
            #expect((watched.latest == nil) == isBelieved, "\(days) days")
            #expect(
                watched.events == [
                    .set(milliseconds: back),
                    isBelieved ? .set(milliseconds: step) : .leapt(milliseconds: step),
                ], "\(days) days")
            guard isBelieved else { continue }
            // Only once: then the clock is known, and leaps are doubted as ever.
            watched.set(Self.hour)
            #expect(watched.latest != nil)
        }
    }

    @Test func `however the clock is set, each step is told at most once`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let steps: [Int64] = [
            1_000, 5_000, 299_000, Self.hour, 86_400_000, Self.tenYears, -1_000, -5_000, -Self.hour,
            -86_400_000, -Self.tenYears,
        ]
        for round in 0..<50 {
            var watched = Watched()
            for _ in 0..<20 {
                let before = watched.events.count
                watched.set(steps.randomElement(using: &generator) ?? 0)
                #expect(watched.events.count - before <= 1, "seed \(seed), round \(round)")
                watched.run(seconds: .random(in: 0...400, using: &generator))
                // Besides the step itself, that a leap is believed now.
                #expect(watched.events.count - before <= 2, "seed \(seed), round \(round)")
            }
            watched.wait(milliseconds: ClockWatch.longDoubtMilliseconds)
            #expect(watched.latest == nil, "seed \(seed), round \(round): doubted for ever")
        }
    }
}
