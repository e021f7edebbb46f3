import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// `/login`, `/logout` and `/setup`: how people come in.
struct LoginPages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/login") { request, context in
            let query = try Query(request)
            if context.session != nil {
                return Answer.seeOther(Answer.safePath(query.text("to")))
            }
            guard try await here.services.accounts.isSetUp() else {
                return Answer.seeOther("/setup")
            }
            return here.login(
                LoginContent(
                    to: Answer.safePath(query.text("to")), name: "", mistake: nil,
                    note: query.text("why").flatMap(Self.note)), context)
        }
        router.post("/login") { request, context in
            try await here.logIn(Form(request), request, context)
        }
        router.get("/login/done") { request, context in
            let to = Answer.safePath(try Query(request).text("to"))
            guard context.session == nil else { return Answer.seeOther(to) }
            return here.cookieMissing(to: to, context)
        }
        router.post("/logout") { _, context in
            if let session = context.session {
                try await here.services.accounts.end(session.session.id)
            }
            var answer = Answer.seeOther("/login?why=\(Session.End.out.rawValue)")
            answer.headers[.setCookie] = SessionCookie.cleared(
                isSecure: here.services.site.isSecure)
            return answer
        }
        CodePages(services: services, pages: pages).addRoutes(to: router)
        addSetup(to: router)
    }

    // MARK: Log-in

    /// Why somebody stands here (again).
    private static func note(_ why: String) -> String? {
        why == CodePages.late ? CodePages.lateWords : Session.End(rawValue: why)?.words
    }

    struct LoginContent {
        let to: String
        let name: String
        let mistake: String?
        let note: String?
        /// Whether others than this machine may read what is typed.
        var isPlain = false
    }

    private func login(
        _ content: LoginContent, _ context: WebContext, status: HTTPResponse.Status = .ok
    ) -> Response {
        var content = content
        content.isPlain =
            services.site.outside.isReachable && !context.origin.isSecure
            && IPAddress(context.address)?.isLoopback == false
        return pages.page(
            "login", title: "Log in", section: .none, content, status: status, context: context)
    }

    private func logIn(
        _ form: Form, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let to = Answer.safePath(try form.text("to"))
        let typed = try form.text("name") ?? ""
        let again = { (words: String, status: HTTPResponse.Status) in
            login(
                LoginContent(
                    to: to, name: DeviceText(typed).text, mistake: words, note: nil), context,
                status: status)
        }
        let wrong =
            "This name and password do not belong together. Caps lock? An administrator can give "
            + "you another password."
        guard let password = try form.raw("password"), !password.isEmpty, !typed.isEmpty else {
            return again("Type a name and a password.", .badRequest)
        }
        guard password.utf8.count <= PasswordRule.longest, let name = try? AccountName(typed) else {
            // In the same words as any other wrong pair.
            return again(wrong, .unauthorized)
        }
        let outcome = try await services.accounts.logIn(
            name: name, password: Secret(password), address: context.address)
        switch outcome {
        case .wrong: return again(wrong, .unauthorized)
        case .locked(let seconds):
            let end = Format(services).time(services.now.advanced(seconds: seconds))
            var answer = again(
                "Too many tries. The next one is possible at \(end), in \(seconds) s.",
                .tooManyRequests)
            answer.headers[.retryAfter] = String(seconds)
            return answer
        case .needsCode(let account):
            return try CodePages(services: services, pages: pages).ask(account, to: to)
        case .welcome(let account):
            context.audit.note(object: "log-in of \(account.words)")
            return try await welcome(account, to: to, request, context)
        }
    }

    /// The next page looks whether the cookie came back.
    func welcome(
        _ account: Account, to: String, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        context.audit.act(as: account)
        let token = try await services.accounts.begin(
            account, address: context.address, agent: Self.agent(of: request))
        var answer = Answer.seeOther("/login/done?to=\(Query.escaped(to))")
        answer.headers[.setCookie] = SessionCookie.set(token, isSecure: services.site.isSecure)
        return answer
    }

    static func agent(of request: Request) -> DeviceText {
        DeviceText(String((request.headers[.userAgent] ?? "").prefix(Session.longestAgent)))
    }

    struct CookieContent {
        let to: String
        let isSecure: Bool
        let address: String
    }

    private func cookieMissing(to: String, _ context: WebContext) -> Response {
        pages.page(
            "cookie_missing", title: "The browser did not send the cookie back", section: .none,
            CookieContent(
                to: to, isSecure: services.site.isSecure, address: services.site.baseURL),
            status: .badRequest, context: context)
    }

    // MARK: Setup

    struct SetupContent {
        /// nil: there is no link that counts.
        let token: String?
        let name: String
        let mistake: String?
        let isSetUp: Bool
        let shortest: Int
    }

    private func addSetup(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/setup") { request, context in
            let token = try Query(request).text("token")
            var isGood = false
            if let token { isGood = try await here.services.accounts.isSetupToken(token) }
            let isSetUp = try await here.services.accounts.isSetUp()
            return here.setup(
                SetupContent(
                    token: isGood ? token : nil, name: "",
                    mistake: token != nil && !isGood
                        ? "This link was used, has expired, or was replaced by a newer one." : nil,
                    isSetUp: isSetUp, shortest: PasswordRule.shortest),
                context, status: token == nil || isGood ? .ok : .gone)
        }
        router.post("/setup") { request, context in
            try await here.setUp(Form(request), request, context)
        }
    }

    private func setup(
        _ content: SetupContent, _ context: WebContext, status: HTTPResponse.Status = .ok
    ) -> Response {
        pages.page(
            "setup", title: "First account", section: .none, content, status: status,
            context: context)
    }

    private func setUp(
        _ form: Form, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let token = try form.text("token") ?? ""
        let typed = try form.text("name") ?? ""
        let isSetUp = try await services.accounts.isSetUp()
        let again = { (words: String?, token: String?, status: HTTPResponse.Status) in
            setup(
                SetupContent(
                    token: token, name: DeviceText(typed).text, mistake: words, isSetUp: isSetUp,
                    shortest: PasswordRule.shortest), context, status: status)
        }
        let over = "This link was used, has expired, or was replaced by a newer one."
        guard try await services.accounts.isSetupToken(token) else {
            return again(over, nil, .gone)
        }
        let name: AccountName
        do {
            name = try AccountName(typed)
        } catch {
            return again("\(error.words).", token, .badRequest)
        }
        let password = try form.raw("password") ?? ""
        if let objection = PasswordRule.objection(to: password, of: name) {
            return again("\(objection).", token, .badRequest)
        }
        guard password == (try form.raw("again")) else {
            return again("The two passwords differ.", token, .badRequest)
        }
        let account = try await services.accounts.setUp(
            token: token, name: name, password: Secret(password))
        guard let account else { return again(over, nil, .gone) }
        context.audit.note(object: account.words, after: AccountReport(account))
        return try await welcome(account, to: "/", request, context)
    }
}
