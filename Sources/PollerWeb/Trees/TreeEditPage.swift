import PollerModel

/// `/trees/{id}/edit`: the nodes of the tree, and what may be done with the one of `?node=`.
struct TreeEditPage {
    let outline: TreeOutline
    let node: TreeNode?
    let script: String

    /// Nodes that are all listed; of a larger tree, those on the way to the chosen one.
    static let largestWhole = 500
    /// Names that a field offers.
    static let largestOffer = 500

    /// Which form a mistake is in.
    enum Part: Equatable {
        case tree, node
        case add(TreeNode.Kind)
    }

    struct Mistake {
        let part: Part
        let problem: WebProblem
        let form: Form
    }

    struct Content {
        let id: String
        let name: String
        let version: Int64
        let longestName: Int
        let treeScript: String
        let viewLink: String
        let nodes: [Item]
        let isEmpty: Bool
        let isPart: Bool
        let treeOrder: [Choice]
        let isTree: Bool
        let treeMistake: Words?
        /// The chosen one.
        let panel: [Panel]
        /// Into what something is added; nil where the chosen one is no branch.
        let target: [Target]
        let offers: Offers
    }

    struct Words {
        let words: String
        let fix: String?
    }

    struct Item {
        let number: String
        let label: String
        let kindName: String
        let link: String
        let isChosen: Bool
        let isBranch: Bool
        let canStep: Bool
        let hasNodes: Bool
        let nodes: [Item]
    }

    struct Choice {
        let value: String
        let text: String
        let isSelected: Bool
    }

    struct Panel {
        let number: String
        let label: String
        let kindName: String
        let what: String
        let ownName: String
        let needsName: Bool
        let canStep: Bool
        let isBranchNode: Bool
        let branchOrder: [Choice]
        let places: [Choice]
        let ruleForm: [RuleForm]
        let below: Int
        let hasBelow: Bool
        let panelMistake: Words?
    }

    struct RuleForm {
        let nameLike: String
        let tag: String
        let ofSite: String
        let titleLike: String
        let templates: [Choice]
        let grouping: [Choice]
    }

    struct Target {
        let parent: String
        let targetLabel: String
        let forms: AddForms
    }

    /// One form for each kind of node.
    struct AddForms {
        let branch: AddForm
        let device: AddForm
        let site: AddForm
        let graph: AddForm
        let rule: AddForm
    }

    struct AddForm {
        let isOpen: Bool
        let addMistake: Words?
        /// What was typed, when it was wrong.
        let newName: String
        let subject: String
        /// Of the form that adds a rule.
        let newRule: [RuleForm]
    }

    struct Offers {
        let deviceNames: [String]
        let siteNames: [String]
        let tagNames: [String]
    }

    func content(_ mistake: Mistake?) -> Content {
        let tree = outline.tree
        let isPart = tree.nodes.count > Self.largestWhole
        let open = node.map { Set(tree.branches(above: $0.id) + [$0.id]) } ?? []
        let nodes = items(below: nil, isPart ? open : nil)
        let part = mistake?.part
        return Content(
            id: tree.id.description,
            name: part == .tree ? field("name", mistake) ?? tree.name : tree.name,
            version: tree.version, longestName: Tree.longestName, treeScript: script,
            viewLink: "/trees/\(tree.id)" + (node.map { "?node=\($0.id)" } ?? ""),
            nodes: nodes, isEmpty: nodes.isEmpty, isPart: isPart,
            treeOrder: orders(tree.ordering), isTree: node == nil,
            treeMistake: part == .tree ? words(mistake) : nil,
            panel: node.map { [panel($0, part == .node ? mistake : nil)] } ?? [],
            target: target(mistake), offers: offers)
    }

    private func words(_ mistake: Mistake?) -> Words? {
        mistake.map { Words(words: $0.problem.words, fix: $0.problem.fix) }
    }

    /// What somebody typed; nil where he typed nothing.
    private func field(_ key: String, _ mistake: Mistake?) -> String? {
        mistake?.form.fields[key]?.first
    }

    // MARK: The tree

    /// - Parameter open: branches whose nodes are listed; nil: all.
    private func items(below place: TreePlace?, _ open: Set<TreeNodeID>?) -> [Item] {
        outline.places(below: place).compactMap { place in
            guard let node = outline.tree.nodes[place.node] else { return nil }
            let isOpen = node.isBranch && (open?.contains(node.id) ?? true)
            let nodes = isOpen ? items(below: place, open) : []
            return Item(
                number: node.id.description, label: outline.label(of: node),
                kindName: node.content.kind.rawValue,
                link: "/trees/\(outline.tree.id)/edit?node=\(node.id)",
                isChosen: node.id == self.node?.id, isBranch: node.isBranch,
                canStep: outline.tree.ordering(of: node.parent) == .byHand,
                hasNodes: !nodes.isEmpty, nodes: nodes)
        }
    }

    private func orders(_ current: Tree.Ordering) -> [Choice] {
        [(Tree.Ordering.byHand, "by hand"), (.byName, "by name")].map {
            Choice(value: $0.rawValue, text: $1, isSelected: $0 == current)
        }
    }

    // MARK: The chosen node

    private func panel(_ node: TreeNode, _ mistake: Mistake?) -> Panel {
        var branchOrder: [Choice] = []
        if case .branch(let ordering) = node.content { branchOrder = orders(ordering) }
        var rules: [RuleForm] = []
        if case .rule(let rule) = node.content { rules = [ruleForm(rule, mistake)] }
        let below = nodesBelow(node.id)
        return Panel(
            number: node.id.description, label: outline.label(of: node),
            kindName: node.content.kind.rawValue, what: what(node),
            ownName: field("name", mistake) ?? node.name ?? "", needsName: node.isBranch,
            canStep: outline.tree.ordering(of: node.parent) == .byHand,
            isBranchNode: node.isBranch, branchOrder: branchOrder, places: places(for: node),
            ruleForm: rules, below: below, hasBelow: below > 0, panelMistake: words(mistake))
    }

    private func what(_ node: TreeNode) -> String {
        switch node.content {
        case .branch: "Branch"
        case .device(let id): "Device \(id), with all its graphs"
        case .site(let site): "All devices of site \(site), now and later"
        case .graph(let id): "Graph \(id)"
        case .rule(let rule): "Rule: \(rule.words)"
        }
    }

    private func nodesBelow(_ id: TreeNodeID) -> Int {
        (outline.tree.children[id] ?? []).reduce(0) { $0 + 1 + nodesBelow($1) }
    }

    /// Branches a node may be moved into: neither itself nor what is below it.
    private func places(for node: TreeNode) -> [Choice] {
        var places = [Choice(value: "top", text: "the top", isSelected: node.parent == nil)]
        var skipped = Tree.largestDepth + 1
        for (branch, depth) in outline.shownNodes() {
            if depth > skipped { continue }
            skipped = branch.id == node.id ? depth : Tree.largestDepth + 1
            guard branch.isBranch, branch.id != node.id else { continue }
            places.append(
                Choice(
                    value: branch.id.description,
                    text: String(repeating: "– ", count: depth) + outline.label(of: branch),
                    isSelected: branch.id == node.parent))
        }
        return places
    }

    private func ruleForm(_ rule: TreeRule, _ mistake: Mistake?) -> RuleForm {
        let template = field("device_template", mistake) ?? rule.members.deviceTemplate ?? ""
        let used = Set(outline.definitions.fleet.flatMap(\.device.templates))
        let known = outline.definitions.catalogue.deviceTemplates
        let names = NaturalOrder.sorted(
            used.union([template]).filter { !$0.isEmpty }, by: { known[$0]?.title ?? $0 },
            last: { $0 })
        let grouping = field("group_by", mistake) ?? rule.grouping.rawValue
        return RuleForm(
            nameLike: field("name_like", mistake) ?? rule.members.nameLike?.text ?? "",
            tag: field("tag", mistake) ?? rule.members.tag ?? "",
            ofSite: field("of_site", mistake) ?? rule.members.site ?? "",
            titleLike: field("title_like", mistake) ?? rule.members.titleLike?.text ?? "",
            templates: [Choice(value: "", text: "any", isSelected: template.isEmpty)]
                + names.map {
                    Choice(value: $0, text: known[$0]?.title ?? $0, isSelected: $0 == template)
                },
            grouping: [("none", "not divided"), ("site", "by site"), ("template", "by kind")].map {
                Choice(value: $0, text: $1, isSelected: $0 == grouping)
            })
    }

    // MARK: What is added

    private func target(_ mistake: Mistake?) -> [Target] {
        guard node?.isBranch ?? true else { return [] }
        func form(_ kind: TreeNode.Kind, _ subject: String) -> AddForm {
            let own = mistake?.part == .add(kind) ? mistake : nil
            return AddForm(
                isOpen: own != nil, addMistake: words(own), newName: field("name", own) ?? "",
                subject: field(subject, own) ?? "",
                newRule: kind == .rule ? [ruleForm(TreeRule(grouping: .site), own)] : [])
        }
        return [
            Target(
                parent: node?.id.description ?? "top",
                targetLabel: node.map { "“\(outline.label(of: $0))”" } ?? "the top of the tree",
                forms: AddForms(
                    branch: form(.branch, "name"), device: form(.device, "device"),
                    site: form(.site, "site"), graph: form(.graph, "graph"),
                    rule: form(.rule, "name")))
        ]
    }

    private var offers: Offers {
        let devices = outline.definitions.devices.values.map(\.device)
        func offer(_ names: some Sequence<String>) -> [String] {
            Array(
                NaturalOrder.sorted(Set(names), by: { $0 }, last: { $0 })
                    .prefix(Self.largestOffer))
        }
        return Offers(
            deviceNames: offer(devices.map(\.name)), siteNames: offer(devices.compactMap(\.site)),
            tagNames: offer(devices.flatMap(\.tags)))
    }
}
