package import PollerModel
import Synchronization

/// Pictures that are drawn once. However many ask for one, it is drawn a single time, and kept
/// while there is room. A request waits for it until its deadline; whoever leaves earlier or
/// later changes nothing for the others. A failure is told to all who waited, and not kept.
package final class PictureCache<Key: Hashable & Sendable>: Sendable {
    /// Draws one picture.
    ///
    /// - Parameter isWanted: whether anybody still waits for it; asked right before the work.
    package typealias Draw =
        @Sendable (_ isWanted: @escaping @Sendable () -> Bool) async throws(RenderFailure) ->
        Picture

    private let timekeeper: any Timekeeper
    private let state: Mutex<PictureQueue<Key>>

    /// - Parameter capacityBytes: for pictures that are kept; with 0 none is.
    package init(capacityBytes: Int, timekeeper: some Timekeeper) {
        self.timekeeper = timekeeper
        state = Mutex(PictureQueue(capacityBytes: capacityBytes))
    }

    package var counters: PictureCounters { state.withLock { $0.counters } }

    /// The picture with this key: the one that is kept, the one that is being drawn, or a new one.
    ///
    /// - Throws: what went wrong, at `PictureLimits.deadlineSeconds` at the latest.
    package func picture(
        _ key: Key, draw: @escaping Draw
    ) async throws(PictureFailure) -> Picture {
        let (kept, ticket) = state.withLock { $0.ask(key) }
        if let kept { return kept }
        let deadline = timekeeper.now.monotonic.advanced(
            milliseconds: PictureLimits.deadlineSeconds * 1_000)
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled as soon as there is an outcome.
                if (try? await self.timekeeper.sleep(until: deadline)) != nil {
                    self.leave(key, ticket, isLate: true)
                }
            }
            let outcome = await self.wait(for: key, ticket, until: deadline, draw)
            group.cancelAll()
            return outcome
        }
        return try outcome.get()
    }

    private func wait(
        for key: Key, _ ticket: Int, until deadline: MonotonicTime, _ draw: @escaping Draw
    ) async -> PictureOutcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                switch state.withLock({ $0.join(key, ticket, continuation) }) {
                case .waits: break
                case .begins(let number):
                    // No child of the request, which may be cancelled or leave at its deadline:
                    // the picture is drawn for all who wait. The renderer's end is its end too.
                    Task { await self.draw(key, number, draw) }
                case .ends(let outcome): continuation.resume(returning: outcome)
                }
                // Whoever was to leave before it waited has not been found waiting.
                if Task.isCancelled { leave(key, ticket, isLate: false) }
                if timekeeper.now.monotonic >= deadline { leave(key, ticket, isLate: true) }
            }
        } onCancel: {
            leave(key, ticket, isLate: false)
        }
    }

    private func leave(_ key: Key, _ ticket: Int, isLate: Bool) {
        guard
            let (continuation, outcome) = state.withLock({ $0.leave(key, ticket, isLate: isLate) })
        else { return }
        continuation.resume(returning: outcome)
    }

    private func draw(_ key: Key, _ number: Int, _ draw: Draw) async {
        let result: Result<Picture, RenderFailure>
        do {
            result = .success(try await draw { self.state.withLock { $0.isWanted(key, number) } })
        } catch {
            result = .failure(error)
        }
        let waiters = state.withLock { $0.finish(key, number, result) }
        for waiter in waiters { waiter.resume(returning: result.mapError { .render($0) }) }
    }
}

typealias PictureOutcome = Result<Picture, PictureFailure>
