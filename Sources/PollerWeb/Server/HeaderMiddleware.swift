import HTTPTypes
import Hummingbird

/// Headers of every answer, errors among them: nothing foreign is loaded, framed or guessed. What
/// is shared may be shown by pages of other sites, and tells nobody where its link was found.
struct HeaderMiddleware: RouterMiddleware {
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    ].joined(separator: "; ")

    private static let fields: [(HTTPField.Name, String)] = [
        ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }

    // A picture that is opened by itself may do nothing, not even where it is an SVG.
    private static let sharedPolicy = [
        "default-src 'none'", "style-src 'unsafe-inline'", "img-src 'self' data:",
        "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'", "sandbox",
    ].joined(separator: "; ")

    private static let sharedFields: [(HTTPField.Name, String)] = [
        ("Content-Security-Policy", sharedPolicy), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "cross-origin"), ("X-Robots-Tag", "noindex"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for (name, value) in Self.fields { response.headers[name] = value }
        if SharedPictureMiddleware.covers(request) {
            for (name, value) in Self.sharedFields { response.headers[name] = value }
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
