import Hummingbird
import PollerModel

/// Makes and changes graphs of many data sources.
struct AggregatesAPI: Sendable {
    let services: WebServices

    func addChanges(to router: some RouterMethods<WebContext>) {
        let group = router.group("/api/v1")
        group.post("aggregates") { request, context in
            let order = try await Self.order(request)
            try check(order, for: context.viewer)
            guard order.dryRun != true else { return try tried(order) }
            return try await answer(nil, context) { () throws(OperationFailure) in
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
            try check(order, on: aggregate, for: context.viewer)
            guard order.dryRun != true else { return try tried(order, on: aggregate) }
            return try await answer(aggregate, context) { () throws(OperationFailure) in
                try await services.operations.changeAggregate(aggregate.id, to: order)
            }
        }
    }

    private static func order(_ request: Request) async throws -> AggregateOrder {
        try await JSONAnswer.decode(StrictAggregateOrder.self, from: request).order
    }

    /// Refuses what would reach beyond a scope.
    private func check(
        _ order: AggregateOrder, on existing: Aggregate? = nil, for viewer: Viewer
    ) throws(WebProblem) {
        guard viewer.scope != .everything else { return }
        let all = services.inventory.definitions
        // An order that is wrong in itself is refused, in words, by whoever carries it out.
        guard let aggregate = try? wanted(order, on: existing, in: all) else { return }
        try viewer.checkSees(
            aggregate.members(in: services.definitions), ofAll: aggregate.members(in: all),
            by: services.trees.trees)
    }

    private func wanted(
        _ order: AggregateOrder, on existing: Aggregate?, in definitions: Definitions
    ) throws -> Aggregate {
        guard var aggregate = existing else {
            return try order.aggregate(GraphID(0), in: definitions, at: services.now)
        }
        try order.apply(to: &aggregate, in: definitions)
        return aggregate
    }

    /// What it would be.
    private func tried(
        _ order: AggregateOrder, on existing: Aggregate? = nil
    ) throws -> Response {
        let definitions = services.definitions
        do {
            let aggregate = try wanted(order, on: existing, in: definitions)
            return try report(aggregate, aggregate.members(in: definitions), isDryRun: true)
        } catch let mistake as AggregateMistake {
            throw WebProblem(.inventory(.unfitAggregate(mistake)))
        }
    }

    private func answer(
        _ before: Aggregate?, _ context: WebContext,
        _ body: () async throws(OperationFailure) -> Aggregate
    ) async throws -> Response {
        let aggregate: Aggregate
        do {
            aggregate = try await body()
        } catch {
            throw WebProblem(error)
        }
        let baseURL = services.site.baseURL
        context.audit.note(
            object: "graph \(aggregate.id) (\(aggregate.title))",
            before: before.map { GraphReport($0, members: nil, baseURL: baseURL) },
            after: GraphReport(aggregate, members: nil, baseURL: baseURL))
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
