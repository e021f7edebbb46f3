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
            if let name = query.text("as") {
                return try JSONAnswer.ok(try await here.access(of: name, context))
            }
            return try JSONAnswer.ok(
                ExplanationReport(try await here.explanation(query, context)))
        }
        router.group("/api/v1").post("explain/{kind}/{id}/live") { request, context in
            try JSONAnswer.ok(
                ExplanationReport(try await here.live(Query(request), context)))
        }
        router.get("/explain/{kind}/{id}") { request, context in
            let explanation = try await here.explanation(Query(request), context)
            return here.pages.page(
                "explain", title: "Why: \(explanation.title)", section: .none,
                here.content(explanation), context: context)
        }
        router.post("/explain/{kind}/{id}/live") { request, context in
            // The page of the answer is the only place that has the messages.
            let explanation = try await here.live(Query(request), context)
            return here.pages.page(
                "explain", title: "Why: \(explanation.title)", section: .none,
                here.content(explanation), context: context)
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

    /// Why somebody can or cannot see it; of administrators only, because it tells who there is.
    private func access(of name: String, _ context: WebContext) async throws -> AccessReport {
        guard Permission.administer.verdict(on: context.viewer) == .allowed else {
            throw WebProblem(
                .forbidden, "only administrators are told what others see", code: "not_permitted",
                fix: "ask an administrator, or log in as one")
        }
        let kind = context.parameters.get("kind") ?? ""
        let id = context.parameters.get("id") ?? ""
        let desk = services.accounts
        let accounts = try await desk.said { try await desk.register.accounts() }
        let account = accounts.first {
            $0.name.description.lowercased() == name.lowercased()
        }
        guard let account else {
            // What is not there has no access to explain either.
            _ = try subject(context)
            let shown = DeviceText(name).text
            return AccessReport(
                AccessExplanation(nobodyCalled: shown), user: shown, object: "\(kind) \(id)")
        }
        return try services.explain(account, kind: kind, id: id)
    }

    // MARK: The page

    struct Content {
        let title: String
        let back: String
        let headline: String
        let outcome: String
        let symbol: String
        let isWell: Bool
        /// Not named as that of a stage is: a stage that has none would show this one.
        let headFix: String?
        let links: [Link]
        let notes: [String]
        let hasNotes: Bool
        let parts: [Part]
        let hasParts: Bool
        /// Where the button asks the device now; nil where there is none to ask.
        let live: String?
        let warnings: [Link]
        let hasWarnings: Bool
        let trace: Trace?
    }

    /// The messages of a poll.
    struct Trace {
        let startedAt: String
        let milliseconds: Int64
        let failure: String?
        let messages: [Message]
        let more: Int
        let hasMore: Bool

        struct Message {
            let at: String
            let direction: String
            let kind: String
            let version: String
            let bytes: String
            let variables: String
            let roundTrip: String
            let outcome: String
        }
    }

    struct Link {
        let title: String
        let outcome: String
        let symbol: String
        let words: String
        let reason: String?
        /// Where the reason is explained.
        let help: String
        let fix: String?
        let evidence: [ExplainLink.Evidence]
    }

    struct Part {
        let words: String
        let symbol: String
        let count: Int
        let sources: [Source]
        let more: Int
        let hasMore: Bool
    }

    struct Source {
        let id: String
    }

    private func content(_ explanation: Explanation) -> Content {
        let broken = explanation.broken
        let outcome = broken?.outcome ?? .ok
        let place =
            switch explanation.kind {
            case .device: "/devices/\(explanation.id)"
            case .graph: "/graphs/\(explanation.id)"
            case .dataSource:
                services.definitions.dataSource(DataSourceID(explanation.id)).map {
                    "/devices/\($0.definition.device.id)"
                } ?? "/devices"
            }
        return Content(
            title: explanation.title, back: place, headline: explanation.headline,
            outcome: outcome.rawValue, symbol: outcome.symbol, isWell: broken == nil,
            headFix: broken?.fix,
            links: explanation.links.map(Self.link), notes: explanation.notes,
            hasNotes: !explanation.notes.isEmpty,
            parts: explanation.parts.map {
                Part(
                    words: $0.words, symbol: $0.outcome.symbol, count: $0.count,
                    sources: $0.dataSources.map { Source(id: "\($0)") },
                    more: max(0, $0.count - $0.dataSources.count),
                    hasMore: $0.count > $0.dataSources.count)
            }, hasParts: !explanation.parts.isEmpty, live: live(explanation),
            warnings: explanation.warnings.map(Self.link),
            hasWarnings: !explanation.warnings.isEmpty,
            trace: explanation.trace.map(trace))
    }

    private static func link(_ link: ExplainLink) -> Link {
        Link(
            title: link.stage.title, outcome: link.outcome.rawValue,
            symbol: link.outcome.symbol, words: link.words, reason: link.reason,
            help: EventRows.help("reasons", link.reason ?? ""), fix: link.fix,
            evidence: link.evidence)
    }

    private func trace(_ trace: PollTrace) -> Trace {
        Trace(
            startedAt: Format(services).time(rfc3339: trace.startedAt),
            milliseconds: trace.milliseconds, failure: trace.failure,
            messages: trace.messages.map { message in
                Trace.Message(
                    at: TraceText.milliseconds(message.microseconds),
                    direction: TraceText.direction(message), kind: message.kind.rawValue,
                    version: message.version, bytes: TraceText.count(message.bytes),
                    variables: TraceText.count(message.variables),
                    roundTrip: message.roundTripMicroseconds.map(TraceText.milliseconds) ?? "",
                    outcome: TraceText.outcome(message))
            }, more: trace.more, hasMore: trace.more > 0)
    }

    /// The address of the button; nil of graphs that have no device to ask.
    private func live(_ explanation: Explanation) -> String? {
        if explanation.kind == .graph {
            guard let drawing = services.definitions.drawing(GraphID(explanation.id)),
                ExplainDesk(services: services).device(of: drawing) != nil
            else { return nil }
        }
        return "/explain/\(explanation.kind.rawValue)/\(explanation.id)/live"
    }
}
