/// The only source of time. Everything that needs a clock gets one of these, so that a test can
/// let a day pass in a second and set the wall clock back.
package protocol Timekeeper: Sendable {
    /// Both clocks, read together.
    var now: Moment { get }

    /// Returns at `deadline` or later; at once when it has passed.
    func sleep(until deadline: MonotonicTime) async throws(CancellationError)
}
