import HTTPTypes
import Hummingbird

/// Lets a page of another site lead people here, and nothing else: it must not make their
/// browsers load pages and pictures behind their backs. Browsers say on whose behalf they ask
/// (https://www.w3.org/TR/fetch-metadata/); programs do not, and are not refused.
struct CrossSiteMiddleware: RouterMiddleware {
    private static let site = HTTPField.Name("Sec-Fetch-Site")
    private static let mode = HTTPField.Name("Sec-Fetch-Mode")
    private static let destination = HTTPField.Name("Sec-Fetch-Dest")

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let value = { (name: HTTPField.Name?) in name.flatMap { request.headers[$0] } }
        // A frame is a navigation too; its destination tells it from a page of its own.
        let isVisit =
            request.method == .get && value(Self.mode) == "navigate"
            && value(Self.destination) ?? "document" == "document"
        guard value(Self.site) != "cross-site" || isVisit else {
            throw WebProblem(
                .forbidden, "a page of another site asked for this, which only ours may",
                code: "cross_site", fix: "open the address itself, or follow a link to it")
        }
        return try await next(request, context)
    }
}
