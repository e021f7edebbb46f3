import Hummingbird
import PollerModel

/// `/api/v1/trees`: trees, their nodes and where these stand. Each change answers the whole tree.
struct TreesAPI: Sendable {
    let services: WebServices
    private var desk: TreeDesk { TreeDesk(services: services) }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        let group = router.group("/api/v1/trees")
        group.get("") { request, _ in
            let outlines = Dictionary(
                uniqueKeysWithValues: here.desk.outlines.map { ($0.tree.id, $0) })
            return try ReadAPI(services: here.services).page(of: outlines.keys, request) { id in
                outlines[id].map { here.report($0, listsNodes: false) }
            }
        }
        group.get("{id}") { _, context in
            try JSONAnswer.ok(here.report(here.desk.outline(context)))
        }
        group.post("") { request, context in
            try await here.make(request, context)
        }
        group.patch("{id}") { request, context in
            let order = try await JSONAnswer.decode(StrictTreeOrder.self, from: request).order
            return try await here.change(context, from: order.version) { _ in
                try order.changes()
            }
        }
        group.delete("{id}") { request, context in
            let version = try Self.version(request)
            try await here.answer {
                try await here.desk.remove(here.desk.outline(context), from: version, context)
            }
            return Response(status: .noContent)
        }
        addNodeRoutes(to: router)
    }

    private func addNodeRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        let group = router.group("/api/v1/trees/{id}/nodes")
        group.post("") { request, context in
            let order = try await JSONAnswer.decode(StrictTreeNodeOrder.self, from: request).order
            return try await here.change(context, from: order.version) { _ in
                [try order.addition(in: here.services.definitions)]
            }
        }
        group.patch("{node}") { request, context in
            let order = try await JSONAnswer.decode(StrictTreeNodeOrder.self, from: request).order
            return try await here.change(context, from: order.version) { outline in
                try order.changes(
                    of: here.desk.node(context, in: outline), in: here.services.definitions)
            }
        }
        group.post("{node}/move") { request, context in
            let order = try await JSONAnswer.decode(StrictTreeMoveOrder.self, from: request).order
            return try await here.change(context, from: order.version) { outline in
                [try order.change(of: here.desk.node(context, in: outline).id)]
            }
        }
        group.delete("{node}") { request, context in
            let version = try Self.version(request)
            _ = try await here.change(context, from: version) { outline in
                [.remove(try here.desk.node(context, in: outline).id)]
            }
            return Response(status: .noContent)
        }
    }

    private func make(_ request: Request, _ context: WebContext) async throws -> Response {
        let order = try await JSONAnswer.decode(StrictTreeOrder.self, from: request).order
        guard let name = order.name else {
            throw WebProblem.badRequest(
                "the key “name” is missing", fix: "say what the tree is to be called")
        }
        var rest = order
        rest.name = nil
        let changes = try await answer { try rest.changes() }
        var outline = try await answer { try await desk.add(named: name, context) }
        if !changes.isEmpty {
            let made = outline
            outline = try await answer {
                try await desk.change(made, from: nil, with: changes, context)
            }
        }
        return try JSONAnswer.ok(report(outline), status: .created)
    }

    private func change(
        _ context: WebContext, from version: Int64?,
        _ changes: (TreeOutline) throws -> [TreeChange]
    ) async throws -> Response {
        let before = try desk.outline(context)
        let after = try await answer {
            try await desk.change(before, from: version, with: changes(before), context)
        }
        return try JSONAnswer.ok(report(after))
    }

    private func answer<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw WebProblem(treeError: error)
        }
    }

    /// The version that whoever removes something looked at: `?version=`.
    static func version(_ request: Request) throws(WebProblem) -> Int64? {
        let number = try Query(request).integer("version", default: 0)
        return number == 0 ? nil : Int64(number)
    }

    private func report(_ outline: TreeOutline, listsNodes: Bool = true) -> TreeReport {
        TreeReport(outline, listsNodes: listsNodes, baseURL: services.site.baseURL)
    }
}

/// An order of which every key is known, as `StrictOrder` is.
struct StrictTreeOrder: Decodable {
    let order: TreeOrder

    init(from decoder: any Decoder) throws {
        try StrictKeys.check(
            decoder.container(keyedBy: StrictKeys.Key.self), has: TreeOrder.CodingKeys.self)
        order = try TreeOrder(from: decoder)
    }
}

/// The same of a node, and of the rule in it.
struct StrictTreeNodeOrder: Decodable {
    let order: TreeNodeOrder

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: StrictKeys.Key.self)
        try StrictKeys.check(container, has: TreeNodeOrder.CodingKeys.self)
        if let rule = try StrictKeys.object(TreeNodeOrder.CodingKeys.rule, in: container) {
            try StrictKeys.check(rule, has: MemberRule.CodingKeys.self)
        }
        order = try TreeNodeOrder(from: decoder)
    }
}

/// The same of where a node is to stand.
struct StrictTreeMoveOrder: Decodable {
    let order: TreeMoveOrder

    init(from decoder: any Decoder) throws {
        try StrictKeys.check(
            decoder.container(keyedBy: StrictKeys.Key.self), has: TreeMoveOrder.CodingKeys.self)
        order = try TreeMoveOrder(from: decoder)
    }
}
