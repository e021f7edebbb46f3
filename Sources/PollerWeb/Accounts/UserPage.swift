import HTTPTypes
import Hummingbird
import PollerModel

/// `/admin/users/{id}`: one account, with a form for each thing that may be changed of it.
struct UserPage: Sendable {
    let services: WebServices
    let pages: PageRenderer

    private var desk: AccountDesk { services.accounts }

    struct Content {
        let parts: [NavigationEntry]
        let id: String
        let name: String
        let isDisabled: Bool
        let mustChange: Bool
        let hasFactor: Bool
        let made: String
        let passwordChanged: String
        let lastLogin: String
        let form: UsersPages.AccessForm
        /// A password that was just invented, and is shown this once.
        let invented: String?
        let mistake: String?
        let sessions: [SessionRow]
        let hasSessions: Bool
        let shortest: Int
        /// Why an object is seen or not; nil where none is asked about.
        let explained: AccessReport?
        /// Why that could not be said.
        let explainMistake: String?
        let object: String
    }

    struct SessionRow {
        let agent: String
        let address: String
        let begun: String
        let used: String
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/admin/users/{id}") { request, context in
            let account = try await here.desk.account(named: context)
            return try await here.page(
                account, context, object: try Query(request).text("object"))
        }
        here.add("access", to: router) { form, account, context in
            var order = AccountOrder()
            order.role = try form.text("role")
            order.scope = UsersPages.AccessForm.parts(try form.text("scope"))
            return try await here.change(account, order, context)
        }
        here.add("disable", to: router) { _, account, context in
            var order = AccountOrder()
            order.disabled = true
            return try await here.change(account, order, context)
        }
        here.add("enable", to: router) { _, account, context in
            var order = AccountOrder()
            order.disabled = false
            return try await here.change(account, order, context)
        }
        here.add("sessions/end", to: router) { _, account, context in
            try await here.desk.endSessions(of: account.id, except: nil)
            context.audit.note(object: "sessions of \(account.words)")
            return "All sessions of \(account.name) have ended."
        }
        here.add("second-factor/remove", to: router) { _, account, context in
            try await here.desk.removeSecondFactor(of: account.id, except: nil)
            context.audit.note(object: "second factor of \(account.words)")
            return "\(account.name) logs in with the password alone."
        }
        addPassword(to: router)
        addRemoval(to: router)
    }

    private func change(
        _ account: Account, _ order: AccountOrder, _ context: WebContext
    ) async throws -> String {
        let (before, after) = try await desk.change(account.id, by: order)
        context.audit.note(
            object: after.words, before: AccountReport(before), after: AccountReport(after))
        return "\(after.name) is changed, and the sessions have ended."
    }

    private func addPassword(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/admin/users/{id}/password") { request, context in
            let account = try await here.desk.account(named: context)
            let password = try await Form(request).raw("password")
            do {
                let ordered = try await here.desk.setPassword(
                    of: account.id,
                    by: PasswordOrder(password: password?.isEmpty == true ? nil : password))
                context.audit.note(object: "password of \(account.words)")
                guard let invented = ordered.invented else {
                    return Answer.seeOther(
                        "/admin/users/\(account.id)",
                        notice: "\(account.name) has another password, to be changed at once.")
                }
                return try await here.page(ordered.account, context, invented: invented)
            } catch let problem as WebProblem where problem.status.code < 500 {
                return try await here.page(
                    account, context, mistake: problem.sentence, status: problem.status)
            }
        }
    }

    private func addRemoval(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/admin/users/{id}/remove") { request, context in
            let account = try await here.desk.account(named: context)
            guard try await Form(request).flag("sure") else {
                return try await here.page(
                    account, context, mistake: "Tick the box to remove \(account.name).",
                    status: .badRequest)
            }
            do {
                try await here.desk.remove(account.id)
            } catch let problem as WebProblem where problem.status.code < 500 {
                return try await here.page(
                    account, context, mistake: problem.sentence, status: problem.status)
            }
            context.audit.note(object: account.words, before: AccountReport(account))
            return Answer.seeOther("/admin/users", notice: "\(account.name) is removed.")
        }
    }

    /// A form of the page that ends on the page again.
    private func add(
        _ name: String, to router: some RouterMethods<WebContext>,
        _ body: @escaping @Sendable (Form, Account, WebContext) async throws -> String
    ) {
        let here = self
        router.post("/admin/users/{id}/\(name)") { request, context in
            let account = try await here.desk.account(named: context)
            do {
                let notice = try await body(Form(request), account, context)
                return Answer.seeOther("/admin/users/\(account.id)", notice: notice)
            } catch let problem as WebProblem where problem.status.code < 500 {
                return try await here.page(
                    account, context, mistake: problem.sentence, status: problem.status)
            }
        }
    }

    func page(
        _ account: Account, _ context: WebContext, invented: Secret? = nil,
        mistake: String? = nil, object: String? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let format = Format(services)
        let sessions = try await desk.sessions(of: account.id).map {
            SessionRow(
                agent: $0.agent.text.isEmpty ? "unknown" : $0.agent.text, address: $0.address,
                begun: format.time($0.createdAt), used: format.time($0.usedAt))
        }
        let answer = object.map { explained(account, $0) }
        let content = Content(
            parts: NavigationEntry.administration(for: context.viewer, at: "/admin/users"),
            id: "\(account.id)", name: account.name.description,
            isDisabled: account.isDisabled, mustChange: account.mustChangePassword,
            hasFactor: account.hasSecondFactor, made: format.time(account.createdAt),
            passwordChanged: format.time(account.passwordChangedAt),
            lastLogin: account.lastLoginAt.map(format.time) ?? "never",
            form: UsersPages.AccessForm(
                role: account.role.rawValue, scope: account.scope.texts ?? [],
                in: services.definitions, by: services.trees.trees),
            invented: invented.map { $0.withExposedValue { $0 } }, mistake: mistake,
            sessions: sessions, hasSessions: !sessions.isEmpty, shortest: PasswordRule.shortest,
            explained: answer?.report, explainMistake: answer?.mistake,
            object: DeviceText(object ?? "").text)
        return pages.page(
            "user", title: account.name.description, section: .admin, content, status: status,
            context: context)
    }

    /// - Parameter text: `device 3` or `graph 42`.
    /// - Returns: the explanation, or why there is none.
    private func explained(
        _ account: Account, _ text: String
    ) -> (report: AccessReport?, mistake: String?) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2 else {
            return (nil, "Write device or graph and its id, for example: device 3.")
        }
        do {
            let report = try services.explain(
                account, kind: String(words[0]), id: String(words[1]))
            return (report, nil)
        } catch {
            return (nil, "There is no \(DeviceText(text).text).")
        }
    }
}
