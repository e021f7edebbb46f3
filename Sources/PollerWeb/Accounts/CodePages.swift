import HTTPTypes
import Hummingbird
import PollerModel

/// `/login/code`: the second step of a log-in, for those who have a second factor.
struct CodePages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    /// `?why=` of the log-in page, when the code came too late.
    static let late = "late"
    static let lateWords =
        "the log-in was not completed within \(PendingCodes.loginSeconds / 60) minutes"

    struct Content {
        let name: String
        let mistake: String?
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/login/code") { request, context in
            guard let token = CodeCookie.token(in: request),
                let login = try here.services.accounts.pendingLogin(token)
            else { return Self.tooLate }
            return here.page(login.name, context)
        }
        router.post("/login/code") { request, context in
            try await here.check(Form(request), request, context)
        }
    }

    /// Leads somebody whose password was right to the page.
    func ask(_ account: Account, to: String) throws -> Response {
        let token = try services.accounts.awaitCode(of: account, to: to)
        var answer = Answer.seeOther("/login/code")
        answer.headers[.setCookie] = CodeCookie.set(token, isSecure: services.site.isSecure)
        return answer
    }

    private static var tooLate: Response { Answer.seeOther("/login?why=\(late)") }

    private func page(
        _ name: AccountName, _ context: WebContext, mistake: String? = nil,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        pages.page(
            "login_code", title: "Log in: code", section: .none,
            Content(name: name.description, mistake: mistake), status: status, context: context)
    }

    private func check(
        _ form: Form, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        guard let token = CodeCookie.token(in: request),
            let login = try services.accounts.pendingLogin(token)
        else { return Self.tooLate }
        let outcome = try await services.accounts.finishLogin(
            token, code: form.text("code") ?? "", address: context.address)
        switch outcome {
        case .late: return Self.tooLate
        case .wrong:
            return page(
                login.name, context,
                mistake: "This code is not right, or was used already. Is the clock of the "
                    + "telephone right? A new code comes every half minute.",
                status: .unauthorized)
        case .locked(let seconds):
            let end = Format(services).time(services.now.advanced(seconds: seconds))
            var answer = page(
                login.name, context,
                mistake: "Too many tries. The next one is possible at \(end), in \(seconds) s.",
                status: .tooManyRequests)
            answer.headers[.retryAfter] = String(seconds)
            return answer
        case .welcome(let account, let to):
            context.audit.note(object: "log-in of \(account.words)")
            return try await LoginPages(services: services, pages: pages).welcome(
                account, to: to, request, context)
        }
    }
}
