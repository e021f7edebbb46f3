import PollerModel
import Synchronization

/// What aggregates are made of in one version of the definitions, because a rule that takes a part
/// of every device is dear to follow for each picture.
final class MembershipMemo: Sendable {
    /// Aggregates that are remembered.
    static let largestCount = 200

    private struct Known {
        var version: Int64 = 0
        var members: [GraphID: AggregateMembers] = [:]
    }

    private let known = Mutex(Known())

    /// What the graph with this id shows.
    func drawing(_ id: GraphID, in definitions: Definitions) -> Drawing? {
        guard let aggregate = definitions.aggregates[id] else { return definitions.drawing(id) }
        let remembered = known.withLock { known in
            known.version == definitions.version ? known.members[id] : nil
        }
        if let remembered { return .aggregate(aggregate, remembered) }
        let members = aggregate.members(in: definitions)
        known.withLock { known in
            if known.version != definitions.version || known.members.count >= Self.largestCount {
                known = Known(version: definitions.version)
            }
            known.members[id] = members
        }
        return .aggregate(aggregate, members)
    }
}
