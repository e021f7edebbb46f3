/// How pictures fared since the start, and what is kept of them.
package struct PictureCounters: Hashable, Sendable, Codable {
    /// Requests for a picture that was there.
    package var hits = 0
    /// Requests for one that was not: it was drawn for them, or was being drawn for another.
    package var misses = 0
    package var drawn = 0
    /// Drawings that ended with an error.
    package var failed = 0
    /// Drawings that nobody waited for any more when their turn came.
    package var unwanted = 0
    /// Requests whose picture was not there within the deadline.
    package var late = 0
    /// Requests that were turned away because too many waited already.
    package var refused = 0
    /// Pictures that went because others needed their room.
    package var evicted = 0
    /// Pictures that are kept.
    package var kept = 0
    /// What they take.
    package var keptBytes = 0
    /// Pictures that are drawn now, or wait for their turn.
    package var underWay = 0
    /// Requests that wait for them.
    package var waiting = 0

    package init() {}
}
