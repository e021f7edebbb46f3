import PollerModel
import Synchronization

/// Runs every task on the caller's thread, in order, and moves time to the earliest sleeper when
/// nothing else is left to do: a day passes in seconds, and the same seed gives the same day.
final class Simulation: TaskExecutor, Timekeeper, Sendable {
    private struct Sleeper {
        let deadline: Int64
        let order: Int
        let wake: CheckedContinuation<Void, Never>
    }

    private struct State {
        var monotonic: Int64 = 0
        /// How far the wall clock is ahead of the monotonic one.
        var wallOffset: Int64
        var jobs: [UnownedJob] = []
        var sleepers: [Sleeper] = []
        var order = 0
        var isOver = false
    }

    private let state: Mutex<State>

    init(start: Timestamp) { state = Mutex(State(wallOffset: start.milliseconds)) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    var now: Moment {
        state.withLock {
            Moment(
                wall: Timestamp(milliseconds: $0.monotonic + $0.wallOffset),
                monotonic: MonotonicTime(milliseconds: $0.monotonic))
        }
    }

    /// Sets the wall clock by so much.
    func setWall(by milliseconds: Int64) { state.withLock { $0.wallOffset += milliseconds } }

    func sleep(until deadline: MonotonicTime) async throws(CancellationError) {
        await withCheckedContinuation { wake in
            let isOver = state.withLock { state in
                guard !state.isOver else { return true }
                state.order += 1
                state.sleepers.append(
                    Sleeper(deadline: deadline.milliseconds, order: state.order, wake: wake))
                return false
            }
            if isOver { wake.resume() }
        }
        if Task.isCancelled { throw CancellationError() }
    }

    func sleep(milliseconds: Int64) async {
        // A simulation that ends wakes everybody; whoever slept sees it by the clock.
        try? await sleep(until: now.monotonic.advanced(milliseconds: milliseconds))
    }

    /// Runs `body` until it ends, or for so long; then cancels it and lets it end.
    func run(milliseconds: Int64, _ body: @escaping @Sendable () async -> Void) {
        let task = Task(executorPreference: self) { await body() }
        while true {
            while let job = state.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) {
                job.runSynchronously(on: asUnownedTaskExecutor())
            }
            let next = state.withLock { state -> Sleeper? in
                let earliest = state.sleepers.indices.min {
                    (state.sleepers[$0].deadline, state.sleepers[$0].order)
                        < (state.sleepers[$1].deadline, state.sleepers[$1].order)
                }
                guard let earliest else { return nil }
                let sleeper = state.sleepers.remove(at: earliest)
                state.monotonic = max(state.monotonic, sleeper.deadline)
                if state.monotonic > milliseconds { state.isOver = true }
                return sleeper
            }
            guard let next else { return }
            if state.withLock({ $0.isOver }) { task.cancel() }
            next.wake.resume()
        }
    }
}
