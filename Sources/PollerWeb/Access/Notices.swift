import PollerModel
import Synchronization

/// What became of a form, until the next page of the session shows it. Not in the address, where
/// any link could put words into our mouth.
final class Notices: Sendable {
    /// Sentences that wait; who never loads the next page does not keep others from theirs.
    static let largestCount = 1_000

    private let waiting = Mutex<[SessionID: String]>([:])

    func leave(_ words: String, for session: SessionID) {
        waiting.withLock { waiting in
            if waiting.count >= Self.largestCount { waiting = [:] }
            waiting[session] = words
        }
    }

    func take(for session: SessionID) -> String? {
        waiting.withLock { $0.removeValue(forKey: session) }
    }
}
