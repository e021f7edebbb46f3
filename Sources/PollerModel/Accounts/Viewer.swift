/// Who asks for something, and what he may see and do.
package struct Viewer: Sendable, Hashable {
    package enum Identity: Sendable, Hashable {
        /// Has not logged in.
        case nobody
        /// Has not logged in, where the settings let such people look.
        case guest
        /// A user of this machine who may use the admin socket.
        case peer
        case account(AccountID)
        /// A program with a token of this account.
        case token(AccountID)
        /// The daemon itself, or a shared link, whose own rules say what it shows.
        case daemon
    }

    package let identity: Identity
    /// For people and the audit log.
    package let name: String
    /// nil: may only log in.
    package let role: Role?
    package let scope: AccessScope
    /// Whether he has to choose another password before anything else.
    package let mustChangePassword: Bool

    private init(
        _ identity: Identity, name: String, role: Role?, scope: AccessScope = .everything,
        mustChangePassword: Bool = false
    ) {
        self.identity = identity
        self.name = name
        self.role = role
        self.scope = scope
        self.mustChangePassword = mustChangePassword
    }

    package static let nobody = Viewer(.nobody, name: "nobody", role: nil, scope: .parts([]))
    package static let guest = Viewer(.guest, name: "guest", role: .viewer)
    package static let daemon = Viewer(.daemon, name: "pollerd", role: .administrator)
    package static func peer(_ name: String) -> Viewer {
        Viewer(.peer, name: name, role: .administrator)
    }

    /// - Parameter isLoggedInElsewhere: whether a proxy says who he is, so that no password of
    ///   ours is asked for, nor another of it.
    package init(_ account: Account, isLoggedInElsewhere: Bool = false) {
        self.init(
            .account(account.id), name: account.name.description,
            role: account.isDisabled ? nil : account.role, scope: account.scope,
            mustChangePassword: account.mustChangePassword && !isLoggedInElsewhere)
    }

    /// A program that acts for an account, with at most the account's role.
    package init(tokenOf account: Account, role: Role, label: String) {
        self.init(
            .token(account.id), name: "\(account.name) (token \(label))",
            role: account.isDisabled ? nil : min(role, account.role), scope: account.scope)
    }

    /// The account he logged in to.
    package var account: AccountID? {
        switch identity {
        case .account(let id), .token(let id): id
        case .nobody, .guest, .peer, .daemon: nil
        }
    }

    package var canOperate: Bool { (role ?? .viewer) >= .operator && !mustChangePassword }
    package var canAdminister: Bool { role == .administrator && !mustChangePassword }
}

/// What a route asks of whoever asks for it.
package enum Permission: String, Sendable, CaseIterable {
    /// Anybody: log-in, health, style sheets.
    case open
    /// Anybody who has logged in, about himself.
    case own
    case view
    case operate
    case administer

    private var role: Role? {
        switch self {
        case .open, .own: nil
        case .view: .viewer
        case .operate: .operator
        case .administer: .administrator
        }
    }

    /// The one decision about who may do what; which objects there are for him is `Viewer.scope`.
    package func verdict(on viewer: Viewer) -> AccessVerdict {
        if self == .open { return .allowed }
        guard let has = viewer.role else { return .needsLogin }
        if self == .own { return viewer.identity == .guest ? .needsLogin : .allowed }
        if viewer.mustChangePassword { return .needsPassword }
        guard let role, has < role else { return .allowed }
        return viewer.identity == .guest ? .needsLogin : .refused(needs: role)
    }
}

/// Whether somebody may use a route.
package enum AccessVerdict: Sendable, Hashable {
    case allowed
    case needsLogin
    /// First another password.
    case needsPassword
    case refused(needs: Role)
}
