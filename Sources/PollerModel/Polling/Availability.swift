/// Whether a device counts as up, from how its polls went one after the other: a single lost poll
/// is no outage, and a single answer no recovery. Values are stored whatever the state is.
package struct Availability: Sendable, Hashable {
    /// Polls in a row without an answer after which a device that was up is down.
    package static let failuresToDown = 2
    /// Answers in a row after which a device that was down is up.
    package static let answersToUp = 3

    package private(set) var state: DeviceStatus.State = .unknown
    /// Polls in a row that went against the state.
    private var count = 0

    package init() {}

    /// Takes one more poll that decided something; the state that begins with it, or nil when
    /// none does.
    package mutating func hear(isAnswered: Bool) -> DeviceStatus.State? {
        let next: DeviceStatus.State
        switch (state, isAnswered) {
        case (.unknown, true), (.disabled, true): next = .up
        // What never answered is down with its first silence.
        case (.unknown, false), (.disabled, false): next = .down
        case (.up, true), (.down, false):
            count = 0
            return nil
        case (.up, false):
            count += 1
            guard count >= Self.failuresToDown else { return nil }
            next = .down
        case (.down, true): next = .recovering
        case (.recovering, true):
            count += 1
            guard count >= Self.answersToUp else { return nil }
            next = .up
        case (.recovering, false): next = .down
        }
        state = next
        // The answer that begins a recovery counts towards its end.
        count = next == .recovering ? 1 : 0
        return next
    }
}
