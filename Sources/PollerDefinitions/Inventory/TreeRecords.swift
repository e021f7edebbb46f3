import GRDB
import PollerModel

/// A row of the table `tree`.
struct TreeRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "tree"

    var id: Int64?
    var name: String
    var ordering: Tree.Ordering
    var version: Int64
    var nextNode: Int64
    var changedAt: Int64
    var changedBy: String

    private enum CodingKeys: String, CodingKey {
        case id, name, ordering, version
        case nextNode = "next_node"
        case changedAt = "changed_at"
        case changedBy = "changed_by"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    /// - Parameter isNew: whether the database is to choose the id.
    init(_ tree: Tree, isNew: Bool = false) {
        id = isNew ? nil : tree.id.rawValue
        name = tree.name
        ordering = tree.ordering
        version = tree.version
        nextNode = tree.nextNode
        changedAt = tree.changedAt.milliseconds
        changedBy = tree.changedBy
    }

    /// - Parameter nodes: those of the tree, those of a branch in their order.
    func tree(_ nodes: [TreeNodeRecord]) throws(UnreadableRow) -> Tree {
        var read: [TreeNode] = []
        for node in nodes { read.append(try node.node()) }
        guard let id, let changedAt = DeviceRecord.time(changedAt),
            let tree = Tree(
                id: TreeID(id), name: name, ordering: ordering, version: version,
                changedAt: changedAt, changedBy: changedBy, nextNode: nextNode, nodes: read)
        else { throw UnreadableRow(words: "tree \(id ?? 0) is not readable") }
        return tree
    }
}

/// A row of the table `tree_node`.
struct TreeNodeRecord: Codable, FetchableRecord, PersistableRecord, Hashable {
    static let databaseTableName = "tree_node"

    var tree: Int64
    var id: Int64
    var parent: Int64?
    /// Which it is of its branch, from 0 on.
    var place: Int
    var kind: TreeNode.Kind
    var name: String?
    /// Of a branch.
    var ordering: Tree.Ordering?
    /// The id of a device or a graph.
    var subject: Int64?
    var site: String?
    var rule: TreeRule?

    init(_ node: TreeNode, place: Int, tree: TreeID) {
        self.tree = tree.rawValue
        id = node.id.rawValue
        parent = node.parent?.rawValue
        self.place = place
        kind = node.content.kind
        name = node.name
        switch node.content {
        case .branch(let ordering): self.ordering = ordering
        case .device(let id): subject = id.rawValue
        case .graph(let id): subject = id.rawValue
        case .site(let site): self.site = site
        case .rule(let rule): self.rule = rule
        }
    }

    func node() throws(UnreadableRow) -> TreeNode {
        guard let content else {
            throw UnreadableRow(words: "node \(id) of tree \(tree) is not readable")
        }
        return TreeNode(
            id: TreeNodeID(id), parent: parent.map { TreeNodeID($0) }, name: name,
            content: content)
    }

    private var content: TreeNode.Content? {
        switch kind {
        case .branch: ordering.map { .branch($0) }
        case .device: subject.map { .device(DeviceID($0)) }
        case .graph: subject.map { .graph(GraphID($0)) }
        case .site: site.map { .site($0) }
        case .rule: rule.map { .rule($0) }
        }
    }

    /// All rows of a tree.
    static func rows(of tree: Tree) -> [TreeNodeRecord] {
        tree.children.values.flatMap { siblings in
            siblings.enumerated().compactMap { place, id in
                tree.nodes[id].map { TreeNodeRecord($0, place: place, tree: tree.id) }
            }
        }
    }
}
