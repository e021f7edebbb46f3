import PollerModel
import Testing

@testable import PollerSNMP

@Suite struct AgentHabitsTests {
    private let now = MonotonicTime(milliseconds: 1_000)

    /// Polls an agent that answers at most `limit` objects; the sizes that were tried.
    private func play(_ habits: inout AgentHabits, polls: Int, limit: Int) -> [Int] {
        (0..<polls).map { _ in
            let size = habits.objects
            if size <= limit {
                habits.learn(largest: size, refused: nil, wasFull: true)
            } else {
                habits.learn(largest: AgentHabits.initialObjects, refused: size, wasFull: true)
            }
            return size
        }
    }

    @Test func `messages grow while they are full, up to a frame`() {
        var habits = AgentHabits()
        let sizes = play(&habits, polls: 20, limit: .max)
        #expect(Array(sizes.prefix(8)) == [10, 10, 10, 15, 15, 15, 22, 22])
        #expect(habits.objects == AgentHabits.mostObjects)
        var idle = AgentHabits()
        for _ in 0..<20 { idle.learn(largest: 10, refused: nil, wasFull: false) }
        #expect(idle.objects == 10)
    }

    @Test(arguments: [11, 16, 17, 23, 40, 59])
    func `the limit of an agent is found within a few refusals`(limit: Int) {
        var habits = AgentHabits()
        let sizes = play(&habits, polls: 100, limit: limit)
        #expect(sizes.count { $0 > limit } <= 5)
        #expect(habits.objects <= limit && Double(habits.objects) >= 0.85 * Double(limit))
        #expect(AgentHabits(habits.values, now: now).objects == habits.objects)
    }

    @Test func `an agent that takes less than it did is asked for less`() {
        var habits = AgentHabits()
        _ = play(&habits, polls: 30, limit: .max)
        let sizes = play(&habits, polls: 60, limit: 20)
        #expect(sizes.count { $0 > 20 } <= 6)
        #expect((15...20).contains(habits.objects))
    }

    @Test func `what was too much is tried again after a long time`() {
        var habits = AgentHabits()
        _ = play(&habits, polls: 100, limit: 20)
        #expect(habits.objects <= 20)
        _ = play(&habits, polls: 3 * AgentHabits.pollsToRetry, limit: .max)
        #expect(habits.objects > 30)
    }

    @Test func `attempts wait for what the agent needs, and in all for what was configured`() {
        var habits = AgentHabits()
        #expect(
            (1...3).map { habits.timeout(attempt: $0, of: 3, configured: 1_500) } == [
                1_500, 1_500, 1_500,
            ])
        for _ in 0..<50 { habits.learn(roundTrip: 20) }
        #expect(
            (1...3).map { habits.timeout(attempt: $0, of: 3, configured: 1_500) } == [
                200, 400, 3_900,
            ])
        for _ in 0..<50 { habits.learn(roundTrip: 900) }
        let slow = habits.timeout(attempt: 1, of: 3, configured: 1_500)
        #expect((900...1_500).contains(slow))
        for _ in 0..<50 { habits.learn(roundTrip: 50_000) }
        let times = (1...4).map { habits.timeout(attempt: $0, of: 4, configured: 1_500) }
        #expect(times == [1_500, 1_500, 1_500, 1_500])
        #expect((1...2).map { habits.timeout(attempt: $0, of: 1, configured: 100) } == [100, 100])
    }

    @Test func `GETBULK is tried again a day after it was ignored`() {
        var habits = AgentHabits()
        #expect(habits.asksWithBulk(now))
        habits.learn(bulkIsAnswered: false, now: now)
        #expect(!habits.asksWithBulk(now.advanced(milliseconds: 86_399_999)))
        #expect(habits.asksWithBulk(now.advanced(milliseconds: 86_400_000)))
        habits.learn(bulkIsAnswered: true, now: now)
        #expect(habits.asksWithBulk(now))
    }

    @Test func `SNMPv2c is tried again an hour after it was ignored`() {
        var habits = AgentHabits()
        #expect(!habits.asksWithVersion1(now) && !habits.speaksVersion1Only)
        habits.learn(version: .v1, now: now)
        #expect(habits.values.speaksVersion1Only == true)
        #expect(habits.asksWithVersion1(now.advanced(milliseconds: 3_599_999)))
        #expect(!habits.asksWithVersion1(now.advanced(milliseconds: 3_600_000)))
        // What was ignored once may be again.
        #expect(habits.speaksVersion1Only)
        habits.learn(version: .v2c, now: now)
        #expect(!habits.speaksVersion1Only && habits.values.speaksVersion1Only == nil)
    }

    @Test(
        arguments: [
            (24, 40_000, nil), (25, 40_000, 10_000), (25, 20_000, 5_000), (25, 100, 1_000),
            (201, 1_000_000, 9_950), (500, 40_000, 4_000), (500, 100, 1_000),
            (4_000, 40_000, 500), (100_000, 40_000, 500),
        ] as [(Int, Double, Int64?)])
    func `eight datagrams gather unless that keeps agents waiting`(
        received: Int, roundTrip: Double, microseconds: Int64?
    ) {
        let start = MonotonicTime(milliseconds: 5_000)
        var gathering = Gathering(now: start)
        for _ in 0..<2_000 { gathering.learn(roundTripMicroseconds: roundTrip) }
        gathering.count(received, now: start.advanced(milliseconds: 249))
        #expect(gathering.microseconds == nil)
        gathering.count(0, now: start.advanced(milliseconds: 250))
        let difference = (gathering.microseconds ?? 0) - (microseconds ?? 0)
        #expect((gathering.microseconds == nil) == (microseconds == nil) && abs(difference) <= 1)
        gathering.count(0, now: start.advanced(milliseconds: 500))
        #expect(gathering.microseconds == nil)
    }

    @Test func `what comes from a file is only believed within its limits`() {
        let odd = SNMPHabits(
            objectsPerMessage: -5, largestMessage: 1_000_000, roundTripMilliseconds: -.infinity)
        let habits = AgentHabits(odd, now: now)
        #expect(habits.objects == 1 && habits.ceiling == AgentHabits.mostObjects)
        #expect(habits.timeout(attempt: 1, of: 3, configured: 1_500) == 1_500)
    }
}
