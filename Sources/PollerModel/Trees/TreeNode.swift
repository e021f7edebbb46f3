/// One entry of a tree.
package struct TreeNode: Sendable, Hashable {
    /// Unique in its tree.
    package let id: TreeNodeID
    /// The branch it is in; nil: it is topmost.
    package internal(set) var parent: TreeNodeID?
    /// What people call it; nil: what it holds says it. A branch has one.
    package internal(set) var name: String?
    package internal(set) var content: Content

    package enum Content: Sendable, Hashable {
        case branch(Tree.Ordering)
        /// With all its graphs.
        case device(DeviceID)
        /// With all devices that belong to it at the time.
        case site(String)
        /// Of a device, or of many data sources.
        case graph(GraphID)
        case rule(TreeRule)

        package var kind: Kind {
            switch self {
            case .branch: .branch
            case .device: .device
            case .site: .site
            case .graph: .graph
            case .rule: .rule
            }
        }
    }

    /// What a node is, in one word.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case branch, device, site, graph, rule
    }

    package init(id: TreeNodeID, parent: TreeNodeID?, name: String?, content: Content) {
        self.id = id
        self.parent = parent
        self.name = name
        self.content = content
    }

    package var isBranch: Bool { content.kind == .branch }
}

/// What a node finds by itself, now and later.
package struct TreeRule: Sendable, Hashable, Codable {
    /// Devices, and graphs of them where it speaks of titles; one that says nothing takes all.
    package var members: MemberRule
    package var grouping: Grouping

    /// Into what the devices are divided.
    package enum Grouping: String, Sendable, Hashable, Codable, CaseIterable {
        case none
        case site
        /// The device template that fits best.
        case template
    }

    package init(members: MemberRule = MemberRule(), grouping: Grouping = .none) {
        self.members = members
        self.grouping = grouping
    }

    /// For a node without a name: “tag core, by site”.
    package var words: String {
        let what = members.isEmpty ? "all devices" : members.words
        return switch grouping {
        case .none: what
        case .site: "\(what), by site"
        case .template: "\(what), by kind"
        }
    }
}
