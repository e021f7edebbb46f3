/// What somebody does to a tree.
package enum TreeChange: Sendable, Hashable {
    case rename(String)
    /// How the nodes of a branch are shown; nil: the topmost.
    case order(TreeNodeID?, Tree.Ordering)
    /// A new node, the last of its branch.
    case add(TreeNode.Content, name: String?, in: TreeNodeID?)
    /// nil: what it holds says it.
    case renameNode(TreeNodeID, String?)
    case setRule(TreeNodeID, TreeRule)
    /// One place up or down among those it is shown with.
    case step(TreeNodeID, Direction)
    /// Into a branch, before one of its nodes, or as its last.
    case move(TreeNodeID, to: TreeNodeID?, before: TreeNodeID?)
    /// With all that is below it.
    case remove(TreeNodeID)

    package enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
        case up, down
    }
}

extension Tree {
    /// Changes it, or throws and leaves it.
    ///
    /// - Throws: `unknownNode` and `unfit` only.
    package mutating func apply(_ change: TreeChange) throws(TreeFailure) {
        switch change {
        case .rename(let name): self.name = try Self.checked(name)
        case .order(let branch, let ordering): try order(branch, ordering)
        case .add(let content, let name, let branch): try add(content, name, in: branch)
        case .renameNode(let id, let name): try rename(id, name)
        case .setRule(let id, let rule): try setRule(id, rule)
        case .step(let id, let direction): try step(id, direction)
        case .move(let id, let branch, let next): try move(id, to: branch, before: next)
        case .remove(let id): try remove(id)
        }
    }

    /// A name as it is kept.
    package static func checked(_ name: String) throws(TreeFailure) -> String {
        guard DeviceText(name).text == name, (1...longestName).contains(name.unicodeScalars.count)
        else {
            throw .unfit(
                words: "a name is 1 to \(longestName) printable characters without blanks at its "
                    + "ends", fix: "write it like that")
        }
        return name
    }

    // MARK: Nodes

    private func node(_ id: TreeNodeID) throws(TreeFailure) -> TreeNode {
        guard let node = nodes[id] else { throw .unknownNode(id) }
        return node
    }

    /// That there may be something in it.
    private func checkBranch(_ branch: TreeNodeID?) throws(TreeFailure) {
        guard let branch, try !node(branch).isBranch else { return }
        throw .unfit(
            words: "node \(branch) is no branch, so nothing can be put into it",
            fix: "choose a branch, or the top of the tree")
    }

    private mutating func order(
        _ branch: TreeNodeID?, _ ordering: Ordering
    ) throws(TreeFailure) {
        try checkBranch(branch)
        guard let branch else {
            self.ordering = ordering
            return
        }
        nodes[branch]?.content = .branch(ordering)
    }

    private mutating func add(
        _ content: TreeNode.Content, _ name: String?, in branch: TreeNodeID?
    ) throws(TreeFailure) {
        try checkBranch(branch)
        if case .branch = content, name == nil {
            throw .unfit(words: "a branch has a name", fix: "write one")
        }
        guard nodes.count < Self.largestNodeCount else {
            throw .unfit(
                words: "the tree has \(Self.largestNodeCount) nodes already",
                fix: "use sites or rules, which find devices by themselves, or another tree")
        }
        try checkDepth(above: branch, below: 1)
        let name = try name.map { (name) throws(TreeFailure) in try Self.checked(name) }
        let id = TreeNodeID(nextNode)
        nextNode += 1
        nodes[id] = TreeNode(id: id, parent: branch, name: name, content: content)
        children[branch, default: []].append(id)
    }

    private mutating func rename(_ id: TreeNodeID, _ name: String?) throws(TreeFailure) {
        let name = try name.map { (name) throws(TreeFailure) in try Self.checked(name) }
        guard try !node(id).isBranch || name != nil else {
            throw .unfit(words: "a branch has a name", fix: "write one")
        }
        nodes[id]?.name = name
    }

    private mutating func setRule(_ id: TreeNodeID, _ rule: TreeRule) throws(TreeFailure) {
        guard try node(id).content.kind == .rule else {
            throw .unfit(words: "node \(id) has no rule", fix: "add a node that has one")
        }
        nodes[id]?.content = .rule(rule)
    }

    // MARK: Places

    private mutating func step(
        _ id: TreeNodeID, _ direction: TreeChange.Direction
    ) throws(TreeFailure) {
        let branch = try node(id).parent
        guard ordering(of: branch) == .byHand else {
            throw .unfit(
                words: "what is here stands in the order of its names",
                fix: "choose the order by hand first")
        }
        var siblings = children[branch] ?? []
        guard let place = siblings.firstIndex(of: id) else { throw .unknownNode(id) }
        let other = direction == .up ? place - 1 : place + 1
        // The first is not moved up: whoever presses a button too often is told nothing new.
        guard siblings.indices.contains(other) else { return }
        siblings.swapAt(place, other)
        children[branch] = siblings
    }

    /// Takes a node out of the list of its branch.
    fileprivate mutating func detach(_ node: TreeNode) {
        children[node.parent]?.removeAll { $0 == node.id }
        // An empty list and none are the same.
        if children[node.parent]?.isEmpty == true { children[node.parent] = nil }
    }

    private mutating func move(
        _ id: TreeNodeID, to branch: TreeNodeID?, before next: TreeNodeID?
    ) throws(TreeFailure) {
        let moved = try node(id)
        try checkBranch(branch)
        if let branch, branch == id || branches(above: branch).contains(id) {
            throw .unfit(
                words: "a branch cannot be moved into itself, or into what is below it",
                fix: "choose another branch")
        }
        try checkDepth(above: branch, below: height(of: id))
        if let next, next != id, try node(next).parent != branch {
            throw .unfit(
                words: "node \(next) is in another branch", fix: "name one of the same branch")
        }
        guard next != id else {
            guard moved.parent == branch else {
                throw .unfit(
                    words: "a node cannot be put before itself into another branch",
                    fix: "name another node of that branch, or none for its end")
            }
            return
        }
        detach(moved)
        var siblings = children[branch] ?? []
        let place = next.flatMap { siblings.firstIndex(of: $0) } ?? siblings.endIndex
        siblings.insert(id, at: place)
        children[branch] = siblings
        nodes[id]?.parent = branch
    }

    private mutating func remove(_ id: TreeNodeID) throws(TreeFailure) {
        detach(try node(id))
        var waiting = [id]
        while let next = waiting.popLast() {
            nodes[next] = nil
            waiting += children.removeValue(forKey: next) ?? []
        }
    }

    /// Nodes above each other from this one down.
    private func height(of id: TreeNodeID) -> Int {
        1 + ((children[id] ?? []).map { height(of: $0) }.max() ?? 0)
    }

    /// - Parameter levels: nodes above each other that are to come into the branch.
    private func checkDepth(
        above branch: TreeNodeID?, below levels: Int
    ) throws(TreeFailure) {
        let above = branch.map { branches(above: $0).count + 1 } ?? 0
        guard above + levels <= Self.largestDepth else {
            throw .unfit(
                words: "a tree is at most \(Self.largestDepth) levels deep",
                fix: "put it further up")
        }
    }
}

extension Tree {
    /// Without nodes of devices and graphs that do not exist. Branches stay, also empty ones.
    package mutating func forgetWhatIsGone(in definitions: Definitions) {
        for node in nodes.values where node.isGone(in: definitions) {
            nodes[node.id] = nil
            detach(node)
        }
    }
}

extension TreeNode {
    /// Whether it names a device or a graph that these definitions do not have.
    package func isGone(in definitions: Definitions) -> Bool {
        switch content {
        case .branch, .site, .rule: false
        case .device(let id): definitions.devices[id] == nil
        case .graph(let id): !definitions.hasGraph(id)
        }
    }
}

extension Definitions {
    /// Whether there is one, of a device or of many data sources.
    package func hasGraph(_ id: GraphID) -> Bool { aggregates[id] != nil || graph(id) != nil }
}
