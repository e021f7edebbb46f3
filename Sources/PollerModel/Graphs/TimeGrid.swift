/// A grid for the ends of ranges that move with the clock. “The last day” is another range every
/// second; put on a grid of about one pixel it is the same for so long as nobody could see a
/// difference, and a picture of it is drawn once.
package enum TimeGrid {
    /// Distances between two points of the grid, in seconds. Each divides a day, and each but the
    /// finest is at most two and a half times the one before.
    package static let distances: [Int64] = [
        1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200,
        86_400,
    ]

    /// The largest distance that is no longer than one of `width` pixels of the range; one second
    /// where a pixel is shorter.
    package static func distance(of range: TimeRange, width: Int) -> Int64 {
        let pixel = range.seconds / Int64(max(1, width))
        return distances.last { $0 <= pixel } ?? 1
    }
}

/// Which ends of a range move with the clock, as that of “now-6h” does. The others are meant to
/// the second.
package struct MovingEnds: Hashable, Sendable {
    package let start: Bool
    package let end: Bool

    package init(start: Bool, end: Bool) {
        self.start = start
        self.end = end
    }
}

extension TimeRange {
    /// The range with its moving ends on the next point of the grid. Ends are moved into the
    /// future, so that the newest sample lies before the end, and a length that is a multiple of
    /// the distance stays as it is. Where the grid leads out of what can be drawn, the range
    /// stands.
    package func aligned(_ moving: MovingEnds, width: Int) -> TimeRange {
        let distance = TimeGrid.distance(of: self, width: width)
        let align = { (time: Timestamp, moves: Bool) in
            moves
                ? Timestamp(seconds: -(-time.seconds).flooredDivision(by: distance) * distance)
                : time
        }
        return
            (try? TimeRange(start: align(start, moving.start), end: align(end, moving.end))) ?? self
    }
}

extension GraphRequest {
    /// The request with the moving ends of its range on the grid of its pixels.
    package func aligned(_ moving: MovingEnds) -> GraphRequest {
        var aligned = self
        aligned.range = range.aligned(moving, width: width)
        return aligned
    }
}
