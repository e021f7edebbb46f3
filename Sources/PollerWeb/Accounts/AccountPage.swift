import HTTPTypes
import Hummingbird
import PollerModel

/// `/account`: what somebody sees and changes of himself: password and sessions.
struct AccountPage: Sendable {
    let services: WebServices
    let pages: PageRenderer

    struct Content {
        let name: String
        let role: String
        let scope: String
        /// nil for those who did not log in: users of this machine, and programs.
        let hasAccount: Bool
        let mustChange: Bool
        let mistake: String?
        let sessions: [Row]
        let hasOthers: Bool
        let shortest: Int
    }

    struct Row {
        let id: String
        let agent: String
        let address: String
        let begun: String
        let used: String
        let isThis: Bool
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/account") { _, context in try await here.page(context) }
        router.post("/account/password") { request, context in
            try await here.changePassword(Form(request), request, context)
        }
        router.post("/account/sessions/end") { _, context in
            guard let open = context.session else { throw Self.noAccount }
            try await here.services.accounts.endSessions(
                of: open.account.id, except: open.session.id)
            return Answer.seeOther("/account", notice: "All other sessions have ended.")
        }
        router.post("/account/sessions/{id}/end") { _, context in
            guard let open = context.session else { throw Self.noAccount }
            let text = context.parameters.get("id") ?? ""
            let own = try await here.sessions(of: open.account.id)
            guard let id = SessionID(text: text), own.contains(where: { $0.id == id }) else {
                throw WebProblem.notFound("session \(DeviceText(text).text)", fix: "see /account")
            }
            try await here.services.accounts.end(id)
            return Answer.seeOther("/account", notice: "The session has ended.")
        }
    }

    private static let noAccount = WebProblem(
        .forbidden, "this is for people who have logged in", code: "no_account",
        fix: "log in with a browser: /login")

    private func sessions(of account: AccountID) async throws -> [Session] {
        do {
            return try await services.accounts.register.sessions(of: account)
                .filter { $0.end(at: services.now) == nil }
        } catch {
            throw WebProblem(error)
        }
    }

    private func page(
        _ context: WebContext, mistake: String? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let viewer = context.viewer
        let format = Format(services)
        var rows: [Row] = []
        if let open = context.session {
            rows = try await sessions(of: open.account.id).map {
                Row(
                    id: "\($0.id)", agent: $0.agent.text.isEmpty ? "unknown" : $0.agent.text,
                    address: $0.address, begun: format.time($0.createdAt),
                    used: format.time($0.usedAt), isThis: $0.id == open.session.id)
            }
        }
        return pages.page(
            "account", title: "Your account", section: .none,
            Content(
                name: viewer.name, role: viewer.role?.words ?? "", scope: viewer.scope.words,
                hasAccount: context.session != nil, mustChange: viewer.mustChangePassword,
                mistake: mistake, sessions: rows, hasOthers: rows.count > 1,
                shortest: PasswordRule.shortest),
            status: status, context: context)
    }

    private func changePassword(
        _ form: Form, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        guard let open = context.session else { throw Self.noAccount }
        let old = try form.raw("old") ?? ""
        let new = try form.raw("password") ?? ""
        guard
            try await services.accounts.isPassword(
                Secret(old), of: open.account, address: context.address)
        else {
            return try await page(
                context, mistake: "The present password is not right.", status: .badRequest)
        }
        if let objection = PasswordRule.objection(to: new, of: open.account.name) {
            return try await page(context, mistake: "\(objection).", status: .badRequest)
        }
        guard new == (try form.raw("again")) else {
            return try await page(
                context, mistake: "The two new passwords differ.", status: .badRequest)
        }
        guard new != old else {
            return try await page(
                context, mistake: "The new password is the old one.", status: .badRequest)
        }
        try await services.accounts.setPassword(of: open.account.id, to: Secret(new))
        // His sessions have ended, this one too: a new one begins.
        return try await LoginPages(services: services, pages: pages).welcome(
            open.account, to: "/account", request, context)
    }
}
