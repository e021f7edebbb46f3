import HTTPTypes
import Hummingbird

/// Refuses addresses longer than any that our pages and commands make, before anything reads them.
struct AddressMiddleware: RouterMiddleware {
    /// Path and query.
    static let longestBytes = 8_192

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard request.uri.description.utf8.count <= Self.longestBytes else {
            throw WebProblem(
                .uriTooLong, "the address is longer than \(Self.longestBytes) bytes",
                code: "address_too_long", fix: "shorten the filter, or begin at the overview: /")
        }
        return try await next(request, context)
    }
}
