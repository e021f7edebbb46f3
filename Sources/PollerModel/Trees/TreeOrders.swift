/// What somebody wants a tree to be: the body of `POST` and `PATCH /api/v1/trees`. A key that is
/// missing or null is unchanged.
package struct TreeOrder: Sendable, Hashable, Codable {
    /// Needed for a new tree.
    package var name: String?
    /// `Tree.Ordering` of the topmost nodes.
    package var order: String?
    /// The one that was looked at; null: whichever is there.
    package var version: Int64?

    /// All there are: an order with another one is refused.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, order, version
    }

    package init(name: String? = nil, order: String? = nil, version: Int64? = nil) {
        self.name = name
        self.order = order
        self.version = version
    }

    /// What it changes of a tree that exists.
    package func changes() throws(TreeFailure) -> [TreeChange] {
        var changes: [TreeChange] = []
        if let name { changes.append(.rename(name)) }
        if let ordering = try Tree.Ordering(order: order) {
            changes.append(.order(nil, ordering))
        }
        return changes
    }
}

/// What somebody wants a node to be: the body of `POST /api/v1/trees/{id}/nodes`, and of `PATCH` of
/// one of them, where a key that is missing or null is unchanged.
package struct TreeNodeOrder: Sendable, Hashable, Codable {
    /// `TreeNode.Kind`; needed for a new node.
    package var kind: String?
    /// The branch of a new node; null: it is topmost.
    package var parent: TreeNodeID?
    /// Needed for a new branch. Empty: what the node holds says it.
    package var name: String?
    /// `Tree.Ordering` of what is in a branch.
    package var order: String?
    package var device: DeviceID?
    package var site: String?
    package var graph: GraphID?
    /// In place of the whole rule of before.
    package var rule: MemberRule?
    /// `TreeRule.Grouping`
    package var groupBy: String?
    /// The one that was looked at; null: whichever is there.
    package var version: Int64?

    /// All there are: an order with another one is refused.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, parent, name, order, device, site, graph, rule, groupBy, version
    }

    package init() {}

    /// What makes the new node.
    ///
    /// - Parameter definitions: what whoever wants it may see.
    package func addition(in definitions: Definitions) throws(TreeFailure) -> TreeChange {
        .add(
            try content(in: definitions), name: name.flatMap { $0.isEmpty ? nil : $0 }, in: parent)
    }

    /// What changes a node that exists.
    package func changes(
        of node: TreeNode, in definitions: Definitions
    ) throws(TreeFailure) -> [TreeChange] {
        guard kind == nil, parent == nil, device == nil, site == nil, graph == nil else {
            throw .unfit(
                words: "what a node is and where it is, is not changed like this",
                fix: "move it, or remove it and add another")
        }
        var changes: [TreeChange] = []
        if let name { changes.append(.renameNode(node.id, name.isEmpty ? nil : name)) }
        if let ordering = try Tree.Ordering(order: order) {
            changes.append(.order(node.id, ordering))
        }
        guard rule != nil || groupBy != nil else { return changes }
        var changed = TreeRule()
        if case .rule(let before) = node.content { changed = before }
        if let rule { changed.members = rule }
        if let grouping = try grouping() { changed.grouping = grouping }
        changes.append(.setRule(node.id, try Self.checked(changed, in: definitions)))
        return changes
    }

    private func content(in definitions: Definitions) throws(TreeFailure) -> TreeNode.Content {
        guard let kind else {
            throw .unfit(words: "it is not said what the node is", fix: Self.kinds)
        }
        switch TreeNode.Kind(rawValue: kind) {
        case .branch?: return .branch(try Tree.Ordering(order: order) ?? .byHand)
        case .device?:
            guard let device, definitions.devices[device] != nil else {
                throw .unfit(
                    words: device.map { "there is no device \($0)" } ?? "no device is named",
                    fix: "name one: see the list of devices")
            }
            return .device(device)
        case .site?: return .site(try checkedSite())
        case .graph?:
            guard let graph, definitions.hasGraph(graph) else {
                throw .unfit(
                    words: graph.map { "there is no graph \($0)" } ?? "no graph is named",
                    fix: "give its number, which stands in the address of its page")
            }
            return .graph(graph)
        case .rule?:
            let rule = TreeRule(members: rule ?? MemberRule(), grouping: try grouping() ?? .none)
            return .rule(try Self.checked(rule, in: definitions))
        case nil:
            throw .unfit(
                words: "“\(DeviceText(kind).text)” is nothing that a node can be"
                    + Suggestion.phrase(for: kind, among: TreeNode.Kind.allCases.map(\.rawValue)),
                fix: Self.kinds)
        }
    }

    private static let kinds =
        "it is one of " + TreeNode.Kind.allCases.map(\.rawValue).joined(separator: ", ")

    /// A site need not have devices yet.
    private func checkedSite() throws(TreeFailure) -> String {
        do {
            try AggregateMistake.check(
                site ?? "", "site", longest: AggregateOrder.longestCondition)
        } catch {
            throw .unfit(words: error.words, fix: error.fix)
        }
        return site ?? ""
    }

    private func grouping() throws(TreeFailure) -> TreeRule.Grouping? {
        guard let groupBy else { return nil }
        guard let grouping = TreeRule.Grouping(rawValue: groupBy) else {
            let known = TreeRule.Grouping.allCases.map(\.rawValue)
            throw .unfit(
                words: "devices are not grouped by “\(DeviceText(groupBy).text)”"
                    + Suggestion.phrase(for: groupBy, among: known),
                fix: "use one of \(known.joined(separator: ", "))")
        }
        return grouping
    }

    private static func checked(
        _ rule: TreeRule, in definitions: Definitions
    ) throws(TreeFailure) -> TreeRule {
        do {
            try rule.members.check(in: definitions)
        } catch {
            throw .unfit(words: error.words, fix: error.fix)
        }
        return rule
    }
}

/// Where somebody wants a node: the body of `POST /api/v1/trees/{id}/nodes/{node}/move`. Either a
/// step, or a branch.
package struct TreeMoveOrder: Sendable, Hashable, Codable {
    /// `TreeChange.Direction`
    package var step: String?
    /// null: the top of the tree.
    package var parent: TreeNodeID?
    /// The node of the branch that comes next; null: none.
    package var before: TreeNodeID?
    /// The one that was looked at; null: whichever is there.
    package var version: Int64?

    /// All there are: an order with another one is refused.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case step, parent, before, version
    }

    package init() {}

    package func change(of node: TreeNodeID) throws(TreeFailure) -> TreeChange {
        guard let step else { return .move(node, to: parent, before: before) }
        guard parent == nil, before == nil else {
            throw .unfit(words: "it is a step, or a branch, but not both", fix: "omit one")
        }
        guard let direction = TreeChange.Direction(rawValue: step) else {
            throw .unfit(
                words: "“\(DeviceText(step).text)” is no direction", fix: "use up or down")
        }
        return .step(node, direction)
    }
}

extension Tree.Ordering {
    /// nil where none is given.
    fileprivate init?(order: String?) throws(TreeFailure) {
        guard let order else { return nil }
        guard let ordering = Tree.Ordering(rawValue: order) else {
            throw .unfit(
                words: "“\(DeviceText(order).text)” is no order of nodes", fix: "use hand or name")
        }
        self = ordering
    }
}
