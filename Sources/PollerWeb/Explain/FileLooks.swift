import PollerModel
import Synchronization

/// What was found wrong with files when somebody looked last, so that an empty picture that is asked
/// for every few seconds does not have its file looked at each time.
final class FileLooks: Sendable {
    /// What is found out is believed for so long.
    static let longestMilliseconds: Int64 = 60_000
    /// Files that are remembered; those behind are looked at each time.
    static let mostFiles = 2_000

    private struct Look {
        let at: MonotonicTime
        let findings: [ArchiveFinding]?
    }
    private let looks = Mutex<[DataSourceID: Look]>([:])

    /// What was found within the last minute; nil when nobody looked since, or nothing could be
    /// found out.
    func findings(of source: DataSourceID, at now: MonotonicTime) -> [ArchiveFinding]?? {
        looks.withLock { looks in
            guard let look = looks[source],
                now < look.at.advanced(milliseconds: Self.longestMilliseconds)
            else { return .none }
            return .some(look.findings)
        }
    }

    func remember(
        _ findings: [ArchiveFinding]?, of source: DataSourceID, at now: MonotonicTime
    ) {
        looks.withLock { looks in
            if looks.count >= Self.mostFiles, looks[source] == nil {
                looks = looks.filter {
                    now < $0.value.at.advanced(milliseconds: Self.longestMilliseconds)
                }
                guard looks.count < Self.mostFiles else { return }
            }
            looks[source] = Look(at: now, findings: findings)
        }
    }
}
