import HTTPTypes
import Hummingbird
import PollerModel

/// `/graphs/{id}/edit`: how one graph is drawn, with a picture of what it would be; nothing is kept
/// before it is saved.
struct GraphEditPages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/graphs/{id}/edit") { _, context in
            switch try here.subject(context) {
            case .aggregate(let editor): return editor.show(context)
            case .graph(let page):
                return try await here.answer(
                    page, GraphEditForm(page.present, for: page.template),
                    version: page.graph.version, context)
            }
        }
        router.post("/graphs/{id}/edit") { request, context in
            let form = try await Form(request)
            switch try here.subject(context) {
            case .aggregate(let editor): return try await editor.save(form, context)
            case .graph(let page): return try await here.save(form, page, context)
            }
        }
        router.post("/graphs/{id}/restore") { request, context in
            guard case .graph(let page) = try here.subject(context) else {
                throw WebProblem.badRequest(
                    "of a graph of many data sources no versions are kept",
                    fix: "change it in its editor")
            }
            return try await here.restore(Form(request), page, context)
        }
        addPreviews(to: router)
    }

    private func addPreviews(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/graphs/{id}/preview") { request, context in
            context.audit.changesNothing()
            let form = try await Form(request)
            switch try here.subject(context) {
            case .aggregate(let editor):
                return try await editor.preview(form, Self.range(form), request, context)
            case .graph(let page): return try await here.preview(form, page, request, context)
            }
        }
        router.get("/graphs/{id}/preview") { request, context in
            let query = try Query(request)
            switch try here.subject(context) {
            case .aggregate(let editor): return try await editor.picture(query, request)
            case .graph(let page):
                var override = page.present
                if let text = query.text("draft") { override = try GraphDraft.value(text) }
                return try await here.picture(page, override, query, request)
            }
        }
    }

    /// What is edited.
    private enum Subject {
        case graph(GraphEditPage)
        case aggregate(AggregateEditor)
    }

    private func subject(_ context: WebContext) throws(WebProblem) -> Subject {
        switch try services.drawing(context.parameters.get("id") ?? "") {
        case .aggregate(let aggregate, _):
            return .aggregate(
                AggregateEditor(services: services, pages: pages, aggregate: aggregate))
        case .graph(let graph, let definition):
            guard let template = services.definitions.catalogue.graphTemplates[graph.template]
            else {
                throw WebProblem(
                    .notFound,
                    "the catalogue lost the template “\(graph.template)” of graph "
                        + "\(graph.id)", code: "template_missing", fix: "restore the file")
            }
            return .graph(
                GraphEditPage(
                    services: services, graph: graph, definition: definition, template: template))
        }
    }

    private func answer(
        _ page: GraphEditPage, _ form: GraphEditForm, version: Int,
        range: String = GraphEditPage.usualRange, conflict: GraphEditPage.Conflict? = nil,
        status: HTTPResponse.Status = .ok, _ context: WebContext
    ) async throws(WebProblem) -> Response {
        let content = try await page.content(
            form, version: version, range: range, conflict: conflict)
        return pages.page(
            "graph_edit", title: "Edit \(page.graph.title)", section: .graphs, content,
            modules: ["editor.js"], status: status, context: context)
    }

    // MARK: Saving

    private func save(
        _ form: Form, _ page: GraphEditPage, _ context: WebContext
    ) async throws -> Response {
        let version = try form.integer("version") ?? 0
        let typed = try GraphEditForm(form, for: page.template)
        let range = try Self.range(form)
        guard typed.isRight else {
            return try await answer(
                page, typed, version: version, range: range, status: .badRequest, context)
        }
        do {
            try await keep(typed.override, of: page, from: version, context)
        } catch InventoryFailure.editedMeanwhile(_, let edit) {
            return try await answer(
                page, typed, version: edit.version, range: range,
                conflict: page.conflict(edit, with: typed.override), status: .conflict, context)
        } catch {
            throw WebProblem(.inventory(error))
        }
        return Answer.seeOther("/graphs/\(page.graph.id)", notice: "The graph was saved.")
    }

    private func keep(
        _ override: GraphOverride, of page: GraphEditPage, from version: Int, _ context: WebContext
    ) async throws(InventoryFailure) {
        let changed = try await services.graphs.editGraph(
            page.graph.id, to: override, from: version, by: context.viewer.name, at: services.now)
        context.audit.note(
            object: "graph \(changed.id) (\(changed.title))",
            before: GraphEditOrder(page.present), after: GraphEditOrder(override))
    }

    /// Makes a version of before the newest; 0 is the template.
    private func restore(
        _ form: Form, _ page: GraphEditPage, _ context: WebContext
    ) async throws -> Response {
        let wanted = try form.integer("restore") ?? 0
        let place = "/graphs/\(page.graph.id)/edit"
        do {
            let edits = try await services.graphs.edits(of: page.graph.id)
            let found = edits.first { $0.version == wanted }
            guard wanted == 0 || found != nil else {
                throw WebProblem.notFound(
                    "version \(wanted) of graph \(page.graph.id)",
                    fix: "the editor lists those that are kept")
            }
            try await keep(
                found?.override ?? GraphOverride(), of: page,
                from: try form.integer("version") ?? 0, context)
        } catch let failure as InventoryFailure {
            throw WebProblem(.inventory(failure))
        }
        return Answer.seeOther(
            place,
            notice: wanted == 0
                ? "The graph is drawn as its template says." : "Version \(wanted) was restored.")
    }

    // MARK: Trying

    private static func range(_ form: Form) throws(WebProblem) -> String {
        let text = try form.text("range") ?? GraphEditPage.usualRange
        return GraphEditPage.ranges.contains { $0.0 == text } ? text : GraphEditPage.usualRange
    }

    /// A picture for our script, the page again for a browser without it.
    private func preview(
        _ form: Form, _ page: GraphEditPage, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let typed = try GraphEditForm(form, for: page.template)
        let range = try Self.range(form)
        guard !request.wantsPage else {
            return try await answer(
                page, typed, version: try form.integer("version") ?? 0, range: range,
                status: typed.isRight ? .ok : .badRequest, context)
        }
        guard typed.isRight else { return try typed.texts.answer() }
        return try await picture(
            page, typed.override, Self.query(form, range: range), request)
    }

    /// Of the picture that a script asks for.
    static func query(_ form: Form, range: String) throws(WebProblem) -> Query {
        var parameters = ["from": range, "to": "now"]
        for key in ["theme", "scale", "width"] { parameters[key] = try form.text(key) }
        return Query(parameters: parameters)
    }

    private func picture(
        _ page: GraphEditPage, _ override: GraphOverride, _ query: Query, _ request: Request
    ) async throws -> Response {
        if let mistake = override.mistakes(for: page.template).first {
            throw WebProblem.badRequest(
                "“\(mistake.field)”: \(mistake.words)", fix: mistake.fix)
        }
        let drawing = Drawing.graph(page.graph, page.definition).trying(override)
        return try await GraphImageRoute(services: services).respond(drawing, query, request)
    }
}

extension EditorTexts {
    private struct Answer: Encodable {
        let mistakes: [String: String]
    }

    /// What is wrong, by the fields' names, for our script.
    func answer() throws -> Response {
        try JSONAnswer.ok(Answer(mistakes: mistakes), status: .badRequest)
    }
}

extension GraphEditPage {
    /// How it is drawn now.
    var present: GraphOverride { graph.edit?.override ?? GraphOverride() }
}
