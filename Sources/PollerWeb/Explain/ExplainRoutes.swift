import HTTPTypes
import Hummingbird
import PollerModel

/// `/explain/{kind}/{id}` and `/api/v1/explain/{kind}/{id}`: why something is as it is, from its
/// definition to the picture.
struct ExplainRoutes: Sendable {
    let services: WebServices
    let pages: PageRenderer

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.group("/api/v1").get("explain/{kind}/{id}") { request, context in
            let query = try Query(request)
            if let report = try await here.access(query, context) {
                return try JSONAnswer.ok(report)
            }
            return try JSONAnswer.ok(
                ExplanationReport(try await here.explanation(query, context)))
        }
        router.group("/api/v1").post("explain/{kind}/{id}/live") { request, context in
            try JSONAnswer.ok(
                ExplanationReport(try await here.live(Query(request), context)))
        }
        router.get("/explain/{kind}/{id}") { request, context in
            try await here.page(request, context) { try await here.explanation($0, context) }
        }
        router.post("/explain/{kind}/{id}/live") { request, context in
            // The page of the answer is the only place that has the messages.
            try await here.page(request, context) { try await here.live($0, context) }
        }
        router.group("/api/v1").post("devices/{id}/test") { _, context in
            let device = try here.services.device(context).device
            return EventStream.response { report in
                _ = await here.services.operations.test(
                    device.target, availability: device.availability
                ) { report(OperationEvent(step: $0)) }
            }
        }
    }

    /// What is explained, looked up among what the one who asks may see.
    private enum Subject {
        case device(DeviceDefinition)
        case dataSource(DataSource, DeviceDefinition)
        case graph(Drawing)
    }

    private func subject(_ context: WebContext) throws -> Subject {
        let id = context.parameters.get("id") ?? ""
        let kind = context.parameters.get("kind") ?? ""
        switch Explanation.Kind(rawValue: kind) {
        case .device?: return .device(try services.device(context))
        case .dataSource?:
            let (source, definition) = try services.dataSource(id)
            return .dataSource(source, definition)
        case .graph?: return .graph(try services.drawing(id))
        case nil:
            throw WebProblem.notFound(
                "kind of thing “\(DeviceText(kind).text)” to explain",
                fix: "it is device, data-source or graph")
        }
    }

    private func explanation(_ query: Query, _ context: WebContext) async throws -> Explanation {
        let desk = ExplainDesk(services: services)
        return switch try subject(context) {
        case .device(let definition): await desk.explain(definition)
        case .dataSource(let source, let definition):
            try await desk.explain(source, of: definition, query)
        case .graph(let drawing): try await desk.explain(drawing, query)
        }
    }

    /// Polls the device now, and explains what came of it.
    private func live(_ query: Query, _ context: WebContext) async throws -> Explanation {
        let definition: DeviceDefinition? =
            switch try subject(context) {
            case .device(let definition), .dataSource(_, let definition): definition
            case .graph(let drawing): ExplainDesk(services: services).device(of: drawing)
            }
        guard let device = definition?.device else {
            throw WebProblem.notFound(
                "device of graph \(context.parameters.get("id") ?? "") that could be asked",
                fix: "see pollerctl graph show")
        }
        context.audit.note(object: device.words)
        let trace: PollTrace
        do {
            trace = try await services.operations.trace(device.id)
        } catch {
            throw WebProblem(error)
        }
        var explanation = try await explanation(query, context)
        explanation.trace = trace
        return explanation
    }

    // MARK: Who sees it

    /// Whether the one who asks is told what others see: who may not administer is not even told
    /// who there is.
    private func tellsAccess(_ context: WebContext) -> Bool {
        Permission.administer.verdict(on: context.viewer) == .allowed
    }

    /// Why somebody can or cannot see it; nil where nobody is asked about.
    private func access(_ query: Query, _ context: WebContext) async throws -> AccessReport? {
        guard let name = query.text("as")?.trimmed, !name.isEmpty else { return nil }
        guard tellsAccess(context) else {
            throw WebProblem(
                .forbidden, "only administrators are told what others see", code: "not_permitted",
                fix: "ask an administrator, or log in as one")
        }
        let kind = context.parameters.get("kind") ?? ""
        let id = context.parameters.get("id") ?? ""
        guard let account = try await services.accounts.accounts(called: name).first else {
            // What is not there has no access to explain either.
            _ = try subject(context)
            let shown = DeviceText(name).text
            return AccessReport(
                AccessExplanation(nobodyCalled: shown), user: shown, object: "\(kind) \(id)")
        }
        return try services.explain(account, kind: kind, id: id)
    }

    // MARK: The page

    private func page(
        _ request: Request, _ context: WebContext,
        _ explain: (Query) async throws -> Explanation
    ) async throws -> Response {
        let query = try Query(request)
        // First, so that no device is asked for somebody who is refused.
        let report = try await access(query, context)
        let explanation = try await explain(query)
        let form = tellsAccess(context) ? Access(explanation, query, report) : nil
        return pages.page(
            "explain", title: "Why: \(explanation.title)", section: .none,
            content(explanation, request.uri.query, form), context: context)
    }
}
