import HTTPTypes
import Hummingbird
import PollerModel

/// `/account`: what somebody sees and changes of himself: password, second factor, tokens and
/// sessions.
struct AccountPage: Sendable {
    let services: WebServices
    let pages: PageRenderer

    struct Content {
        let name: String
        let role: String
        let scope: String
        /// false for those who did not log in: users of this machine, and programs.
        let hasAccount: Bool
        let mustChange: Bool
        /// Not named as those of the other forms are: a form that has none would show this one.
        let passwordMistake: String?
        let factor: Factor
        let tokens: TokenRows
        let sessions: [Row]
        let hasOthers: Bool
        let shortest: Int
    }

    struct Factor {
        let isOn: Bool
        let recoveryLeft: Int
        let mistake: String?
    }

    struct Row {
        let id: String
        let agent: String
        let address: String
        let begun: String
        let used: String
        let isThis: Bool
    }

    /// What is wrong with a form of the page.
    struct Mistakes {
        var password: String?
        var factor: String?
        var token: String?
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/account") { _, context in try await here.page(context) }
        router.post("/account/password") { request, context in
            try await here.changePassword(Form(request), request, context)
        }
        router.post("/account/sessions/end") { _, context in
            let open = try Self.open(context)
            try await here.services.accounts.endSessions(
                of: open.account.id, except: open.session.id)
            context.audit.note(object: "sessions of \(open.account.words)")
            return Answer.seeOther("/account", notice: "All other sessions have ended.")
        }
        router.post("/account/sessions/{id}/end") { _, context in
            let open = try Self.open(context)
            let text = context.parameters.get("id") ?? ""
            let own = try await here.services.accounts.sessions(of: open.account.id)
            guard let id = SessionID(text: text), own.contains(where: { $0.id == id }) else {
                throw WebProblem.notFound("session \(DeviceText(text).text)", fix: "see /account")
            }
            try await here.services.accounts.end(id)
            context.audit.note(object: "session \(id) of \(open.account.words)")
            return Answer.seeOther("/account", notice: "The session has ended.")
        }
        addTokens(to: router)
        SecondFactorPages(services: services, pages: pages, account: self).addRoutes(to: router)
    }

    private func addTokens(to router: some RouterMethods<WebContext>) {
        let here = self
        let tokens = TokensAPI(services: services)
        router.post("/account/tokens") { request, context in
            _ = try Self.open(context)
            let form = try await Form(request)
            var order = TokenOrder()
            order.label = try form.text("label")
            order.role = try form.text("role")
            order.expires = try form.text("expires")
            do {
                let made = try await tokens.make(order, for: context)
                return try await here.page(context, made: made.secret, status: .created)
            } catch let problem as WebProblem where problem.status.code < 500 {
                return try await here.page(
                    context, mistakes: Mistakes(token: problem.sentence), status: problem.status)
            }
        }
        router.post("/account/tokens/{id}/revoke") { _, context in
            let open = try Self.open(context)
            let own = try await here.services.accounts.tokens(of: open.account.id)
            let text = context.parameters.get("id") ?? ""
            guard own.contains(where: { "\($0.id)" == text }) else {
                throw WebProblem.notFound("token \(DeviceText(text).text)", fix: "see /account")
            }
            try await tokens.revoke(text, for: context)
            return Answer.seeOther("/account#tokens", notice: "The token is revoked.")
        }
    }

    /// The session of whoever asks.
    static func open(_ context: WebContext) throws(WebProblem) -> OpenSession {
        guard let open = context.session else {
            throw WebProblem(
                .forbidden, "this is for people who have logged in", code: "no_account",
                fix: "log in with a browser: /login")
        }
        return open
    }

    /// - Parameter made: a token that was just made, and is shown this once.
    func page(
        _ context: WebContext, mistakes: Mistakes = Mistakes(), made: String? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let viewer = context.viewer
        let format = Format(services)
        var rows: [Row] = []
        var factor: SecondFactor?
        var reports: [TokenReport] = []
        if let open = context.session {
            let id = open.account.id
            rows = try await services.accounts.sessions(of: id).map {
                Row(
                    id: "\($0.id)", agent: $0.agent.text.isEmpty ? "unknown" : $0.agent.text,
                    address: $0.address, begun: format.time($0.createdAt),
                    used: format.time($0.usedAt), isThis: $0.id == open.session.id)
            }
            factor = try await services.accounts.said {
                try await self.services.accounts.register.secondFactor(of: id)
            }
            reports = try await TokensAPI(services: services).tokens(for: viewer, onlyOwn: true)
        }
        return pages.page(
            "account", title: "Your account", section: .none,
            Content(
                name: viewer.name, role: viewer.role?.words ?? "",
                scope: viewer.scope.words(by: services.trees.trees),
                hasAccount: context.session != nil, mustChange: viewer.mustChangePassword,
                passwordMistake: mistakes.password,
                factor: Factor(
                    isOn: factor != nil, recoveryLeft: factor?.recoveryLeft ?? 0,
                    mistake: mistakes.factor),
                tokens: TokenRows(
                    reports, format, most: viewer.role, made: made, mistake: mistakes.token),
                sessions: rows, hasOthers: rows.count > 1, shortest: PasswordRule.shortest),
            status: status, context: context)
    }

    private func changePassword(
        _ form: Form, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let open = try Self.open(context)
        let old = try form.raw("old") ?? ""
        let new = try form.raw("password") ?? ""
        let again = { (words: String) in
            try await page(
                context, mistakes: Mistakes(password: words), status: .badRequest)
        }
        guard
            try await services.accounts.isPassword(
                Secret(old), of: open.account, address: context.address)
        else { return try await again("The present password is not right.") }
        if let objection = PasswordRule.objection(to: new, of: open.account.name) {
            return try await again("\(objection).")
        }
        guard new == (try form.raw("again")) else {
            return try await again("The two new passwords differ.")
        }
        guard new != old else { return try await again("The new password is the old one.") }
        try await services.accounts.setPassword(of: open.account.id, to: Secret(new))
        context.audit.note(object: "password of \(open.account.words)")
        // His sessions have ended, this one too: a new one begins.
        return try await LoginPages(services: services, pages: pages).welcome(
            open.account, to: "/account", request, context)
    }
}

extension WebProblem {
    /// What a form says of it: what is wrong, and what to do.
    var sentence: String {
        let first = words.prefix(1).uppercased() + words.dropFirst()
        return first + (fix.map { ": \($0)." } ?? ".")
    }
}
