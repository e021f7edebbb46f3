package import PollerModel
import Synchronization

/// One examination at a time, which all who ask meanwhile share, as do those who ask a moment
/// later: each walks through folders on a thread of its own, and people can ask as often as they
/// like.
package final class SharedExamination: Sendable {
    /// How long what was found is good enough for the next who asks.
    package static let keptMilliseconds: Int64 = 5_000

    private typealias Waiter = CheckedContinuation<Examination, Never>

    private enum Turn {
        case begins, waits
        case isOver(Examination)
    }

    private struct State {
        var isUnderWay = false
        var waiters: [Waiter] = []
        var kept: (examination: Examination, at: MonotonicTime)?

        mutating func turn(at now: MonotonicTime, isFresh: Bool) -> Turn {
            if isUnderWay { return .waits }
            if !isFresh, let kept,
                now.milliseconds - kept.at.milliseconds < SharedExamination.keptMilliseconds
            {
                return .isOver(kept.examination)
            }
            isUnderWay = true
            return .begins
        }

        /// The examination where it ended before anybody could wait for it.
        mutating func join(_ waiter: Waiter) -> Examination? {
            guard isUnderWay else { return kept?.examination }
            waiters.append(waiter)
            return nil
        }

        mutating func end(_ examination: Examination, at now: MonotonicTime) -> [Waiter] {
            isUnderWay = false
            kept = (examination, now)
            defer { waiters = [] }
            return waiters
        }
    }

    private let timekeeper: any Timekeeper
    private let state = Mutex(State())

    package init(timekeeper: some Timekeeper) { self.timekeeper = timekeeper }

    /// What the examination that is under way finds, or the last one found a moment ago, or this
    /// one.
    ///
    /// - Parameters:
    ///   - isFresh: whether the last one is not good enough, because something was changed since.
    ///     One that is under way may have looked at it before that, so it is waited for, and
    ///     followed by another.
    ///   - examine: looks at everything, and ends though its task be cancelled: others may wait for
    ///     it.
    package func examination(
        isFresh: Bool = false, _ examine: () async -> Examination
    ) async -> Examination {
        if isFresh { await waitForEnd() }
        let now = timekeeper.now.monotonic
        switch state.withLock({ $0.turn(at: now, isFresh: isFresh) }) {
        case .isOver(let examination): return examination
        case .waits:
            return await withCheckedContinuation { waiter in
                let found = state.withLock { $0.join(waiter) }
                if let found { waiter.resume(returning: found) }
            }
        case .begins:
            let examination = await examine()
            let end = timekeeper.now.monotonic
            let waiters = state.withLock { $0.end(examination, at: end) }
            for waiter in waiters { waiter.resume(returning: examination) }
            return examination
        }
    }

    /// Waits for the examination that is under way, if one is.
    private func waitForEnd() async {
        guard state.withLock({ $0.isUnderWay }) else { return }
        _ = await withCheckedContinuation { (waiter: Waiter) in
            let found = state.withLock { $0.join(waiter) }
            if let found { waiter.resume(returning: found) }
        }
    }
}
