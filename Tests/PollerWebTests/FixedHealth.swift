import PollerModel
import Synchronization

/// Finds what the test says.
final class FixedHealth: HealthExaminer, Sendable {
    let findings = Mutex<[Finding]>([])

    /// How often what was found a moment ago was not good enough.
    let freshCount = Mutex(0)

    func examine(isFresh: Bool) async -> Examination {
        if isFresh { freshCount.withLock { $0 += 1 } }
        return Examination(
            at: Timestamp(seconds: 1_795_622_400), findings.withLock { $0 }, isOfDaemon: true)
    }
}
