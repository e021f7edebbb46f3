import HTTPTypes
import Hummingbird

/// Gives every answer its protective headers (`SecurityHeaders`), and keeps it out of caches unless
/// it says otherwise.
struct HeaderMiddleware: RouterMiddleware {
    let site: WebServices.Site

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        add(to: &response, for: request)
        return response
    }

    func add(to response: inout Response, for request: Request) {
        SecurityHeaders.add(
            to: &response.headers, isSecure: site.isSecure,
            isShared: SharedPictureMiddleware.covers(request))
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    }
}
