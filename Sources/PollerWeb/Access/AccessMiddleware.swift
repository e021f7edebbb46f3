import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// Finds out who asks, whether he may, and whether he meant to; keeps who changed what. Behind it,
/// everything is done on his behalf (`CurrentViewer`).
struct AccessMiddleware: RouterMiddleware {
    let services: WebServices

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        guard let route = context.endpointPath else { return try await next(request, context) }
        let permission = AccessTable.permission(request.method, route)
        let visit =
            if permission != .open, let user = context.origin.user {
                try await proxied(user, request, context)
            } else { try await self.visit(request, context) }
        context.viewer = visit.viewer
        context.session = visit.session
        var response = try await admit(request, context, visit, route: route, permission, next)
        if let token = visit.newToken {
            response.headers[.setCookie] = SessionCookie.set(
                token, isSecure: services.site.isSecure)
        }
        return response
    }

    private func admit(
        _ request: Request, _ context: WebContext, _ visit: Visit, route: String,
        _ permission: Permission?, _ next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var request = request
        guard let permission else {
            throw WebProblem(
                .forbidden, "nobody said who may use \(route)", code: "no_permission_rule",
                fix: "report it")
        }
        switch permission.verdict(on: visit.viewer) {
        case .allowed: break
        case .needsLogin: return try await loginNeeded(request, context, visit)
        case .needsPassword: return try passwordNeeded(request)
        case .refused(let role):
            throw WebProblem(
                .forbidden,
                "this takes the role \(role.rawValue), and \(visit.viewer.name) is "
                    + "\(visit.viewer.role?.rawValue ?? "nobody")",
                code: "not_permitted",
                fix: "ask an administrator for the role, or log in with another account")
        }
        guard request.method.isUnsafe else { return try await pass(request, context, next) }
        try await checkIntention(&request, permission == .open ? nil : visit.session)
        return try await audited(request, context, permission) {
            try await CurrentViewer.$audit.withValue(context.audit) {
                try await pass(request, context, next)
            }
        }
    }

    private func pass(
        _ request: Request, _ context: WebContext,
        _ next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let session = context.session, request.method == .get, request.wantsPage {
            context.notice = services.notices.take(for: session.session.id)
        }
        var response = try await CurrentViewer.$viewer.withValue(context.viewer) {
            try await next(request, context)
        }
        if let notice = Answer.takeNotice(from: &response), let session = context.session {
            services.notices.leave(notice, for: session.session.id)
        }
        return response
    }

    // MARK: Who asks

    /// Who asks, and by what he is known.
    struct Visit {
        var viewer: Viewer
        var session: OpenSession?
        /// Why a cookie that came along does not count; nil when it does, or there is none.
        var staleness: Session.End?
        /// Of a session that begins with this answer.
        var newToken: String?
    }

    /// Somebody who has logged in at a proxy. His browser gets a session all the same, for what
    /// forms carry; it counts as long as the proxy names him.
    private func proxied(
        _ user: String, _ request: Request, _ context: WebContext
    ) async throws -> Visit {
        guard let account = try await services.accounts.account(named: user) else {
            let name = DeviceText(String(user.prefix(100))).text
            throw WebProblem(
                .forbidden,
                "the proxy says that you are “\(name)”, and there is no such account here",
                code: "unknown_account", fix: "ask an administrator for it: pollerctl user add")
        }
        // The password here is not what he logs in with: he need not choose another.
        let viewer = Viewer(account, isLoggedInElsewhere: true)
        if let token = SessionCookie.token(in: request),
            case .open(let session) = try await services.accounts.session(withToken: token),
            session.account.id == account.id
        {
            return Visit(viewer: viewer, session: session)
        }
        guard request.method == .get, request.wantsPage else { return Visit(viewer: viewer) }
        let token = try await services.accounts.begin(
            account, address: context.address, agent: LoginPages.agent(of: request))
        guard case .open(let session) = try await services.accounts.session(withToken: token) else {
            return Visit(viewer: viewer)
        }
        return Visit(viewer: viewer, session: session, newToken: token)
    }

    private func visit(_ request: Request, _ context: WebContext) async throws -> Visit {
        if let peer = context.peer { return Visit(viewer: .peer(peer)) }
        if let token = BearerToken.text(in: request) {
            return Visit(
                viewer: try await services.accounts.viewer(
                    withToken: token, address: context.address))
        }
        let stranger = services.access.guestsMayLook ? Viewer.guest : .nobody
        guard let token = SessionCookie.token(in: request) else { return Visit(viewer: stranger) }
        switch try await services.accounts.session(withToken: token) {
        case .open(let session):
            return Visit(viewer: Viewer(session.account), session: session)
        case .ended(let end): return Visit(viewer: stranger, staleness: end)
        }
    }

    // MARK: Refusals

    private func loginNeeded(
        _ request: Request, _ context: WebContext, _ visit: Visit
    ) async throws -> Response {
        let isSetUp = try await services.accounts.isSetUp()
        guard request.method == .get || request.method == .head, request.wantsPage else {
            throw WebProblem(
                .unauthorized,
                visit.staleness?.words ?? "this needs a log-in",
                code: "login_needed",
                fix: isSetUp
                    ? "log in at /login; programs use a token (pollerctl token create)"
                    : "make the first account: run pollerctl setup on the server, and open its link"
            )
        }
        guard isSetUp else { return Answer.seeOther("/setup") }
        var place = "/login?to=\(Query.escaped(request.uri.description))"
        if let end = visit.staleness { place += "&why=\(end.rawValue)" }
        return Answer.seeOther(place)
    }

    private func passwordNeeded(_ request: Request) throws -> Response {
        guard request.wantsPage else {
            throw WebProblem(
                .forbidden, "this account has to choose another password first",
                code: "password_needed", fix: "log in with a browser, and choose one at /account")
        }
        return Answer.seeOther("/account")
    }

    // MARK: Whether it was meant

    private static let site = HTTPField.Name("Sec-Fetch-Site")
    private static let token = HTTPField.Name("X-CSRF-Token")

    /// A page of another site can make a browser send forms with our cookie. So what a session
    /// changes carries a text that only our pages know, and browsers say where they were.
    ///
    /// - Parameter session: nil where no session is used: nobody has one at the log-in, or an old one.
    private func checkIntention(_ request: inout Request, _ session: OpenSession?) async throws {
        let from = Self.site.flatMap { request.headers[$0] }
        guard from == nil || from == "same-origin" || from == "none" else {
            throw Self.foreign("a page of another site sent this")
        }
        // “null” is no page of ours either: they say where they are (`Referrer-Policy`).
        if let origin = request.headers[.origin], let authority = request.head.authority,
            origin.split(separator: "/").last.map(String.init)?.lowercased()
                != authority.lowercased()
        {
            throw Self.foreign("a page of \(DeviceText(origin).text) sent this")
        }
        guard let session else { return }
        var given = Self.token.flatMap { request.headers[$0] }
        if given == nil, Form.isForm(request) {
            let body = try await Form.body(of: request)
            request.body = .init(buffer: body)
            given = try Form(body: body).raw("csrf")
        }
        guard given.map({ session.isCrossSiteToken($0) }) ?? false else {
            throw Self.foreign(
                "the form was not one of our pages', or was made before the last log-in")
        }
    }

    private static func foreign(_ words: String) -> WebProblem {
        WebProblem(
            .forbidden, words, code: "cross_site",
            fix: "go back, load the page again, and send it once more")
    }

    // MARK: Audit

    private func audited(
        _ request: Request, _ context: WebContext, _ permission: Permission,
        _ body: () async throws -> Response
    ) async throws -> Response {
        do {
            let response = try await body()
            let status = response.status.code
            guard context.audit.isOpen else {
                await keep(status, request, context, permission)
                return response
            }
            context.audit.whenClosed { [request] outcome in
                await keep(outcome ?? status, request, context, permission)
            }
            return response
        } catch {
            await keep((error as? WebProblem)?.status.code ?? 500, request, context, permission)
            throw error
        }
    }

    private func keep(
        _ status: Int, _ request: Request, _ context: WebContext, _ permission: Permission
    ) async {
        guard !context.audit.isOfNothing else { return }
        let notes = context.audit.notes
        // Whoever tries passwords, or sends forms that lead nowhere, must not drive out what others
        // did: it is in the log.
        if permission == .open, status >= 400 || notes.isEmpty { return }
        let path = ShareToken.hidden(in: request.uri.path)
        let entry = AuditEntry(
            time: services.now, actor: context.audit.actor ?? context.viewer.name,
            address: context.address,
            action: "\(request.method.rawValue) \(DeviceText(path).text)", status: status,
            notes: notes)
        let audit = services.audit
        // No child of the request: that is cancelled when its time is over, and what it changed by
        // then has to be kept all the same. A database does nothing for a task that is cancelled.
        await Task { await audit.record(entry) }.value
    }
}

extension HTTPRequest.Method {
    /// Whether it may change something (RFC 9110 §9.2.1).
    var isUnsafe: Bool { ![.get, .head, .options, .trace].contains(self) }
}

extension Request {
    /// Whether a person waits in front of a browser.
    var wantsPage: Bool {
        headers[.accept]?.contains("text/html") == true && !uri.path.hasPrefix("/api/")
    }
}
