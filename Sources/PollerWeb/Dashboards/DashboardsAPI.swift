import HTTPTypes
import Hummingbird
import PollerModel

/// `/api/v1/dashboards`
struct DashboardsAPI: Sendable {
    let services: WebServices
    private var desk: DashboardDesk { DashboardDesk(services: services) }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        let group = router.group("/api/v1/dashboards")
        group.get("") { request, context in
            let seen = try await here.desk.dashboards(context.viewer)
            let byID = Dictionary(uniqueKeysWithValues: seen.map { ($0.id, $0) })
            return try ReadAPI(services: here.services).page(of: byID.keys, request) { id in
                byID[id].map { here.desk.report($0, listsTiles: false) }
            }
        }
        group.get("{id}") { _, context in
            try await JSONAnswer.ok(here.desk.report(here.desk.dashboard(context)))
        }
        group.post("") { request, context in
            let order = try await JSONAnswer.decode(StrictDashboardOrder.self, from: request).order
            guard let name = order.name else {
                throw WebProblem.badRequest(
                    "the key “name” is missing", fix: "say what it is to be called")
            }
            return try await here.answer(.created) {
                try await here.desk.add(
                    named: name, with: order.changes(in: here.services.definitions), context)
            }
        }
        group.patch("{id}") { request, context in
            let before = try await here.desk.dashboard(context)
            let order = try await JSONAnswer.decode(StrictDashboardOrder.self, from: request).order
            return try await here.answer(.ok) {
                try await here.desk.change(
                    before, from: order.version,
                    with: order.changes(in: here.services.definitions), context)
            }
        }
        group.delete("{id}") { request, context in
            let dashboard = try await here.desk.dashboard(context)
            do {
                try await here.desk.remove(
                    dashboard, from: TreesAPI.version(request), context)
            } catch {
                throw WebProblem(dashboardError: error)
            }
            return Response(status: .noContent)
        }
    }

    private func answer(
        _ status: HTTPResponse.Status, _ body: () async throws -> Dashboard
    ) async throws -> Response {
        let dashboard: Dashboard
        do {
            dashboard = try await body()
        } catch {
            throw WebProblem(dashboardError: error)
        }
        return try JSONAnswer.ok(desk.report(dashboard), status: status)
    }
}

/// An order of which every key is known, as `StrictOrder` is; in its tiles too.
struct StrictDashboardOrder: Decodable {
    let order: DashboardOrder

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: StrictKeys.Key.self)
        try StrictKeys.check(container, has: DashboardOrder.CodingKeys.self)
        let tiles = StrictKeys.Key(stringValue: DashboardOrder.CodingKeys.tiles.stringValue)
        if container.contains(tiles), try !container.decodeNil(forKey: tiles) {
            var list = try container.nestedUnkeyedContainer(forKey: tiles)
            while !list.isAtEnd {
                let tile = try list.nestedContainer(keyedBy: StrictKeys.Key.self)
                try StrictKeys.check(tile, has: DashboardTileOrder.CodingKeys.self)
                if let rule = try StrictKeys.object(DashboardTileOrder.CodingKeys.rule, in: tile) {
                    try StrictKeys.check(rule, has: MemberRule.CodingKeys.self)
                }
            }
        }
        order = try DashboardOrder(from: decoder)
    }
}
