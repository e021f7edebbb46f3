import HTTPTypes
import Hummingbird
import PollerModel

/// `/dashboards`, `/dashboards/{id}` and `/dashboards/{id}/edit`, and what their forms do.
struct DashboardPages: Sendable {
    let services: WebServices
    let pages: PageRenderer
    private var desk: DashboardDesk { DashboardDesk(services: services) }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/dashboards") { _, context in try await here.list(context) }
        router.post("/dashboards") { request, context in
            try await here.make(Form(request), context)
        }
        router.get("/dashboards/{id}") { request, context in
            try await here.show(here.desk.dashboard(context), Query(request), context)
        }
        router.get("/dashboards/{id}/edit") { _, context in
            try here.editor(await here.desk.dashboard(context), context)
        }
        addForms(to: router)
    }

    private static let refresh = HTTPField.Name("Refresh")

    private func show(
        _ dashboard: Dashboard, _ query: Query, _ context: WebContext
    ) throws -> Response {
        let isTV = try query.flag("tv", default: false)
        let isPaused = try query.flag("paused", default: false)
        let content = DashboardPage(services: services).content(
            dashboard, isPaused: isPaused, context.viewer)
        var response = pages.page(
            isTV ? "dashboard_tv" : "dashboard", title: dashboard.name, section: .dashboards,
            content, context: context)
        // Browsers load the page anew by this header; no script is needed for it.
        if isTV, !isPaused, let refresh = Self.refresh {
            response.headers[refresh] = "\(DashboardPage.refreshSeconds)"
        }
        return response
    }

    private func list(
        _ context: WebContext, form: Form? = nil, mistake: WebProblem? = nil
    ) async throws -> Response {
        let content = DashboardListPage.content(
            try await desk.dashboards(context.viewer), context.viewer, Format(services),
            form: form, mistake: mistake)
        return pages.page(
            "dashboards", title: "Dashboards", section: .dashboards, content,
            status: mistake?.status ?? .ok, context: context)
    }

    private func make(_ form: Form, _ context: WebContext) async throws -> Response {
        do {
            let dashboard = try await desk.add(
                named: form.text("name") ?? "", with: [.share(form.flag("shared"))], context)
            return Answer.seeOther(
                "/dashboards/\(dashboard.id)/edit",
                notice: "“\(dashboard.name)” was made. Put tiles onto it.")
        } catch {
            return try await list(context, form: form, mistake: Self.shown(error))
        }
    }

    private func tile(_ form: Form, of known: DashboardTile? = nil) throws -> DashboardTile {
        try DashboardForm(form: form, definitions: services.definitions).tile(of: known)
    }

    // MARK: The editor

    private func addForms(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/dashboards/{id}/change") { request, context in
            let form = try await Form(request)
            return try await here.change(form, context, .settings, done: "It was changed.") { _ in
                try DashboardForm(form: form, definitions: here.services.definitions).settings()
            }
        }
        router.post("/dashboards/{id}/remove") { request, context in
            try await here.remove(Form(request), context)
        }
        router.post("/dashboards/{id}/tiles") { request, context in
            let form = try await Form(request)
            let kind = DashboardTile.Kind(rawValue: try form.text("kind") ?? "") ?? .text
            return try await here.change(
                form, context, .add(kind), done: "The tile was added as the last."
            ) { _ in [.addTile(try here.tile(form))] }
        }
        router.post("/dashboards/{id}/tiles/{tile}/change") { request, context in
            let (form, place) = (try await Form(request), try Self.place(context))
            return try await here.change(
                form, context, .tile(place), done: "Tile \(place + 1) was changed."
            ) { dashboard in
                let known = dashboard.tiles.indices.contains(place) ? dashboard.tiles[place] : nil
                return [.setTile(place, try here.tile(form, of: known))]
            }
        }
        router.post("/dashboards/{id}/tiles/{tile}/move") { request, context in
            let (form, place) = (try await Form(request), try Self.place(context))
            let step = TreeChange.Direction(rawValue: try form.text("step") ?? "")
            return try await here.change(
                form, context, .settings, done: "Tile \(place + 1) was moved."
            ) { _ in
                guard let step else { throw WebProblem.badRequest("“step” is up or down") }
                return [.stepTile(place, step)]
            }
        }
        router.post("/dashboards/{id}/tiles/{tile}/remove") { request, context in
            let (form, place) = (try await Form(request), try Self.place(context))
            return try await here.change(
                form, context, .settings, done: "Tile \(place + 1) was removed."
            ) { _ in [.removeTile(place)] }
        }
    }

    /// Which tile the path names, from 0 on.
    private static func place(_ context: WebContext) throws(WebProblem) -> Int {
        let text = context.parameters.get("tile") ?? ""
        guard let place = Int(text), place >= 0 else {
            throw .notFound("tile \(DeviceText(text).text)", fix: "look at the dashboard again")
        }
        return place
    }

    private func change(
        _ form: Form, _ context: WebContext, _ part: DashboardEditPage.Part, done: String,
        _ changes: (Dashboard) throws -> [DashboardChange]
    ) async throws -> Response {
        let before = try await desk.dashboard(context)
        do {
            let after = try await desk.change(
                before, from: form.integer("version").map { Int64($0) }, with: changes(before),
                context)
            return Answer.seeOther("/dashboards/\(after.id)/edit", notice: done)
        } catch {
            return try editor(
                await desk.dashboard(context), context,
                DashboardEditPage.Mistake(part: part, problem: Self.shown(error), form: form))
        }
    }

    private func remove(_ form: Form, _ context: WebContext) async throws -> Response {
        let dashboard = try await desk.dashboard(context)
        do {
            try await desk.remove(
                dashboard, from: form.integer("version").map { Int64($0) }, context)
            return Answer.seeOther("/dashboards", notice: "“\(dashboard.name)” was removed.")
        } catch {
            return try editor(
                await desk.dashboard(context), context,
                DashboardEditPage.Mistake(
                    part: .settings, problem: Self.shown(error), form: form))
        }
    }

    private func editor(
        _ dashboard: Dashboard, _ context: WebContext,
        _ mistake: DashboardEditPage.Mistake? = nil
    ) throws -> Response {
        guard dashboard.isChangeable(by: context.viewer) else {
            throw WebProblem(
                .forbidden, "“\(dashboard.name)” is of \(dashboard.owner)",
                code: "not_owner", fix: "make one of your own, or ask \(dashboard.owner)")
        }
        let content = DashboardEditPage(
            dashboard: dashboard, definitions: services.definitions
        ).content(mistake)
        return pages.page(
            "dashboard_edit", title: "Edit \(dashboard.name)", section: .dashboards, content,
            status: mistake?.problem.status ?? .ok, context: context)
    }

    /// What is said beside the form. What is no mistake of the form is a page of its own.
    private static func shown(_ error: any Error) throws -> WebProblem {
        let problem =
            error is TreeFailure ? WebProblem(treeError: error) : WebProblem(dashboardError: error)
        guard [.badRequest, .conflict].contains(problem.status) else { throw problem }
        return problem
    }
}
