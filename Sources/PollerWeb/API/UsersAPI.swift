import Hummingbird
import PollerModel

/// `/api/v1/users`: who may log in, and what he may see and do.
struct UsersAPI: Sendable {
    let services: WebServices

    private var desk: AccountDesk { services.accounts }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        let group = router.group("/api/v1")
        group.get("users") { request, _ in
            let all = try await here.desk.accounts(called: Query(request).text("name"))
            let trees = here.services.trees.trees
            let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
            return try ReadAPI(services: here.services).page(of: byID.keys, request) { id in
                byID[id].map { AccountReport($0, by: trees) }
            }
        }
        group.get("users/{id}") { _, context in
            try JSONAnswer.ok(
                AccountReport(
                    try await here.account(context), by: here.services.trees.trees))
        }
        group.post("users") { request, context in
            let order = try await JSONAnswer.decode(
                StrictBody<AccountOrder>.self, from: request
            ).order
            let made = try await here.desk.add(order)
            context.audit.note(
                object: made.account.words, after: AccountReport(made.account))
            return try JSONAnswer.ok(made.report, status: .created)
        }
        group.patch("users/{id}") { request, context in
            let id = try await here.account(context).id
            let order = try await JSONAnswer.decode(
                StrictBody<AccountOrder>.self, from: request
            ).order
            let (before, after) = try await here.desk.change(id, by: order)
            context.audit.note(
                object: after.words, before: AccountReport(before), after: AccountReport(after))
            return try JSONAnswer.ok(AccountReport(after, by: here.services.trees.trees))
        }
        group.delete("users/{id}") { _, context in
            let account = try await here.account(context)
            try await here.desk.remove(account.id)
            context.audit.note(object: account.words, before: AccountReport(account))
            return Response(status: .noContent)
        }
        addParts(to: router)
    }

    /// Password, sessions and second factor of somebody else, and why he sees what he sees.
    private func addParts(to router: some RouterMethods<WebContext>) {
        let here = self
        let group = router.group("/api/v1")
        group.post("users/{id}/password") { request, context in
            let id = try await here.account(context).id
            let order = try await JSONAnswer.decode(
                StrictBody<PasswordOrder>.self, from: request
            ).order
            let ordered = try await here.desk.setPassword(of: id, by: order)
            context.audit.note(object: "password of \(ordered.account.words)")
            return try JSONAnswer.ok(ordered.report)
        }
        group.get("users/{id}/sessions") { _, context in
            let account = try await here.account(context)
            let sessions = try await here.desk.sessions(of: account.id)
            return try JSONAnswer.ok(
                ListReport(items: sessions.map { SessionReport($0) }, next: nil))
        }
        group.delete("users/{id}/sessions") { _, context in
            let account = try await here.account(context)
            try await here.desk.endSessions(of: account.id, except: nil)
            context.audit.note(object: "sessions of \(account.words)")
            return Response(status: .noContent)
        }
        group.delete("users/{id}/second-factor") { _, context in
            let account = try await here.account(context)
            try await here.desk.removeSecondFactor(of: account.id, except: nil)
            context.audit.note(object: "second factor of \(account.words)")
            return Response(status: .noContent)
        }
        group.get("users/{id}/explain") { request, context in
            let account = try await here.account(context)
            let query = try Query(request)
            let kinds = ["device", "graph"].filter { query.text($0) != nil }
            guard kinds.count == 1, let kind = kinds.first, let id = query.text(kind) else {
                throw WebProblem.badRequest("give “device” or “graph”, and not both")
            }
            return try JSONAnswer.ok(
                try here.services.explain(account, kind: kind, id: id))
        }
    }

    /// The account that a path names.
    private func account(_ context: WebContext) async throws -> Account {
        try await desk.account(named: context)
    }
}

extension AccountDesk {
    /// The account whose id a path has.
    func account(named context: WebContext) async throws -> Account {
        let text = context.parameters.get("id") ?? ""
        guard let id = AccountID(text: text) else {
            throw WebProblem.notFound(
                "account \(DeviceText(text).text)", fix: "see pollerctl user list, or /admin/users")
        }
        return try await known(id)
    }

    /// Those that have not ended, the newest first.
    func sessions(of account: AccountID) async throws -> [Session] {
        let all = try await said { try await self.register.sessions(of: account) }
        return all.filter { $0.end(at: now) == nil }
    }
}

extension Account {
    /// “user 3 (ann)”.
    var words: String { "user \(id) (\(name))" }
}

extension WebServices {
    /// Why an account can or cannot see an object; of those whom the one who asks may see himself.
    func explain(
        _ account: Account, kind: String, id: String
    ) throws(WebProblem) -> AccessReport {
        guard let object = AccessExplanation.Object(kind: kind, id: id),
            let explanation = AccessExplanation(
                of: account, object, in: definitions, by: trees.trees)
        else {
            throw .notFound(
                "\(kind) \(DeviceText(id).text)", fix: "see pollerctl \(kind) list")
        }
        return AccessReport(
            explanation, user: account.name.description, object: "\(kind) \(id)")
    }
}
