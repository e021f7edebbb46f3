import PollerModel
import Synchronization

/// What the engine's thread learned, for whoever keeps it over a restart.
final class KnowledgeNotes: Sendable {
    private let news = Mutex(SNMPKnowledge())

    // When nobody takes them, what is forgotten costs some questions after the next start.

    func add(_ record: SNMPEngineRecord) {
        news.withLock {
            if $0.engines.count < SNMPEngineRecord.largestCount { $0.engines.append(record) }
        }
    }

    func add(_ record: SNMPHabitsRecord) {
        news.withLock {
            if $0.habits.count < SNMPHabitsRecord.largestCount { $0.habits.append(record) }
        }
    }

    /// What was learned since the last call.
    func take() -> SNMPKnowledge {
        news.withLock { news in
            defer { news = SNMPKnowledge() }
            return news
        }
    }
}
