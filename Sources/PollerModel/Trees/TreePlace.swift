/// Where somebody is in a tree: at a node, or at something that a node finds by itself.
package struct TreePlace: Sendable, Hashable {
    package let node: TreeNodeID
    /// Of a node whose rule divides what it finds.
    package let group: TreeGroup?
    /// Of a site, a rule or a group.
    package let device: DeviceID?

    package init(_ node: TreeNodeID, group: TreeGroup? = nil, device: DeviceID? = nil) {
        self.node = node
        self.group = group
        self.device = device
    }
}

/// Devices that a rule puts together.
package enum TreeGroup: Sendable, Hashable {
    case named(String)
    /// Those that have no site.
    case unnamed
}
