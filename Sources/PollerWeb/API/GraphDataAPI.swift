import Hummingbird
import PollerModel

/// What graphs show, without a picture.
struct GraphDataAPI: Sendable {
    let services: WebServices

    /// `GET /api/v1/graphs/{id}/numbers` and `/command`.
    /// Where files lie is told to administrators only.
    func addReading(to router: some RouterMethods<WebContext>) {
        let folder = services.site.stateFolder
        let route = GraphDataRoute(services: services)
        let group = router.group("/api/v1")
        group.get("graphs/{id}/numbers") { request, context in
            try await route.numbers(context.parameters.get("id") ?? "", request)
        }
        group.get("graphs/{id}/command") { request, context in
            try await route.command(
                context.parameters.get("id") ?? "", request,
                folder: context.viewer.canAdminister ? folder : nil)
        }
    }
}
