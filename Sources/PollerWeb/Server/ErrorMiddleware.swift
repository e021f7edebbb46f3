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
        } catch let problem as WebProblem {
            return answer(problem, request, context)
        } catch let error as any HTTPResponseError {
            return answer(Self.problem(error, request), request, context)
        } catch {
            let problem = WebProblem(
                .internalServerError, "the daemon failed at this request: \(error)",
                code: "internal", fix: "report it with the error id, and the log lines that have it"
            )
            return answer(problem, request, context)
        }
    }

    private static func problem(_ error: any HTTPResponseError, _ request: Request) -> WebProblem {
        if error.status == .notFound {
            return .notFound(
                "page \(DeviceText(ShareToken.hidden(in: request.uri.path)).text)",
                fix: "begin at the overview: /")
        }
        let message = (error as? HTTPError)?.body ?? error.status.reasonPhrase
        return WebProblem(error.status, message, code: "http_\(error.status.code)")
    }

    private func answer(
        _ problem: WebProblem, _ request: Request, _ context: WebContext
    ) -> Response {
        var errorID: String?
        if problem.status.kind == .serverError {
            let id = String(UInt64.random(in: 0..<(1 << 48)), radix: 36)
            errorID = id
            context.logger.error(
                "\(request.method.rawValue) \(ShareToken.hidden(in: request.uri.path)): \(problem.words)",
                metadata: ["event": "web.error", "error_id": "\(id)", "code": "\(problem.code)"])
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
        answer.headers[.retryAfter] = problem.retrySeconds.map(String.init)
        return answer
    }
}
