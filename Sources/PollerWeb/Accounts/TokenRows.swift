import PollerModel

/// Tokens as pages list them, and what their form offers.
struct TokenRows {
    let rows: [Row]
    let isEmpty: Bool
    /// Whether they are those of many people.
    let showsUser: Bool
    /// Of the addresses of its forms.
    let action: String
    /// The parts of the administration, where it is one of them.
    let parts: [NavigationEntry]
    /// What a form may ask for, up to the role of whoever asks.
    let roles: [Option]
    let lifetimes: [Option]
    /// A token that was just made.
    let made: String?
    let mistake: String?

    struct Row {
        let id: String
        let user: String
        let label: String
        let role: String
        let expires: String
        let isExpired: Bool
        let used: String
        let made: String
    }

    init(
        _ reports: [TokenReport], _ format: Format, parts: [NavigationEntry] = [],
        most: Role? = nil,
        made: String? = nil, mistake: String? = nil
    ) {
        rows = reports.map {
            Row(
                id: "\($0.id)", user: $0.user, label: $0.label, role: $0.role.rawValue,
                expires: $0.expiresAt.map { format.time(rfc3339: $0) } ?? "never",
                isExpired: $0.expired,
                used: $0.lastUsedAt.map { format.time(rfc3339: $0) } ?? "never",
                made: format.time(rfc3339: $0.createdAt))
        }
        isEmpty = rows.isEmpty
        self.parts = parts
        showsUser = !parts.isEmpty
        action = showsUser ? "/admin/tokens" : "/account/tokens"
        roles = Role.allCases.filter { $0 <= most ?? .viewer }.map {
            Option($0.rawValue, $0.words, isChosen: $0 == .viewer)
        }
        lifetimes = [
            Option("7d", "a week"), Option("90d", "90 days", isChosen: true),
            Option("365d", "a year"), Option("never", "until it is revoked"),
        ]
        self.made = made
        self.mistake = mistake
    }
}

/// One choice of a list in a form.
struct Option {
    let value: String
    let label: String
    let isChosen: Bool

    init(_ value: String, _ label: String, isChosen: Bool = false) {
        self.value = value
        self.label = label
        self.isChosen = isChosen
    }
}
