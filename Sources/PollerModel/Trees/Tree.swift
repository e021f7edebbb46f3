package typealias TreeID = Identifier<Tree>
package typealias TreeNodeID = Identifier<TreeNode>

/// An order into which people put what they look at: branches, and in them devices, sites, graphs
/// and rules that find these by themselves.
package struct Tree: Sendable, Hashable {
    /// Trees there may be. All of them lie in memory.
    package static let largestCount = 100
    /// Nodes of one tree.
    package static let largestNodeCount = 5_000
    /// Nodes above each other, the topmost and the lowest among them.
    package static let largestDepth = 12
    /// Characters (Unicode scalars) of a name, of a tree or of a node.
    package static let longestName = 150

    package let id: TreeID
    package var name: String
    /// Of the topmost nodes.
    package internal(set) var ordering: Ordering
    /// How often it was saved, from 1 on.
    package var version: Int64
    package var changedAt: Timestamp
    /// Who saved it last.
    package var changedBy: String
    package internal(set) var nodes: [TreeNodeID: TreeNode]
    /// Ids of the nodes in each branch as they were put there; those of nil are topmost.
    package internal(set) var children: [TreeNodeID?: [TreeNodeID]]
    /// The id of the next node: no two nodes of a tree ever have the same.
    package internal(set) var nextNode: Int64

    /// In which order the nodes of a branch are shown.
    package enum Ordering: String, Sendable, Hashable, Codable, CaseIterable {
        /// As people put them.
        case byHand = "hand"
        /// In the natural order of their names.
        case byName = "name"
    }

    /// An empty one.
    package init(
        id: TreeID, name: String, ordering: Ordering = .byHand, changedAt: Timestamp,
        changedBy: String
    ) {
        self.id = id
        self.name = name
        self.ordering = ordering
        version = 1
        self.changedAt = changedAt
        self.changedBy = changedBy
        nodes = [:]
        children = [:]
        nextNode = 1
    }

    /// As it was kept; nil unless the nodes are a tree within the limits.
    ///
    /// - Parameter nodes: those of a branch in their order.
    package init?(
        id: TreeID, name: String, ordering: Ordering, version: Int64, changedAt: Timestamp,
        changedBy: String, nextNode: Int64, nodes: [TreeNode]
    ) {
        self.init(
            id: id, name: name, ordering: ordering, changedAt: changedAt, changedBy: changedBy)
        self.version = version
        self.nextNode = nextNode
        for node in nodes {
            guard node.id.rawValue < nextNode, self.nodes.updateValue(node, forKey: node.id) == nil
            else { return nil }
            children[node.parent, default: []].append(node.id)
        }
        let areBranches = nodes.allSatisfy { node in
            node.parent.map { self.nodes[$0]?.isBranch == true } ?? true
        }
        // What hangs in a circle is not found from the top.
        guard areBranches, nodes.count <= Self.largestNodeCount, walk().count == nodes.count else {
            return nil
        }
    }

    /// All nodes, each branch before what is in it, and how deep they are, from 1 on.
    package func walk() -> [(node: TreeNode, depth: Int)] {
        var found: [(node: TreeNode, depth: Int)] = []
        var waiting = (children[nil] ?? []).reversed().map { (id: $0, depth: 1) }
        while let next = waiting.popLast() {
            guard let node = nodes[next.id], next.depth <= Self.largestDepth else { continue }
            found.append((node, next.depth))
            waiting += (children[next.id] ?? []).reversed().map { ($0, next.depth + 1) }
        }
        return found
    }

    /// The branches above a node, the topmost first.
    package func branches(above node: TreeNodeID) -> [TreeNodeID] {
        var above: [TreeNodeID] = []
        var next = nodes[node]?.parent
        while let branch = next {
            above.append(branch)
            next = nodes[branch]?.parent
        }
        return above.reversed()
    }

    /// How its nodes are shown; nil asks for the topmost.
    package func ordering(of branch: TreeNodeID?) -> Ordering {
        guard let branch else { return ordering }
        if case .branch(let ordering)? = nodes[branch]?.content { return ordering }
        return .byHand
    }
}
