import PollerModel

/// What the forms of the editor of trees say.
struct TreeForm {
    let form: Form
    let definitions: Definitions

    init(_ form: Form, in definitions: Definitions) {
        self.form = form
        self.definitions = definitions
    }

    /// A new node.
    func addition() throws -> TreeNodeOrder {
        var order = TreeNodeOrder()
        order.kind = try form.text("kind")
        order.name = try form.text("name")
        order.order = try form.text("order")
        order.parent = try branch()
        switch TreeNode.Kind(rawValue: order.kind ?? "") {
        case .device?: order.device = try device()
        case .graph?: order.graph = try graph()
        case .site?: order.site = try form.text("site")
        case .rule?:
            order.rule = try rule()
            order.groupBy = try form.text("group_by")
        case .branch?, nil: break
        }
        return order
    }

    /// How a node is to be called, ordered or filled.
    func change(of node: TreeNode) throws -> TreeNodeOrder {
        var order = TreeNodeOrder()
        order.name = try form.text("name") ?? ""
        switch node.content {
        case .branch: order.order = try form.text("order")
        case .rule(let known):
            order.rule = try rule(known.members)
            order.groupBy = try form.text("group_by")
        case .device, .site, .graph: break
        }
        return order
    }

    /// A step by one of two buttons, or a branch of a list.
    func move() throws -> TreeMoveOrder {
        var order = TreeMoveOrder()
        order.step = try form.text("step")
        if order.step == nil { order.parent = try branch() }
        return order
    }

    /// The branch of the form; nil: the top of the tree.
    private func branch() throws -> TreeNodeID? {
        guard let text = try form.text("parent"), text != "top" else { return nil }
        guard let id = TreeNodeID(text: text) else {
            throw WebProblem.badRequest("“\(DeviceText(text).text)” is no branch of the tree")
        }
        return id
    }

    /// By its name or number.
    private func device() throws -> DeviceID? {
        guard let text = try form.text("device") else { return nil }
        let lowered = text.lowercased()
        let named = definitions.devices.values.first { $0.device.name.lowercased() == lowered }
        if let named { return named.device.id }
        if let id = DeviceID(text: text), definitions.devices[id] != nil { return id }
        throw TreeFailure.unfit(
            words: "there is no device “\(DeviceText(text).text)”"
                + Suggestion.phrase(
                    for: text, among: definitions.devices.values.map(\.device.name)),
            fix: "write the name as it stands in the list of devices")
    }

    /// By its number, or by the address of its page, or by its title.
    func graph() throws -> GraphID? {
        guard let text = try form.text("graph") else { return nil }
        let path = text.split(separator: "?").first ?? ""
        let number = path.split(separator: "/").last ?? ""
        if let id = GraphID(text: number), definitions.hasGraph(id) { return id }
        if let aggregate = definitions.aggregates.values.first(where: { $0.title == text }) {
            return aggregate.id
        }
        for definition in definitions.devices.values {
            if let graph = definition.graphs.first(where: { $0.title == text }) { return graph.id }
        }
        throw TreeFailure.unfit(
            words: "there is no graph “\(DeviceText(text).text)”",
            fix: "give its number or address, or its whole title")
    }

    /// - Parameter known: whose other conditions stay as they are.
    private func rule(_ known: MemberRule = MemberRule()) throws -> MemberRule {
        var rule = known
        rule.nameLike = try form.text("name_like").map { Glob($0) }
        rule.tag = try form.text("tag")
        rule.site = try form.text("of_site")
        rule.deviceTemplate = try form.text("device_template")
        rule.titleLike = try form.text("title_like").map { Glob($0) }
        return rule
    }
}
