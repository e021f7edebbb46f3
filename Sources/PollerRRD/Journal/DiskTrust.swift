import PollerModel

/// Whether the disk takes the journal. What the kernel could not bring to the disk it may have
/// forgotten, and it says so only once; so all that waits is written again, to a new segment, and
/// the disk is trusted when that has arrived.
struct DiskTrust {
    /// After writing again in vain, so long passes until the next time.
    static let pauseMilliseconds: Int64 = 30_000

    private enum State: Equatable {
        case sound
        case failing(nextTry: MonotonicTime)
        /// All that waits was written again, and is to arrive.
        case proving
    }

    /// What follows from what was heard.
    enum Consequence: Equatable {
        /// Begun to fail, or still failing.
        case failed(SystemError)
        /// All that waits is to be written again now.
        case writeAgain
        /// What was written again has arrived.
        case recovered
    }

    private var state = State.sound

    var isSound: Bool { state == .sound }

    /// - Parameter outcome: of the disk's newest round; nil when there was none.
    mutating func hear(
        _ outcome: JournalSyncer.Outcome?, at now: MonotonicTime
    ) -> [Consequence] {
        var consequences: [Consequence] = []
        switch outcome {
        case nil: break
        case .synced:
            guard state == .proving else { break }
            state = .sound
            consequences.append(.recovered)
        case .failed(let error):
            let pause = state == .sound ? 0 : Self.pauseMilliseconds
            state = .failing(nextTry: now.advanced(milliseconds: pause))
            consequences.append(.failed(error))
        }
        if case .failing(let nextTry) = state, now >= nextTry {
            state = .proving
            consequences.append(.writeAgain)
        }
        return consequences
    }

    /// What waits could not be written again, so nothing of it can arrive.
    mutating func postpone(at now: MonotonicTime) {
        state = .failing(nextTry: now.advanced(milliseconds: Self.pauseMilliseconds))
    }
}
