import PollerModel
import Synchronization

/// Engines of SNMPv3 that were found, for whoever keeps them over a restart.
final class EngineNotes: Sendable {
    private let news = Mutex<[SNMPEngineRecord]>([])

    func add(_ record: SNMPEngineRecord) {
        news.withLock { news in
            // Nobody takes them: what is forgotten costs a question after the next start.
            if news.count < SNMPEngineRecord.largestCount { news.append(record) }
        }
    }

    /// What was found since the last call.
    func take() -> [SNMPEngineRecord] {
        news.withLock { news in
            defer { news = [] }
            return news
        }
    }
}
