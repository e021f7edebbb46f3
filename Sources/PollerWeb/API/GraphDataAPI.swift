import Hummingbird
import PollerModel

/// What graphs show, without a picture.
struct GraphDataAPI: Sendable {
    let services: WebServices

    /// `GET /api/v1/graphs/{id}/numbers` and `/command`.
    ///
    /// - Parameter folder: where files lie, where that may be told.
    func addReading(to router: Router<WebContext>, folder: String?) {
        let route = GraphDataRoute(services: services)
        let group = router.group("/api/v1")
        group.get("graphs/{id}/numbers") { request, context in
            try await route.numbers(context.parameters.get("id") ?? "", request)
        }
        group.get("graphs/{id}/command") { request, context in
            try await route.command(
                context.parameters.get("id") ?? "", request, folder: folder)
        }
    }
}
