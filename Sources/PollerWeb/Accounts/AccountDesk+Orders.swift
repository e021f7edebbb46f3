import PollerModel
import PollerSecrets

/// Changes of accounts as administrators order them, through page, API and command alike.
extension AccountDesk {
    /// An account that was made or changed; the password is there when it was invented.
    struct Ordered: Sendable {
        let account: Account
        let invented: Secret?
        let trees: [TreeID: Tree]

        var report: AccountPasswordReport {
            AccountPasswordReport(
                user: AccountReport(account, by: trees),
                password: invented.map { $0.withExposedValue { $0 } })
        }
    }

    func known(_ id: AccountID) async throws -> Account {
        let found = try await said { try await self.register.account(id) }
        guard let found else {
            throw WebProblem.notFound("account \(id)", fix: "see pollerctl user list")
        }
        return found
    }

    /// - Parameter name: of the one that is wanted, in whatever case; nil: all are.
    func accounts(called name: String? = nil) async throws -> [Account] {
        let all = try await said { try await self.register.accounts() }
        guard let name else { return all }
        return all.filter { $0.name.folded == name.lowercased() }
    }

    func add(_ order: AccountOrder) async throws -> Ordered {
        try CurrentViewer.viewer.checkIsNoToken("makes no accounts")
        guard order.disabled == nil else {
            throw WebProblem.badRequest("a new account is enabled", fix: "leave “disabled” out")
        }
        let name = try Self.name(order.name ?? "")
        let role = try Self.role(order.role ?? Role.viewer.rawValue)
        let scope = try scope(order.scope ?? [])
        guard role != .administrator || scope == .everything else {
            throw WebProblem(.scopedAdministrator)
        }
        let (password, invented) = try password(order.password, for: name)
        let account = try await add(
            name, role: role, scope: scope, password: password,
            mustChange: order.mustChange ?? true)
        return Ordered(account: account, invented: invented, trees: trees.trees)
    }

    /// What it was, and what it is.
    func change(
        _ id: AccountID, by order: AccountOrder
    ) async throws -> (before: Account, after: Account) {
        guard order.name == nil, order.password == nil else {
            throw WebProblem.badRequest(
                "“\(order.name == nil ? "password" : "name")” cannot be changed like this",
                fix: order.name == nil
                    ? "use pollerctl user password"
                    : "make another account; names are in the audit log")
        }
        let before = try await known(id)
        let wanted = AccountChange(
            role: try order.role.map(Self.role),
            scope: try order.scope.map { try scope($0, keeping: before.scope) },
            isDisabled: order.disabled, mustChangePassword: order.mustChange)
        try CurrentViewer.viewer.checkIsNoTokenThatRaises(before, to: wanted)
        return (before, try await change(id, to: wanted))
    }

    func setPassword(of id: AccountID, by order: PasswordOrder) async throws -> Ordered {
        try CurrentViewer.viewer.checkIsNoToken("gives nobody a password")
        let account = try await known(id)
        let (password, invented) = try password(order.password, for: account.name)
        try await setPassword(of: id, to: password, mustChange: order.mustChange ?? true)
        return Ordered(account: try await known(id), invented: invented, trees: trees.trees)
    }

    /// The password that was given, or a new one.
    private func password(
        _ given: String?, for name: AccountName
    ) throws -> (password: Secret, invented: Secret?) {
        guard let given else {
            let invented = try secretly { () throws(SecretsFailure) in try InventedPassword.make() }
            return (invented, invented)
        }
        if let objection = PasswordRule.objection(to: given, of: name) {
            throw WebProblem.badRequest(objection, fix: "choose another, or give none: one is made")
        }
        return (Secret(given), nil)
    }

    // MARK: Words

    static func name(_ text: String) throws(WebProblem) -> AccountName {
        do {
            return try AccountName(text)
        } catch {
            throw .badRequest(error.words)
        }
    }

    static func role(_ text: String) throws(WebProblem) -> Role {
        guard let role = Role(rawValue: text) else {
            let names = Role.allCases.map(\.rawValue)
            throw .badRequest(
                "“\(DeviceText(text).text)” is no role"
                    + Suggestion.phrase(for: text, among: names),
                fix: "roles are \(names.joined(separator: ", "))")
        }
        return role
    }

    /// - Parameters:
    ///   - texts: with trees by their names or by their ids.
    ///   - present: the scope that is changed; none of a new account.
    private func scope(
        _ texts: [String], keeping present: AccessScope = .everything
    ) throws(WebProblem) -> AccessScope {
        do {
            return try AccessScope(texts: texts, by: trees.trees, keeping: present)
        } catch {
            throw .badRequest(error.words)
        }
    }
}
