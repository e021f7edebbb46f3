import HTTPTypes
import Hummingbird
import PollerModel

/// `/admin/users`: who may log in, for administrators, and everything that may be changed of it.
struct UsersPages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    private var desk: AccountDesk { services.accounts }

    struct ListContent {
        let parts: [NavigationEntry]
        let rows: [Row]
        let form: AccessForm
        let name: String
        let mistake: String?
        let shortest: Int
    }

    struct Row {
        let link: String
        let name: String
        let role: String
        let scope: String
        let factor: String
        let lastLogin: String
        let isDisabled: Bool
        let mustChange: Bool
    }

    /// Role and scope, as a form has them.
    struct AccessForm {
        let roles: [Option]
        /// A part on each line.
        let scope: String
        let knownParts: [String]
        /// Trees, which stand in it by their ids.
        let named: [Named]

        struct Named {
            let part: String
            let name: String
        }
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/admin/users") { _, context in try await here.list(context) }
        router.post("/admin/users") { request, context in
            try await here.add(Form(request), context)
        }
        UserPage(services: services, pages: pages).addRoutes(to: router)
    }

    private func list(
        _ context: WebContext, order: AccountOrder = AccountOrder(), mistake: String? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let accounts = try await desk.accounts()
        let (format, trees) = (Format(services), services.trees.trees)
        return pages.page(
            "users", title: "Users", section: .admin,
            ListContent(
                parts: NavigationEntry.administration(for: context.viewer, at: "/admin/users"),
                rows: accounts.map { account in
                    Row(
                        link: "/admin/users/\(account.id)", name: account.name.description,
                        role: account.role.rawValue, scope: account.scope.words(by: trees),
                        factor: account.hasSecondFactor ? "on" : "off",
                        lastLogin: account.lastLoginAt.map(format.time) ?? "never",
                        isDisabled: account.isDisabled, mustChange: account.mustChangePassword)
                },
                form: AccessForm(
                    role: order.role ?? Role.viewer.rawValue, scope: order.scope ?? [],
                    in: services.definitions, by: trees),
                name: DeviceText(order.name ?? "").text, mistake: mistake,
                shortest: PasswordRule.shortest),
            status: status, context: context)
    }

    private func add(_ form: Form, _ context: WebContext) async throws -> Response {
        var order = AccountOrder()
        order.name = try form.text("name")
        order.role = try form.text("role")
        order.scope = AccessForm.parts(try form.text("scope"))
        let password = try form.raw("password")
        order.password = password?.isEmpty == true ? nil : password
        do {
            let made = try await desk.add(order)
            context.audit.note(object: made.account.words, after: AccountReport(made.account))
            guard let invented = made.invented else {
                return Answer.seeOther(
                    "/admin/users/\(made.account.id)", notice: "\(made.account.name) may log in.")
            }
            return try await UserPage(services: services, pages: pages).page(
                made.account, context, invented: invented, status: .created)
        } catch let problem as WebProblem where problem.status.code < 500 {
            return try await list(
                context, order: order, mistake: problem.sentence, status: problem.status)
        }
    }
}

extension UsersPages.AccessForm {
    /// Sites and tags that a form names as examples.
    static let largestExampleCount = 30

    init(
        role: String, scope: [String], in definitions: Definitions, by trees: [TreeID: Tree]
    ) {
        roles = Role.allCases.map {
            Option($0.rawValue, $0.words, isChosen: $0.rawValue == role)
        }
        self.scope = scope.joined(separator: "\n")
        let devices = definitions.fleet.map(\.device)
        let parts =
            Set(devices.compactMap(\.site)).sorted().map { "site:\($0)" }
            + Set(devices.flatMap(\.tags)).sorted().map { "tag:\($0)" }
            + trees.values.map { "tree:\($0.name)" }.sorted()
        knownParts = Array(parts.prefix(Self.largestExampleCount))
        named = scope.compactMap { text in
            guard let part = AccessScope.Part(text: text), case .tree = part else { return nil }
            return Named(part: text, name: part.shown(by: trees))
        }
    }

    static func parts(_ text: String?) -> [String] {
        (text ?? "").split(whereSeparator: \.isNewline).map { DeviceText(String($0)).text.trimmed }
            .filter { !$0.isEmpty }
    }
}
