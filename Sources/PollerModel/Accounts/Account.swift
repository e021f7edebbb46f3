package typealias AccountID = Identifier<Account>

/// Somebody who may log in.
package struct Account: Sendable, Hashable {
    /// Accounts at one time.
    package static let largestCount = 10_000

    package let id: AccountID
    /// Unique whatever its case.
    package var name: AccountName
    package var role: Role
    package var scope: AccessScope
    package var isDisabled: Bool
    /// Whether the next thing to do is to choose another password.
    package var mustChangePassword: Bool
    /// Whether a code of a device of his own is asked for besides the password.
    package var hasSecondFactor: Bool
    package let createdAt: Timestamp
    package var passwordChangedAt: Timestamp
    /// nil before the first time.
    package var lastLoginAt: Timestamp?

    package init(
        id: AccountID, name: AccountName, role: Role, scope: AccessScope = .everything,
        isDisabled: Bool = false, mustChangePassword: Bool = false, hasSecondFactor: Bool = false,
        createdAt: Timestamp, passwordChangedAt: Timestamp, lastLoginAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.scope = scope
        self.isDisabled = isDisabled
        self.mustChangePassword = mustChangePassword
        self.hasSecondFactor = hasSecondFactor
        self.createdAt = createdAt
        self.passwordChangedAt = passwordChangedAt
        self.lastLoginAt = lastLoginAt
    }
}

/// What somebody types to say who he is: 1 to 64 letters, digits and `. _ - @ +` of ASCII, so that
/// no two names look alike. Its case is kept and does not matter.
package struct AccountName: Sendable, Hashable, CustomStringConvertible {
    package static let longest = 64

    private let text: String

    package init(_ text: some StringProtocol) throws(Mistake) {
        guard !text.isEmpty, text.utf8.count <= Self.longest,
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_@+".contains($0)) })
        else { throw Mistake() }
        self.text = String(text)
    }

    package var description: String { text }
    /// The same for all cases of one name.
    package var folded: String { text.lowercased() }

    package static func == (left: Self, right: Self) -> Bool { left.folded == right.folded }
    package func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    package struct Mistake: Error, Sendable {
        package var words: String {
            "a name is 1 to \(AccountName.longest) letters, digits or . _ - @ + without accents"
        }
    }
}

/// An account that does not exist yet.
package struct NewAccount: Sendable {
    package let name: AccountName
    package let role: Role
    package let scope: AccessScope
    package let password: PasswordHash
    package let mustChangePassword: Bool

    package init(
        name: AccountName, role: Role, scope: AccessScope = .everything, password: PasswordHash,
        mustChangePassword: Bool = false
    ) {
        self.name = name
        self.role = role
        self.scope = scope
        self.password = password
        self.mustChangePassword = mustChangePassword
    }
}

/// What a change of an account says; nil leaves it.
package struct AccountChange: Sendable, Hashable {
    package var role: Role?
    package var scope: AccessScope?
    package var isDisabled: Bool?
    package var mustChangePassword: Bool?

    package init(
        role: Role? = nil, scope: AccessScope? = nil, isDisabled: Bool? = nil,
        mustChangePassword: Bool? = nil
    ) {
        self.role = role
        self.scope = scope
        self.isDisabled = isDisabled
        self.mustChangePassword = mustChangePassword
    }
}
