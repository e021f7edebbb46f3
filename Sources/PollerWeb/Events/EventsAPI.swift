import Hummingbird
import PollerModel

/// `/api/v1/events`: what happened, newest first, and marks that programs set.
struct EventsAPI: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let services = services
        router.get("/api/v1/events") { request, _ in
            let filter = try EventFilter(Query(request), services)
            let events = try await services.events(filter.query)
            // As long as pages are full there may be more.
            let next = events.count == filter.query.limit ? events.last.map { "\($0.id)" } : nil
            return try JSONAnswer.ok(
                ListReport(items: events.map { EventReport($0) }, next: next))
        }
        router.post("/api/v1/events") { request, context in
            let order = try await JSONAnswer.decode(StrictMarkOrder.self, from: request).order
            if let device = order.deviceId, services.definitions.devices[device] == nil {
                throw WebProblem.notFound("device \(device)", fix: "see pollerctl device list")
            }
            if let graph = order.graphId { _ = try services.drawing("\(graph)") }
            guard
                order.deviceId != nil || order.graphId != nil
                    || context.viewer.scope == .everything
            else {
                throw WebProblem(
                    .forbidden, "a mark on everything reaches beyond what you see",
                    code: "outside_scope", fix: "set it on a device or a graph: device_id, graph_id"
                )
            }
            do throws(MarkOrder.Mistake) {
                services.events.report(
                    try order.event(by: context.viewer.name, now: services.now))
            } catch {
                throw WebProblem.badRequest(error.words)
            }
            context.audit.note(object: "events", after: order)
            return Response(status: .accepted)
        }
    }
}

extension WebServices {
    /// Those of a query that the one on whose behalf it is asked may see.
    func events(_ query: EventQuery) async throws(WebProblem) -> [Event] {
        let viewer = CurrentViewer.viewer
        var query = query
        query.scope = viewer.scope == .everything ? .everything : ownScope
        if !(viewer.canAdminister && viewer.scope == .everything) {
            query.kinds = query.kinds.filter { !$0.isConfidential }
        }
        do {
            return try await events.events(query)
        } catch {
            throw WebProblem(.inventory(error))
        }
    }

    private var ownScope: EventQuery.Scope {
        let definitions = definitions
        let graphs = definitions.devices.values.flatMap { $0.graphs.map(\.id) }
        return .parts(
            devices: Set(definitions.devices.keys),
            graphs: Set(graphs).union(definitions.aggregates.keys))
    }
}

/// An order of which every key is known: who misspells `device_id` means one device, not all.
struct StrictMarkOrder: Decodable {
    let order: MarkOrder

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case message, deviceId, graphId, time
    }

    init(from decoder: any Decoder) throws {
        try StrictKeys.check(
            decoder.container(keyedBy: StrictKeys.Key.self), has: CodingKeys.self)
        order = try MarkOrder(from: decoder)
    }
}
