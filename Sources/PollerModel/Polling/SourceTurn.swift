/// When a data source was last asked, which decides whether it is its turn again: a device is
/// polled at the smallest step of what is measured on it, and each data source asked at its own.
package struct SourceTurn: Sendable, Hashable {
    /// The slot in which it was last asked; nil before the first.
    package private(set) var askedAt: Timestamp?
    /// Whether the device was silent then. What was asked is asked again at each slot of the
    /// device, so that an outage is over for all data sources with the device's first answer.
    package private(set) var isOwed = false

    package init() {}

    /// Whether a slot of its own has come since it was last asked: at most the first slot of the
    /// device behind it, also where the device was busy in the slot itself.
    ///
    /// - Parameters:
    ///   - schedule: the slots of the data source's own step.
    ///   - slot: that of the device which is due now.
    package func isDue(_ schedule: PollSchedule, at slot: Timestamp) -> Bool {
        // A clock that was set back costs one sample too many, and not the time until it is
        // again as late as it was.
        guard let askedAt, askedAt <= slot else { return true }
        return schedule.next(after: askedAt) <= slot
    }

    package mutating func ask(at slot: Timestamp, isAnswered: Bool) {
        askedAt = slot
        isOwed = !isAnswered
    }
}
