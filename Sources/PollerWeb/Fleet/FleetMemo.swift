import PollerModel
import Synchronization

/// Keeps a `FleetSummary` for a moment, because a hundred thousand values are looked at for it, and
/// they change once in a poll. While one is made, whoever asks gets the one before.
final class FleetMemo: Sendable {
    static let heldMilliseconds: Int64 = 5_000
    /// Scopes that are remembered.
    static let largestCount = 50

    private struct Known {
        var summary: FleetSummary
        var version: Int64
        var madeAt: MonotonicTime
        var isUnderWay = false
    }

    private let known = Mutex<[ScopeKey: Known]>([:])

    func summary(
        for scope: ScopeKey, version: Int64, at now: MonotonicTime,
        make: () -> FleetSummary
    ) -> FleetSummary {
        let held = known.withLock { known -> FleetSummary? in
            guard let entry = known[scope] else { return nil }
            let age = now.milliseconds - entry.madeAt.milliseconds
            let isFresh = entry.version == version && age < Self.heldMilliseconds
            if isFresh || entry.isUnderWay { return entry.summary }
            known[scope]?.isUnderWay = true
            return nil
        }
        if let held { return held }
        let summary = make()
        known.withLock { known in
            if known.count >= Self.largestCount { known = [:] }
            known[scope] = Known(summary: summary, version: version, madeAt: now)
        }
        return summary
    }
}
