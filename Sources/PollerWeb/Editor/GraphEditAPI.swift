import Hummingbird
import PollerModel

/// `PATCH /api/v1/graphs/{id}` of a graph of a device: how it is drawn.
struct GraphEditAPI: Sendable {
    let services: WebServices

    func change(
        _ graph: Graph, of definition: DeviceDefinition, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let order = try await JSONAnswer.decode(StrictGraphEditOrder.self, from: request).order
        guard let template = services.definitions.catalogue.graphTemplates[graph.template] else {
            throw WebProblem(
                .notFound, "the catalogue lost the template “\(graph.template)”",
                code: "template_missing", fix: "restore the file")
        }
        let present = graph.edit?.override ?? GraphOverride()
        let override: GraphOverride
        do {
            override = try order.applied(to: present)
            if let mistake = override.mistakes(for: template).first { throw mistake }
        } catch let mistake as GraphOverride.Mistake {
            throw WebProblem.badRequest(
                "“\(mistake.field)”: \(mistake.words)", fix: mistake.fix)
        }
        guard order.dryRun != true else {
            context.audit.changesNothing()
            let tried = Drawing.graph(graph, definition).trying(override)
            return try answer(tried, isDryRun: true)
        }
        do {
            let changed = try await services.graphs.editGraph(
                graph.id, to: override, from: order.version ?? graph.version,
                by: context.viewer.name, at: services.now)
            context.audit.note(
                object: "graph \(changed.id) (\(changed.title))", before: GraphEditOrder(present),
                after: GraphEditOrder(override))
            return try answer(.graph(changed, definition), isDryRun: false)
        } catch let failure as InventoryFailure {
            throw WebProblem(.inventory(failure))
        }
    }

    private func answer(_ drawing: Drawing, isDryRun: Bool) throws -> Response {
        let report = GraphReport(drawing, baseURL: services.site.baseURL)
        return try JSONAnswer.ok(GraphEditOrderReport(graph: report, dryRun: isDryRun))
    }
}

/// An order of which every key is known, in it and in its series.
struct StrictGraphEditOrder: Decodable {
    let order: GraphEditOrder

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: StrictKeys.Key.self)
        try StrictKeys.check(container, has: GraphEditOrder.CodingKeys.self)
        let key = StrictKeys.Key(stringValue: GraphEditOrder.CodingKeys.series.stringValue)
        if container.contains(key), try !container.decodeNil(forKey: key) {
            var list = try container.nestedUnkeyedContainer(forKey: key)
            while !list.isAtEnd {
                try StrictKeys.check(
                    list.nestedContainer(keyedBy: StrictKeys.Key.self),
                    has: GraphEditOrder.Series.CodingKeys.self)
            }
        }
        order = try GraphEditOrder(from: decoder)
    }
}
