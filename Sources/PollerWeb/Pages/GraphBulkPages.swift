import HTTPTypes
import Hummingbird
import PollerModel

/// What is done to graphs that were ticked: removed, or drawn together; each after a page that says
/// what it will be.
struct GraphBulkPages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/graphs/delete") { request, context in
            try await here.delete(Form(request), context)
        }
        router.post("/graphs/aggregate") { request, context in
            try await here.aggregate(Form(request), context)
        }
    }

    struct Line {
        let id: String
        let title: String
        let link: String
        let note: String
    }

    struct DeleteContent {
        let lines: [Line]
        /// “3 graphs”.
        let count: String
    }

    private static let nothing = "No graph was ticked."

    // MARK: Removing

    private func delete(_ form: Form, _ context: WebContext) async throws -> Response {
        let drawings = try drawings(form)
        guard !drawings.isEmpty else {
            return Answer.seeOther("/graphs?view=list", notice: Self.nothing)
        }
        let count = Self.count(drawings.count)
        guard form.flag("confirmed") else {
            context.audit.changesNothing()
            return pages.page(
                "graphs_delete", title: "Remove \(count)", section: .graphs,
                DeleteContent(lines: drawings.map(Self.line), count: count), context: context)
        }
        let keepsData = !form.flag("remove_data")
        var removed = 0
        for drawing in drawings {
            do {
                try await services.operations.deleteGraph(drawing.id, keepsData: keepsData)
            } catch {
                throw WebProblem(
                    WebProblem(error).status,
                    "\(removed) of \(drawings.count) graphs were removed; graph \(drawing.id) was "
                        + "not: \(error.words)", code: error.code, fix: error.fix)
            }
            removed += 1
            context.audit.note(
                object: "graph \(drawing.id) (\(drawing.title))",
                before: GraphReport(drawing, baseURL: services.site.baseURL))
        }
        return Answer.seeOther("/graphs", notice: "\(Self.count(removed)) removed.")
    }

    private func drawings(_ form: Form) throws(WebProblem) -> [Drawing] {
        try GraphTicks(form).ids.map { id throws(WebProblem) in
            try services.drawing(id.description)
        }
    }

    private static func count(_ number: Int) -> String {
        number == 1 ? "1 graph" : "\(number) graphs"
    }

    private static func line(_ drawing: Drawing) -> Line {
        Line(
            id: "\(drawing.id)", title: drawing.title, link: "/graphs/\(drawing.id)",
            note: drawing.device?.name ?? "of many data sources")
    }

    // MARK: Drawing together

    struct AggregateContent {
        let lines: [Line]
        let count: String
        let template: String
        let sections: [EditorSection]
        let mistake: String?
        let fix: String?
    }

    private func aggregate(_ form: Form, _ context: WebContext) async throws -> Response {
        let drawings = try drawings(form)
        guard let first = drawings.first else {
            return Answer.seeOther("/graphs?view=list", notice: Self.nothing)
        }
        var sources: [DataSourceID] = []
        for drawing in drawings {
            guard case .graph(let graph, _) = drawing, graph.template == first.template else {
                throw WebProblem.badRequest(
                    "\(drawing.title) is not drawn by \(first.template), as \(first.title) is",
                    fix: "go back, and tick graphs of one template: filter the list by it")
            }
            if !sources.contains(graph.dataSource) { sources.append(graph.dataSource) }
        }
        var texts = EditorTexts()
        for key in ["title", "arrangement"] { texts[key] = try form.text(key) ?? "" }
        for key in ["mirrored", "total"] { texts[key] = form.flag(key) ? "1" : "" }
        guard form.flag("confirmed") else {
            context.audit.changesNothing()
            texts["title"] = "\(drawings.count) × \(first.template)"
            texts["arrangement"] = Aggregate.Arrangement.sum.rawValue
            return page(drawings, texts, context)
        }
        var order = AggregateOrder()
        order.title = try form.text("title")
        order.template = first.template
        order.sources = sources
        order.arrangement = texts["arrangement"]
        order.mirrored = form.flag("mirrored")
        order.total = form.flag("total")
        do {
            let made = try await services.operations.makeAggregate(order)
            context.audit.note(object: "graph \(made.id) (\(made.title))", after: order)
            return Answer.seeOther("/graphs/\(made.id)", notice: "The graph was made.")
        } catch {
            guard case .inventory(.unfitAggregate(let mistake)) = error else {
                throw WebProblem(error)
            }
            return page(drawings, texts, mistake: mistake, context)
        }
    }

    private func page(
        _ drawings: [Drawing], _ texts: EditorTexts, mistake: AggregateMistake? = nil,
        _ context: WebContext
    ) -> Response {
        let count = Self.count(drawings.count)
        let fields: [EditorField] = [
            .text("title", "Title", texts, placeholder: ""),
            .choice(
                "arrangement", "Drawn as", texts,
                AggregateEditForm.arrangements),
            .flag("mirrored", "The second of each pair below zero", texts),
            .flag("total", "A line over the sum (of stacks and lines)", texts),
        ]
        return pages.page(
            "graphs_aggregate", title: "Draw \(count) together", section: .graphs,
            AggregateContent(
                lines: drawings.map(Self.line), count: count,
                template: drawings.first?.template ?? "",
                sections: [
                    EditorSection(title: "One graph", fields: fields)
                ], mistake: mistake?.words, fix: mistake?.fix),
            status: mistake == nil ? .ok : .badRequest, context: context)
    }
}
