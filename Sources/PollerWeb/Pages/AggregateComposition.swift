import PollerModel

/// What the page of an aggregate tells of it: how it is made, and its members with links.
struct AggregateComposition {
    let summary: String
    let members: [Member]
    let isEmpty: Bool
    /// What is not drawn though it is meant; nil when that is nothing.
    let lack: String?

    struct Member {
        let label: String
        /// To its own graph, else to its device.
        let link: String
        let title: String
        let deviceLink: String
        let deviceName: String
    }

    /// nil where it is the graph of a device.
    init?(_ drawing: Drawing) {
        guard case .aggregate(let aggregate, let found) = drawing else { return nil }
        summary = aggregate.words(memberCount: found.members.count)
        members = found.members.map { member in
            Member(
                label: member.label,
                link: member.graph.map { "/graphs/\($0)" } ?? "/devices/\(member.source.device)",
                title: member.title, deviceLink: "/devices/\(member.source.device)",
                deviceName: member.definition.device.name)
        }
        isEmpty = members.isEmpty
        lack = found.lack
    }
}

extension Drawing {
    /// The only device it shows; nil of an aggregate.
    var device: Device? {
        if case .graph(_, let definition) = self { definition.device } else { nil }
    }
}
