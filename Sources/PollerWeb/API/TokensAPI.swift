import Hummingbird
import PollerModel

/// `/api/v1/tokens`: tokens of programs. Administrators see everybody's, others their own.
struct TokensAPI: Sendable {
    let services: WebServices

    private var desk: AccountDesk { services.accounts }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        let group = router.group("/api/v1")
        group.get("tokens") { request, context in
            let tokens = try await here.tokens(for: context.viewer)
            let byID = Dictionary(uniqueKeysWithValues: tokens.map { ($0.id, $0) })
            return try ReadAPI(services: here.services).page(of: byID.keys, request) { byID[$0] }
        }
        group.post("tokens") { request, context in
            let order = try await JSONAnswer.decode(
                StrictBody<TokenOrder>.self, from: request
            ).order
            let made = try await here.make(order, for: context)
            return try JSONAnswer.ok(made, status: .created)
        }
        group.delete("tokens/{id}") { _, context in
            try await here.revoke(context.parameters.get("id") ?? "", for: context)
            return Response(status: .noContent)
        }
    }

    func tokens(for viewer: Viewer, onlyOwn: Bool = false) async throws -> [TokenReport] {
        let everybodys = viewer.canAdminister && !onlyOwn
        guard everybodys || viewer.account != nil else { return [] }
        let tokens = try await desk.tokens(of: everybodys ? nil : viewer.account)
        let accounts = try await desk.accounts()
        let names = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name.description) })
        let now = services.now
        return tokens.map { TokenReport($0, of: names[$0.account] ?? "", now: now) }
    }

    func make(_ order: TokenOrder, for context: WebContext) async throws -> MadeTokenReport {
        let viewer = context.viewer
        if case .token = viewer.identity {
            throw WebProblem(
                .forbidden, "a token makes no tokens, or who found one would have it for ever",
                code: "not_permitted", fix: "log in at /account, or use pollerctl on the server")
        }
        let account = try await owner(order.user, viewer)
        let made = try await desk.makeToken(
            of: account, order, most: viewer.role ?? .viewer)
        let report = TokenReport(
            made.token, of: account.name.description, now: services.now)
        context.audit.note(object: report.words, after: report)
        return MadeTokenReport(token: report, secret: made.secret)
    }

    private func owner(_ name: String?, _ viewer: Viewer) async throws -> Account {
        guard let name else {
            guard let id = viewer.account else {
                throw WebProblem.badRequest(
                    "whose token shall it be?", fix: "name an account: --user NAME")
            }
            return try await desk.known(id)
        }
        let wanted = try AccountDesk.name(name)
        let found = try await desk.said { try await self.desk.register.credentials(of: wanted) }
        guard let account = found?.account, viewer.canAdminister || account.id == viewer.account
        else {
            throw WebProblem.notFound("account \(wanted)", fix: "see pollerctl user list")
        }
        return account
    }

    func revoke(_ text: String, for context: WebContext) async throws {
        let viewer = context.viewer
        let own = try await tokens(for: viewer)
        guard let id = APITokenID(text: text), let report = own.first(where: { $0.id == id })
        else {
            throw WebProblem.notFound(
                "token \(DeviceText(text).text)", fix: "see pollerctl token list, or /account")
        }
        try await desk.revokeToken(id)
        context.audit.note(object: report.words, before: report)
    }
}

extension TokenReport {
    /// “token 3 (nightly) of ann”.
    var words: String { "token \(id) (\(label)) of \(user)" }
}
