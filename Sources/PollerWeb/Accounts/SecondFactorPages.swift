import HTTPTypes
import Hummingbird
import PollerModel

/// `/account/second-factor`: how somebody gives himself a second factor, and takes it away.
struct SecondFactorPages: Sendable {
    let services: WebServices
    let pages: PageRenderer
    let account: AccountPage

    struct SetupContent {
        /// In groups of four, to be typed.
        let secret: String
        let address: String
        let code: QRPicture?
        let mistake: String?
        let minutes: Int64
    }

    struct RecoveryContent {
        let codes: [String]
        let isNew: Bool
    }

    private var desk: AccountDesk { services.accounts }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/account/second-factor/begin") { request, context in
            try await here.begin(Form(request), context)
        }
        router.get("/account/second-factor") { _, context in
            try here.setup(try AccountPage.open(context), context)
        }
        router.post("/account/second-factor") { request, context in
            try await here.finish(Form(request), context)
        }
        router.post("/account/second-factor/recovery") { request, context in
            let open = try AccountPage.open(context)
            guard try await here.isCode(Form(request), of: open, context) else {
                return try await here.again("The code is not right.", context)
            }
            let codes = try await here.desk.renewRecoveryCodes(of: open.account.id)
            context.audit.note(object: "recovery codes of \(open.account.words)")
            return here.recovery(codes, isNew: false, context)
        }
        router.post("/account/second-factor/remove") { request, context in
            try await here.remove(Form(request), context)
        }
    }

    private func begin(_ form: Form, _ context: WebContext) async throws -> Response {
        let open = try AccountPage.open(context)
        // Who finds a browser open must not lock its owner out.
        guard try await isPassword(form, of: open, context) else {
            return try await again("The password is not right.", context)
        }
        guard !open.account.hasSecondFactor else {
            return try await again("There is a second factor already: remove it first.", context)
        }
        try desk.beginSecondFactor(in: open.session.id)
        return Answer.seeOther("/account/second-factor")
    }

    private func setup(
        _ open: OpenSession, _ context: WebContext, mistake: String? = nil,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        guard let secret = desk.codes.secret(for: open.session.id) else {
            return Answer.seeOther(
                "/account#second-factor",
                notice: "Begin again: a secret is shown for "
                    + "\(PendingCodes.setupSeconds / 60) minutes, and once.")
        }
        let content = secret.withExposedBytes { bytes in
            let address = SecondFactor.address(of: open.account.name, secret: bytes)
            let digits = Array(Base32.text(bytes))
            return SetupContent(
                secret: stride(from: 0, to: digits.count, by: 4)
                    .map { String(digits[$0..<min($0 + 4, digits.count)]) }
                    .joined(separator: " "),
                address: address, code: QRPicture(address), mistake: mistake,
                minutes: PendingCodes.setupSeconds / 60)
        }
        return pages.page(
            "second_factor", title: "Second factor", section: .none, content, status: status,
            context: context)
    }

    private func finish(_ form: Form, _ context: WebContext) async throws -> Response {
        let open = try AccountPage.open(context)
        let codes = try await desk.finishSecondFactor(
            of: open.account, in: open.session.id, code: form.text("code") ?? "")
        guard let codes else {
            return try setup(
                open, context,
                mistake: "This code is not of this secret. Is the clock of the telephone right?",
                status: .badRequest)
        }
        context.audit.note(object: "second factor of \(open.account.words)", after: ["on": true])
        return recovery(codes, isNew: true, context)
    }

    private func recovery(
        _ codes: [String], isNew: Bool, _ context: WebContext
    ) -> Response {
        pages.page(
            "recovery_codes", title: "Recovery codes", section: .none,
            RecoveryContent(codes: codes, isNew: isNew), context: context)
    }

    private func remove(_ form: Form, _ context: WebContext) async throws -> Response {
        let open = try AccountPage.open(context)
        guard try await isPassword(form, of: open, context) else {
            return try await again("The password is not right.", context)
        }
        guard try await isCode(form, of: open, context) else {
            return try await again("The code is not right.", context)
        }
        try await desk.removeSecondFactor(of: open.account.id, except: open.session.id)
        context.audit.note(object: "second factor of \(open.account.words)", before: ["on": true])
        return Answer.seeOther("/account", notice: "The second factor is removed.")
    }

    private func isPassword(
        _ form: Form, of open: OpenSession, _ context: WebContext
    ) async throws -> Bool {
        try await desk.isPassword(
            Secret(form.raw("password") ?? ""), of: open.account, address: context.address)
    }

    private func isCode(
        _ form: Form, of open: OpenSession, _ context: WebContext
    ) async throws -> Bool {
        try await desk.checkCode(
            form.text("code") ?? "", of: open.account, address: context.address)
    }

    private func again(_ words: String, _ context: WebContext) async throws -> Response {
        try await account.page(
            context, mistakes: AccountPage.Mistakes(factor: words), status: .badRequest)
    }
}
