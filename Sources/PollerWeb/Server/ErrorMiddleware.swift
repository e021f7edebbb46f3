import Foundation
import HTTPTypes
import Hummingbird
import Logging
import PollerModel

/// Turns every failure into an answer that says what went wrong: a page for people, a problem
/// document for programs. Errors of the daemon itself carry an id that stands in the log.
struct ErrorMiddleware: RouterMiddleware {
    let pages: PageRenderer

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return answer(Self.problem(error, request), request, context)
        }
    }

    private static func problem(_ error: any Error, _ request: Request) -> WebProblem {
        switch error {
        case let problem as WebProblem: problem
        case let error as any HTTPResponseError: problem(error, request)
        default:
            WebProblem(
                .internalServerError, "the daemon failed at this request: \(error)",
                code: "internal", fix: "report it with the error id, and the log lines that have it"
            )
        }
    }

    private static func problem(_ error: any HTTPResponseError, _ request: Request) -> WebProblem {
        if error.status == .notFound {
            if let allowed = RouteMethods.allowed(at: request.uri.path),
                !allowed.contains(request.method.rawValue)
            {
                return .wrongMethod(request.method, allowed: allowed)
            }
            return .notFound(
                "page \(DeviceText(ShareToken.hidden(in: request.uri.path)).text)",
                fix: "begin at the overview: /")
        }
        let message = (error as? HTTPError)?.body ?? error.status.reasonPhrase
        return WebProblem(error.status, message, code: "http_\(error.status.code)")
    }

    func answer(
        _ problem: WebProblem, _ request: Request, _ context: WebContext
    ) -> Response {
        var errorID: String?
        if problem.status.kind == .serverError {
            let id = String(UInt64.random(in: 0..<(1 << 48)), radix: 36)
            errorID = id
            var fields: Logger.Metadata = [
                "event": "web.error", "error_id": "\(id)", "code": "\(problem.code)",
            ]
            if let finding = problem.finding { fields["reason"] = "\(finding.code)" }
            context.logger.error(
                "\(request.method.rawValue) \(ShareToken.hidden(in: request.uri.path)): \(problem.words)",
                metadata: fields)
        }
        let wantsPage = request.headers[.accept]?.contains("text/html") == true
        // Under a foreign name a page could not load its style sheet.
        let getsPage =
            wantsPage && !request.uri.path.hasPrefix("/api/")
            && !SharedPictureMiddleware.covers(request)
        var answer =
            getsPage
            ? pages.error(problem, errorID: errorID, context: context)
            : JSONAnswer.problem(problem.report(errorID: errorID))
        answer.headers[.allow] = problem.allowedMethods?.joined(separator: ", ")
        answer.headers[.retryAfter] = problem.retrySeconds.map(String.init)
        return answer
    }
}
