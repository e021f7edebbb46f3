import Testing

@testable import PollerModel

@Suite struct TimeGridTests {
    private static let both = MovingEnds(start: true, end: true)

    private func range(_ start: Int64, _ end: Int64) throws -> TimeRange {
        try TimeRange(start: Timestamp(seconds: start), end: Timestamp(seconds: end))
    }

    @Test func `each distance divides a day and the next is not much longer`() {
        for (shorter, longer) in zip(TimeGrid.distances, TimeGrid.distances.dropFirst()) {
            #expect(86_400 % shorter == 0 && longer > shorter && longer * 2 <= shorter * 5)
        }
        #expect(TimeGrid.distances.first == 1 && TimeGrid.distances.last == 86_400)
    }

    @Test(
        arguments: [
            (600, 700, 1), (1_400, 700, 2), (1_399, 700, 1), (86_400, 700, 120), (83_999, 700, 60),
            (84_000, 700, 120), (7 * 86_400, 700, 600), (365 * 86_400, 700, 43_200),
            (40 * 366 * 86_400, 100, 86_400), (10, 4_000, 1),
        ] as [(Int64, Int, Int64)])
    func `the distance is that of a pixel or a little less`(
        seconds: Int64, width: Int, distance: Int64
    ) throws {
        #expect(TimeGrid.distance(of: try range(0, seconds), width: width) == distance)
    }

    @Test func `a moving range changes once a pixel and keeps its length and newest sample`() throws
    {
        let now: Int64 = 1_795_622_400
        var seen: Set<TimeRange> = []
        for second in 0..<Int64(600) {
            let exact = try range(now + second - 86_400, now + second)
            let aligned = exact.aligned(Self.both, width: 700)
            #expect(aligned.seconds == 86_400)
            #expect(aligned.end >= exact.end && aligned.end.seconds - exact.end.seconds < 120)
            seen.insert(aligned)
        }
        // The first second lies on the grid itself.
        #expect(seen.count == 6)
    }

    @Test func `ends that do not move are exact`() throws {
        let exact = try range(1_795_536_011, 1_795_622_413)
        #expect(exact.aligned(MovingEnds(start: false, end: false), width: 700) == exact)
        let grown = exact.aligned(MovingEnds(start: false, end: true), width: 700)
        #expect(grown.start == exact.start && grown.end.seconds == 1_795_622_520)
        let shrunk = exact.aligned(MovingEnds(start: true, end: false), width: 700)
        #expect(shrunk.start.seconds == 1_795_536_120 && shrunk.end == exact.end)
    }

    @Test func `where the grid leads out of what can be drawn, the range stands`() throws {
        let latest = try range(GraphLimits.latestSeconds - 86_401, GraphLimits.latestSeconds - 1)
        #expect(latest.aligned(Self.both, width: 700).end.seconds == GraphLimits.latestSeconds)
        let end = GraphLimits.latestSeconds
        // The latest point of time lies on no grid of three hours.
        let odd = try range(end - 30 * 86_400, end - 1)
        #expect(odd.aligned(Self.both, width: 200).end.seconds <= end)
        let longest = try range(1, 1 + GraphLimits.rangeSeconds.upperBound)
        let moving = MovingEnds(start: false, end: true)
        #expect(longest.aligned(moving, width: 700) == longest)
    }

    @Test(arguments: [
        ("now", true), ("now-6h", true), ("now+1d", true), ("now-1d/d", false), ("now/w", false),
        ("1795622400", false), ("2026-11-25T16:00:00Z", false),
    ])
    func `times relative to now move unless they are rounded`(
        text: String, moves: Bool
    ) throws {
        #expect(try #require(TimeExpression(text)).movesWithClock == moves)
    }
}
