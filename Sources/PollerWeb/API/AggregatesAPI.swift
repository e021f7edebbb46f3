import Hummingbird
import PollerModel

/// Makes and changes graphs of many data sources; on the admin socket only.
struct AggregatesAPI: Sendable {
    let services: WebServices

    func addChanges(to router: some RouterMethods<WebContext>) {
        let group = router.group("/api/v1")
        group.post("aggregates") { request, _ in
            let order = try await Self.order(request)
            guard order.dryRun != true else { return try tried(order) }
            return try await answer { () throws(OperationFailure) in
                try await services.operations.makeAggregate(order)
            }
        }
        group.patch("graphs/{id}") { request, context in
            let drawing = try services.drawing(context.parameters.get("id") ?? "")
            let aggregate: Aggregate
            switch drawing {
            case .aggregate(let found, _): aggregate = found
            case .graph(let graph, let definition):
                return try await GraphEditAPI(services: services).change(
                    graph, of: definition, request, context)
            }
            let order = try await Self.order(request)
            guard order.dryRun != true else { return try tried(order, on: aggregate) }
            return try await answer { () throws(OperationFailure) in
                try await services.operations.changeAggregate(aggregate.id, to: order)
            }
        }
    }

    private static func order(_ request: Request) async throws -> AggregateOrder {
        try await JSONAnswer.decode(StrictAggregateOrder.self, from: request).order
    }

    /// What it would be.
    private func tried(
        _ order: AggregateOrder, on existing: Aggregate? = nil
    ) throws -> Response {
        let definitions = services.definitions
        do {
            var aggregate: Aggregate
            if let existing {
                aggregate = existing
                try order.apply(to: &aggregate, in: definitions)
            } else {
                aggregate = try order.aggregate(GraphID(0), in: definitions, at: services.now)
            }
            return try report(aggregate, aggregate.members(in: definitions), isDryRun: true)
        } catch let mistake as AggregateMistake {
            throw WebProblem(.inventory(.unfitAggregate(mistake)))
        }
    }

    private func answer(
        _ body: () async throws(OperationFailure) -> Aggregate
    ) async throws -> Response {
        let aggregate: Aggregate
        do {
            aggregate = try await body()
        } catch {
            throw WebProblem(error)
        }
        return try report(
            aggregate, aggregate.members(in: services.definitions), isDryRun: false)
    }

    private func report(
        _ aggregate: Aggregate, _ members: AggregateMembers, isDryRun: Bool
    ) throws -> Response {
        let graph = GraphReport(aggregate, members: members, baseURL: services.site.baseURL)
        return try JSONAnswer.ok(AggregateOrderReport(graph: graph, dryRun: isDryRun))
    }
}
