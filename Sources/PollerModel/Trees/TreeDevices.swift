/// What a tree holds whole: devices by name, by site, or by a rule that does not pick graphs by their
/// titles. Whoever may see a tree, or a branch of it, may see these.
extension Tree {
    /// - Parameter node: only what is below it, and itself; nil: the whole tree. Where there is no
    ///   such node, there is nothing.
    package func devices(
        in definitions: Definitions, below node: TreeNodeID? = nil
    ) -> Set<DeviceID> {
        var devices: Set<DeviceID> = []
        for node in nodes(below: node) {
            switch node.content {
            case .branch, .graph: break
            case .device(let id):
                if definitions.devices[id] != nil { devices.insert(id) }
            case .site(let site):
                devices.formUnion(definitions.devices(ofSite: site).map(\.device.id))
            case .rule(let rule) where rule.members.titleLike == nil:
                devices.formUnion(definitions.devices(taken: rule.members).map(\.device.id))
            case .rule: break
            }
        }
        return devices
    }

    /// Whether a device, as it is given, would be among them.
    package func holds(_ device: Device, below node: TreeNodeID? = nil) -> Bool {
        nodes(below: node).contains { node in
            switch node.content {
            case .branch, .graph: false
            case .device(let id): id == device.id
            case .site(let site): device.site == site
            case .rule(let rule):
                // As in `Definitions.devices(taken:)`.
                rule.members.titleLike == nil && rule.members.matches(device) && !device.isDaemon
            }
        }
    }

    /// In no order.
    private func nodes(below node: TreeNodeID?) -> [TreeNode] {
        guard let node else { return Array(nodes.values) }
        var found: [TreeNode] = []
        var waiting = [node]
        while let next = waiting.popLast() {
            guard let node = nodes[next] else { continue }
            found.append(node)
            waiting += children[next] ?? []
        }
        return found
    }
}
