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
            try JSONAnswer.ok(
                ExplanationReport(try await here.explanation(Query(request), context)))
        }
        router.get("/explain/{kind}/{id}") { request, context in
            let explanation = try await here.explanation(Query(request), context)
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

    private func explanation(_ query: Query, _ context: WebContext) async throws -> Explanation {
        let desk = ExplainDesk(services: services)
        let id = context.parameters.get("id") ?? ""
        let kind = context.parameters.get("kind") ?? ""
        switch Explanation.Kind(rawValue: kind) {
        case .device?: return desk.explain(try services.device(context))
        case .dataSource?:
            let (source, definition) = try services.dataSource(id)
            return await desk.explain(source, of: definition)
        case .graph?: return try await desk.explain(try services.drawing(id), query)
        case nil:
            throw WebProblem.notFound(
                "kind of thing “\(DeviceText(kind).text)” to explain",
                fix: "it is device, data-source or graph")
        }
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
        let device: String?
    }

    struct Link {
        let title: String
        let outcome: String
        let symbol: String
        let words: String
        let reason: String?
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
            links: explanation.links.map {
                Link(
                    title: $0.stage.title, outcome: $0.outcome.rawValue,
                    symbol: $0.outcome.symbol, words: $0.words, reason: $0.reason, fix: $0.fix,
                    evidence: $0.evidence)
            }, notes: explanation.notes, hasNotes: !explanation.notes.isEmpty,
            parts: explanation.parts.map {
                Part(
                    words: $0.words, symbol: $0.outcome.symbol, count: $0.count,
                    sources: $0.dataSources.map { Source(id: "\($0)") },
                    more: max(0, $0.count - $0.dataSources.count),
                    hasMore: $0.count > $0.dataSources.count)
            }, hasParts: !explanation.parts.isEmpty, device: device(of: explanation))
    }

    /// The device that a poll would put to the proof; nil of graphs of many devices.
    private func device(of explanation: Explanation) -> String? {
        switch explanation.kind {
        case .device: "\(explanation.id)"
        case .dataSource:
            services.definitions.dataSource(DataSourceID(explanation.id)).map {
                "\($0.definition.device.id)"
            }
        case .graph:
            services.definitions.graph(GraphID(explanation.id)).map {
                "\($0.definition.device.id)"
            }
        }
    }
}
