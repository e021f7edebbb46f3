/// A tree with what its nodes hold in one version of the definitions, for somebody who sees those.
package struct TreeOutline: Sendable {
    package let tree: Tree
    package let definitions: Definitions
    /// Whether what holds nothing is left out. Who does not see everything is not told either how
    /// others call what he does not see.
    package let hidesEmpty: Bool

    package init(_ tree: Tree, in definitions: Definitions, hidesEmpty: Bool = false) {
        self.tree = tree
        self.definitions = definitions
        self.hidesEmpty = hidesEmpty
    }

    // MARK: Places

    /// Whether there is such a place.
    package func has(_ place: TreePlace) -> Bool {
        guard let node = tree.nodes[place.node], isShown(node) else { return false }
        switch (place.group, place.device) {
        case (nil, nil): return true
        case (let group?, let device):
            guard case .rule(let rule) = node.content, rule.grouping != .none else { return false }
            let devices = members(of: rule, group)
            return device.map { id in devices.contains { $0.device.id == id } } ?? !devices.isEmpty
        case (nil, let device?):
            if case .rule(let rule) = node.content, rule.grouping != .none { return false }
            return finds(node).contains { $0.device.id == device }
        }
    }

    /// What is directly below a place, in the order in which it is shown; nil: the topmost.
    package func places(below place: TreePlace?) -> [TreePlace] {
        guard let place else { return shown(tree.children[nil] ?? [], tree.ordering) }
        guard let node = tree.nodes[place.node], place.device == nil else { return [] }
        switch (node.content, place.group) {
        case (.branch(let ordering), nil): return shown(tree.children[node.id] ?? [], ordering)
        case (.rule(let rule), nil) where rule.grouping != .none:
            return groups(of: rule).map { TreePlace(node.id, group: $0) }
        case (.rule(let rule), let group?):
            return Self.inOrder(members(of: rule, group)).map {
                TreePlace(node.id, group: group, device: $0.device.id)
            }
        case (.site, nil), (.rule, nil):
            return Self.inOrder(finds(node)).map { TreePlace(node.id, device: $0.device.id) }
        default: return []
        }
    }

    /// The places above one, the topmost first, and itself.
    package func trail(to place: TreePlace) -> [TreePlace] {
        var trail = tree.branches(above: place.node).map { TreePlace($0) }
        trail.append(TreePlace(place.node))
        if let group = place.group { trail.append(TreePlace(place.node, group: group)) }
        if place.device != nil { trail.append(place) }
        return trail
    }

    /// What a place is called.
    package func label(of place: TreePlace) -> String {
        if let device = place.device {
            return definitions.devices[device]?.device.name ?? "device \(device)"
        }
        guard let node = tree.nodes[place.node] else { return "" }
        guard let group = place.group else { return label(of: node) }
        switch group {
        case .unnamed: return "No site"
        case .named(let name):
            guard case .rule(let rule) = node.content, rule.grouping == .template else {
                return name
            }
            return definitions.catalogue.deviceTemplates[name]?.title ?? name
        }
    }

    package func label(of node: TreeNode) -> String {
        if let name = node.name { return name }
        return switch node.content {
        case .branch: ""
        case .device(let id): definitions.devices[id]?.device.name ?? "device \(id)"
        case .site(let site): site
        case .graph(let id):
            definitions.graph(id)?.graph.title ?? definitions.aggregates[id]?.title ?? "graph \(id)"
        case .rule(let rule): rule.words
        }
    }

    // MARK: What is there

    /// All graphs of a place and below it, in the order of the tree, each once; nil: of the tree.
    package func graphs(of place: TreePlace?) -> [GraphID] {
        var lists: [[GraphID]] = []
        var waiting = place.map { [$0] } ?? places(below: nil).reversed()
        while let next = waiting.popLast() {
            if tree.nodes[next.node]?.isBranch == true {
                waiting += places(below: next).reversed()
            } else {
                lists.append(ownGraphs(of: next))
            }
        }
        // One place has each of its graphs once, and there may be hundreds of thousands.
        guard lists.count > 1 else { return lists.first ?? [] }
        var seen: Set<GraphID> = []
        return lists.joined().filter { seen.insert($0).inserted }
    }

    /// Of a place that is no branch.
    private func ownGraphs(of place: TreePlace) -> [GraphID] {
        guard let node = tree.nodes[place.node] else { return [] }
        switch node.content {
        case .branch: return []
        case .graph(let id): return definitions.hasGraph(id) ? [id] : []
        case .device(let id): return definitions.devices[id]?.graphs.map(\.id) ?? []
        case .site: return Self.graphs(of: found(finds(node), at: place), nil)
        case .rule(let rule):
            return Self.graphs(
                of: found(members(of: rule, place.group), at: place), rule.members.titleLike)
        }
    }

    /// The devices of a place in their order: all that its node finds, or the one that is meant.
    private func found(
        _ definitions: [DeviceDefinition], at place: TreePlace
    ) -> [DeviceDefinition] {
        guard let device = place.device else { return Self.inOrder(definitions) }
        return definitions.filter { $0.device.id == device }
    }

    private static func graphs(
        of definitions: [DeviceDefinition], _ titleLike: Glob?
    ) -> [GraphID] {
        var graphs: [GraphID] = []
        for definition in definitions {
            for graph in definition.graphs where titleLike?.matches(graph.title) ?? true {
                graphs.append(graph.id)
            }
        }
        return graphs
    }

    /// The devices a node finds by itself, in no order.
    private func finds(_ node: TreeNode) -> [DeviceDefinition] {
        switch node.content {
        case .branch, .device, .graph: []
        case .site(let site): definitions.devices(ofSite: site)
        case .rule(let rule): members(of: rule, nil)
        }
    }

    /// Devices that a rule takes, or a graph of which it takes.
    private func members(of rule: TreeRule, _ group: TreeGroup?) -> [DeviceDefinition] {
        var members = rule.members
        // Which devices are at a site is known, and need not be looked for among ten thousand.
        if rule.grouping == .site, case .named(let site)? = group, members.site == nil {
            members.site = site
        }
        return definitions.devices(taken: members).filter { definition in
            guard group == nil || rule.group(of: definition.device) == group else { return false }
            return rule.members.titleLike == nil
                || definition.graphs.contains { rule.members.matches(title: $0.title) }
        }
    }

    /// The groups of a rule that divides, in the natural order of their names; no site is last.
    private func groups(of rule: TreeRule) -> [TreeGroup] {
        let groups = Set(members(of: rule, nil).compactMap { rule.group(of: $0.device) })
        let names = groups.compactMap { if case .named(let name) = $0 { name } else { nil } }
        let titles = definitions.catalogue.deviceTemplates
        let sorted = NaturalOrder.sorted(
            names, by: { rule.grouping == .template ? titles[$0]?.title ?? $0 : $0 },
            last: { $0 })
        return sorted.map { .named($0) } + (groups.contains(.unnamed) ? [.unnamed] : [])
    }

    // MARK: What is shown

    private func shown(_ ids: [TreeNodeID], _ ordering: Tree.Ordering) -> [TreePlace] {
        let nodes = ids.compactMap { tree.nodes[$0] }.filter(isShown)
        guard ordering == .byName else { return nodes.map { TreePlace($0.id) } }
        return NaturalOrder.sorted(nodes, by: { label(of: $0) }, last: \.id).map {
            TreePlace($0.id)
        }
    }

    /// Whether a node is there for whoever looks.
    package func isShown(_ node: TreeNode) -> Bool {
        if node.isGone(in: definitions) { return false }
        guard hidesEmpty else { return true }
        switch node.content {
        case .device, .graph: return true
        case .site, .rule: return !finds(node).isEmpty
        case .branch:
            return (tree.children[node.id] ?? []).contains { id in
                tree.nodes[id].map(isShown) ?? false
            }
        }
    }

    /// Whether there is anything in the tree for whoever looks.
    package var isShown: Bool { !hidesEmpty || !places(below: nil).isEmpty }

    private static func inOrder(_ definitions: [DeviceDefinition]) -> [DeviceDefinition] {
        NaturalOrder.sorted(definitions, by: \.device.name, last: \.device.id)
    }
}

extension TreeRule {
    /// In which group it puts a device; nil where it does not divide.
    package func group(of device: Device) -> TreeGroup? {
        switch grouping {
        case .none: nil
        case .site: device.site.map { .named($0) } ?? .unnamed
        case .template: .named(device.template)
        }
    }
}

extension Definitions {
    func devices(ofSite site: String) -> [DeviceDefinition] {
        var rule = MemberRule()
        rule.site = site
        return devices(taken: rule)
    }
}
