/// An account as `/api/v1/users` and `pollerctl user list -o json` show it.
package struct AccountReport: Sendable, Hashable, Codable {
    package let id: AccountID
    package let name: String
    package let role: Role
    /// `site:NAME`, `tag:NAME`, and `tree:ID` or `tree:ID/NODE`; null is everything.
    @ExplicitNull package var scope: [String]?
    /// The same with trees by their names; null where it is everything, or not told.
    @ExplicitNull package var sees: [String]?
    package let disabled: Bool
    /// Whether the next thing to do is to choose another password.
    package let mustChangePassword: Bool
    package let secondFactor: Bool
    package let createdAt: String
    package let passwordChangedAt: String
    /// null before the first time.
    @ExplicitNull package var lastLoginAt: String?

    /// - Parameter trees: all there are, for whoever reads it; nil: it is for the records.
    package init(_ account: Account, by trees: [TreeID: Tree]? = nil) {
        id = account.id
        name = account.name.description
        role = account.role
        _scope = ExplicitNull(wrappedValue: account.scope.texts)
        _sees = ExplicitNull(wrappedValue: trees.flatMap { account.scope.shown(by: $0) })
        disabled = account.isDisabled
        mustChangePassword = account.mustChangePassword
        secondFactor = account.hasSecondFactor
        createdAt = account.createdAt.rfc3339
        passwordChangedAt = account.passwordChangedAt.rfc3339
        _lastLoginAt = ExplicitNull(wrappedValue: account.lastLoginAt?.rfc3339)
    }
}

/// An account that was made, or got another password: the one answer in which a password that was
/// invented for it stands.
package struct AccountPasswordReport: Sendable, Hashable, Codable {
    package let user: AccountReport
    /// null where somebody chose it.
    @ExplicitNull package var password: String?

    package init(user: AccountReport, password: String?) {
        self.user = user
        _password = ExplicitNull(wrappedValue: password)
    }
}

/// What somebody wants of an account: the body of `POST /api/v1/users`, and of `PATCH
/// /api/v1/users/{id}`, which changes what is given.
package struct AccountOrder: Sendable, Hashable, Codable {
    /// Of new accounts only.
    package var name: String?
    package var role: String?
    /// An empty list is everything.
    package var scope: [String]?
    package var disabled: Bool?
    /// Of new accounts only; one is invented, and must be changed, where there is none.
    package var password: String?
    /// Whether the password has to be changed at the first log-in; by default it has to.
    package var mustChange: Bool?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, role, scope, disabled, password, mustChange
    }

    package init() {}
}

/// The body of `POST /api/v1/users/{id}/password`.
package struct PasswordOrder: Sendable, Hashable, Codable {
    /// null invents one.
    package var password: String?
    /// By default it has to be changed at the next log-in.
    package var mustChange: Bool?

    package enum CodingKeys: String, CodingKey, CaseIterable { case password, mustChange }

    package init(password: String? = nil, mustChange: Bool? = nil) {
        self.password = password
        self.mustChange = mustChange
    }
}

/// A browser in which somebody is logged in.
package struct SessionReport: Sendable, Hashable, Codable {
    package let id: SessionID
    package let address: String
    /// What the browser called itself.
    package let agent: String
    package let createdAt: String
    package let usedAt: String

    package init(_ session: Session) {
        id = session.id
        address = session.address
        agent = session.agent.text
        createdAt = session.createdAt.rfc3339
        usedAt = session.usedAt.rfc3339
    }
}

/// Why somebody can or cannot see an object, as `/api/v1/users/{id}/explain` says it.
package struct AccessReport: Sendable, Hashable, Codable {
    package let user: String
    package let object: String
    package let sees: Bool
    /// Whether he may change or poll it.
    package let operates: Bool
    package let reasons: [String]
    /// What to change so that he sees it; empty when he does.
    package let fixes: [String]

    package init(_ explanation: AccessExplanation, user: String, object: String) {
        self.user = user
        self.object = object
        sees = explanation.sees
        operates = explanation.operates
        reasons = explanation.reasons
        fixes = explanation.fixes
    }
}
