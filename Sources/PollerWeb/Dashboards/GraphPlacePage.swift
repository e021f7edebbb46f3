import HTTPTypes
import Hummingbird
import PollerModel

/// `/graphs/{id}/place`: puts a graph onto a dashboard or into a tree.
struct GraphPlacePage: Sendable {
    let services: WebServices
    let pages: PageRenderer
    private var trees: TreeDesk { TreeDesk(services: services) }
    private var dashboards: DashboardDesk { DashboardDesk(services: services) }

    struct Content {
        let graphTitle: String
        let graphLink: String
        let action: String
        let dashboards: [Choice]
        let trees: [Group]
        let newName: String
        let longestName: Int
        let mistake: String?
        let mistakeFix: String?
    }

    struct Choice {
        let value: String
        let text: String
        let isSelected: Bool
    }

    struct Group {
        let name: String
        let choices: [Choice]
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/graphs/{id}/place") { _, context in
            try await here.page(here.drawing(context), context)
        }
        router.post("/graphs/{id}/place") { request, context in
            let drawing = try here.drawing(context)
            let form = try await Form(request)
            do {
                return try await here.place(drawing, form, context)
            } catch {
                let problem =
                    error is TreeFailure
                    ? WebProblem(treeError: error) : WebProblem(dashboardError: error)
                guard [.badRequest, .conflict].contains(problem.status) else { throw problem }
                return try await here.page(drawing, context, form: form, mistake: problem)
            }
        }
    }

    private func drawing(_ context: WebContext) throws(WebProblem) -> Drawing {
        try services.drawing(context.parameters.get("id") ?? "")
    }

    private func page(
        _ drawing: Drawing, _ context: WebContext, form: Form? = nil, mistake: WebProblem? = nil
    ) async throws -> Response {
        let wanted = form?.fields["to"]?.first
        let own = try await dashboards.dashboards(context.viewer).filter {
            $0.isChangeable(by: context.viewer)
        }
        let content = Content(
            graphTitle: drawing.title, graphLink: "/graphs/\(drawing.id)",
            action: "/graphs/\(drawing.id)/place",
            dashboards: own.map {
                Choice(
                    value: "dashboard \($0.id)", text: $0.name,
                    isSelected: wanted == "dashboard \($0.id)")
            },
            trees: TreeDesk.canChange(context.viewer)
                ? trees.outlines.map { group($0, wanted) } : [],
            newName: form?.fields["name"]?.first ?? "", longestName: Dashboard.longestName,
            mistake: mistake?.words, mistakeFix: mistake?.fix)
        return pages.page(
            "graph_place", title: "Place \(drawing.title)", section: .graphs, content,
            status: mistake?.status ?? .ok, context: context)
    }

    /// The branches of a tree.
    private func group(_ outline: TreeOutline, _ wanted: String?) -> Group {
        let id = outline.tree.id
        let branches = outline.shownNodes().filter(\.node.isBranch).map { node, depth in
            Choice(
                value: "tree \(id) \(node.id)",
                text: String(repeating: "– ", count: depth) + outline.label(of: node),
                isSelected: wanted == "tree \(id) \(node.id)")
        }
        let top = Choice(value: "tree \(id)", text: "the top", isSelected: wanted == "tree \(id)")
        return Group(name: outline.tree.name, choices: [top] + branches)
    }

    private func place(
        _ drawing: Drawing, _ form: Form, _ context: WebContext
    ) async throws -> Response {
        let words = try (form.text("to") ?? "").split(separator: " ").map(String.init)
        switch words.first {
        case "dashboard"? where words.count == 2:
            return try await put(drawing, onDashboard: words[1], context)
        case "tree"? where (2...3).contains(words.count):
            return try await put(drawing, words, context)
        case "new"?:
            let made = try await dashboards.add(
                named: form.text("name") ?? "", with: [.addTile(try tile(drawing))], context)
            return Answer.seeOther(
                "/dashboards/\(made.id)", notice: "“\(made.name)” was made with this graph.")
        default:
            throw WebProblem.badRequest(
                "it is not said where to put the graph", fix: "choose a dashboard or a tree")
        }
    }

    private func tile(_ drawing: Drawing) throws -> DashboardTile {
        var order = DashboardTileOrder(.graph)
        order.graph = drawing.id
        return try order.tile(in: services.definitions)
    }

    private func put(
        _ drawing: Drawing, onDashboard id: String, _ context: WebContext
    ) async throws -> Response {
        let before = try await dashboards.dashboard(id, context.viewer)
        let after = try await dashboards.change(
            before, from: nil, with: [.addTile(try tile(drawing))], context)
        return Answer.seeOther(
            "/dashboards/\(after.id)", notice: "The graph is the last of “\(after.name)”.")
    }

    /// - Parameter words: `tree`, its id, and that of a branch.
    private func put(
        _ drawing: Drawing, _ words: [String], _ context: WebContext
    ) async throws -> Response {
        let outline = try trees.outline(words[1])
        let branch = words.count > 2 ? TreeNodeID(text: words[2]) : nil
        let after = try await trees.change(
            outline, from: nil, with: [.add(.graph(drawing.id), name: nil, in: branch)], context)
        let place = branch.map { "?node=\($0)" } ?? ""
        return Answer.seeOther(
            "/trees/\(after.tree.id)\(place)",
            notice: "The graph was put into “\(after.tree.name)”.")
    }
}
