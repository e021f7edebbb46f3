import PollerModel
import Synchronization

/// The counts of the pinger, written by its thread and read by anyone.
final class ReachCounters: Sendable {
    let attempts = Atomic(0)
    let answers = Atomic(0)
    let timeouts = Atomic(0)
    let unmatched = Atomic(0)

    var values: PingCounters {
        var values = PingCounters()
        values.attempts = attempts.load(ordering: .relaxed)
        values.answers = answers.load(ordering: .relaxed)
        values.timeouts = timeouts.load(ordering: .relaxed)
        values.unmatched = unmatched.load(ordering: .relaxed)
        return values
    }
}
