/// A tree as `/api/v1/trees` and `pollerctl tree show -o json` show it.
package struct TreeReport: Sendable, Hashable, Codable {
    package let id: TreeID
    package let name: String
    /// Of the topmost nodes.
    package let order: Tree.Ordering
    /// For changes that are to be refused when somebody else was faster.
    package let version: Int64
    package let changedAt: String
    package let changedBy: String
    package let nodeCount: Int
    package let url: String
    /// Each branch before what is in it, in the order in which it is shown; null in listings.
    @ExplicitNull package var nodes: [TreeNodeReport]?

    /// - Parameter listsNodes: whether the nodes are told too.
    package init(_ outline: TreeOutline, listsNodes: Bool, baseURL: String) {
        let tree = outline.tree
        id = tree.id
        name = tree.name
        order = tree.ordering
        version = tree.version
        changedAt = tree.changedAt.rfc3339
        changedBy = tree.changedBy
        url = "\(baseURL)/trees/\(tree.id)"
        let shown = outline.shownNodes()
        nodeCount = shown.count
        _nodes = ExplicitNull(
            wrappedValue: listsNodes
                ? shown.map { TreeNodeReport($0.node, depth: $0.depth, in: outline) } : nil)
    }
}

/// One node of it.
package struct TreeNodeReport: Sendable, Hashable, Codable {
    package let id: TreeNodeID
    /// null: it is topmost.
    @ExplicitNull package var parent: TreeNodeID?
    /// 1 is topmost.
    package let depth: Int
    package let kind: TreeNode.Kind
    /// What it is called: by people, or by what it holds.
    package let name: String
    /// Of a branch; null of all else, as is each of the following that the node is not about.
    @ExplicitNull package var order: Tree.Ordering?
    @ExplicitNull package var device: DeviceID?
    @ExplicitNull package var site: String?
    @ExplicitNull package var graph: GraphID?
    @ExplicitNull package var rule: MemberRule?
    @ExplicitNull package var groupBy: TreeRule.Grouping?

    init(_ node: TreeNode, depth: Int, in outline: TreeOutline) {
        id = node.id
        _parent = ExplicitNull(wrappedValue: node.parent)
        self.depth = depth
        kind = node.content.kind
        name = outline.label(of: node)
        _order = ExplicitNull(wrappedValue: nil)
        _device = ExplicitNull(wrappedValue: nil)
        _site = ExplicitNull(wrappedValue: nil)
        _graph = ExplicitNull(wrappedValue: nil)
        _rule = ExplicitNull(wrappedValue: nil)
        _groupBy = ExplicitNull(wrappedValue: nil)
        switch node.content {
        case .branch(let ordering): order = ordering
        case .device(let id): device = id
        case .site(let name): site = name
        case .graph(let id): graph = id
        case .rule(let rule):
            self.rule = rule.members
            groupBy = rule.grouping
        }
    }
}

extension TreeOutline {
    /// All nodes that are shown, each branch before what is in it, in the order in which they are
    /// shown, and how deep they are, from 1 on.
    package func shownNodes() -> [(node: TreeNode, depth: Int)] {
        var found: [(node: TreeNode, depth: Int)] = []
        var waiting = places(below: nil).reversed().map { (place: $0, depth: 1) }
        while let (place, depth) = waiting.popLast() {
            guard let node = tree.nodes[place.node] else { continue }
            found.append((node, depth))
            guard node.isBranch else { continue }
            waiting += places(below: place).reversed().map { ($0, depth + 1) }
        }
        return found
    }
}
