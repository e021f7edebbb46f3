import Hummingbird
import PollerModel

/// `POST /api/v1/setup-links`: a link with which an administrator is made; with `?first=1` only
/// where there is no account yet.
struct SetupAPI: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let services = services
        router.group("/api/v1").post("setup-links") { request, context in
            try context.viewer.checkIsNoToken("makes no setup links")
            if try Query(request).flag("first", default: false),
                try await services.accounts.isSetUp()
            {
                throw WebProblem(
                    .conflict, "there are accounts already", code: "already_set_up",
                    fix: "see pollerctl user list")
            }
            let (token, end) = try await services.accounts.makeSetupToken()
            context.audit.note(object: "setup link", after: ["expires_at": end.rfc3339])
            return try JSONAnswer.ok(
                SetupLinkReport(
                    url: "\(services.site.baseURL)/setup?token=\(token)", expiresAt: end),
                status: .created)
        }
    }
}
