/// Trees in scopes: kept by their ids, typed and shown by their names.
extension AccessScope {
    /// - Parameters:
    ///   - texts: parts as people type them: a tree by its name, a branch by its path, or both by
    ///     their ids. None is everything.
    ///   - trees: all there are.
    ///   - present: the scope that is changed, whose parts stay what they are: one whose tree is
    ///     gone is no mistake, and does not come to mean another tree that is called like its id.
    package init(
        texts: [String], by trees: [TreeID: Tree], keeping present: AccessScope = .everything
    ) throws(Mistake) {
        let kept = Set(present.texts ?? [])
        var resolved: [String] = []
        for text in texts.prefix(Self.largestCount + 1) {
            resolved.append(kept.contains(text) ? text : try Part.resolved(text, by: trees))
        }
        try self.init(texts: resolved)
    }

    /// Its parts as people read them; nil where it is everything.
    package func shown(by trees: [TreeID: Tree]) -> [String]? {
        guard case .parts(let parts) = self else { return nil }
        return parts.map { $0.shown(by: trees) }
    }

    /// What it is, in words, with trees by their names.
    package func words(by trees: [TreeID: Tree]) -> String {
        guard let shown = shown(by: trees) else { return words }
        return shown.isEmpty ? words : shown.joined(separator: ", ")
    }
}

extension AccessScope.Part {
    private static let treePrefix = "tree:"

    /// Whether what it names is not there any more, so that it covers nothing.
    package func isGone(by trees: [TreeID: Tree]) -> Bool {
        guard case .tree(let id, let node) = self else { return false }
        guard let tree = trees[id] else { return true }
        return node.map { tree.nodes[$0] == nil } ?? false
    }

    /// As people read it: `tree:Customers/North`.
    package func shown(by trees: [TreeID: Tree]) -> String {
        guard case .tree(let id, let node) = self else { return text }
        guard let tree = trees[id], !isGone(by: trees) else {
            return "\(text) (is removed, and covers nothing)"
        }
        guard let node else { return Self.treePrefix + tree.name }
        let path = (tree.branches(above: node) + [node]).map { tree.nodes[$0]?.name ?? "\($0)" }
        return Self.treePrefix + ([tree.name] + path).joined(separator: "/")
    }

    /// The text that names a tree by its id, where it names one by its name.
    ///
    /// - Throws: when there is no such tree, or no such branch in it.
    static func resolved(
        _ text: String, by trees: [TreeID: Tree]
    ) throws(AccessScope.Mistake) -> String {
        guard text.hasPrefix(treePrefix) else { return text }
        if let part = Self(text: text), !part.isGone(by: trees) { return text }
        let path = String(text.dropFirst(treePrefix.count))
        for tree in trees.values.sorted(by: { $0.id < $1.id }) {
            if path == tree.name { return Self.tree(tree.id, below: nil).text }
            guard path.hasPrefix(tree.name + "/") else { continue }
            let rest = String(path.dropFirst(tree.name.count + 1))
            if let node = tree.node(at: rest) { return Self.tree(tree.id, below: node).text }
        }
        let names = trees.values.map(\.name).sorted()
        throw AccessScope.Mistake(
            words: "“\(DeviceText(path).text)” is no tree, and no branch of one"
                + Suggestion.phrase(for: path, among: names))
    }
}

extension Tree {
    /// The node to which names lead: `Customers/North`. A name may hold a slash itself.
    package func node(at path: String, in branch: TreeNodeID? = nil) -> TreeNodeID? {
        for id in children[branch] ?? [] {
            guard let name = nodes[id]?.name else { continue }
            if path == name { return id }
            // No deeper than the tree is.
            guard path.hasPrefix(name + "/") else { continue }
            if let found = node(at: String(path.dropFirst(name.count + 1)), in: id) {
                return found
            }
        }
        return nil
    }
}
