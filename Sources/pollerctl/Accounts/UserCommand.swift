import ArgumentParser
import PollerModel

/// `pollerctl user …`
struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "People who may log in: list, add, change, remove, and what they see.",
        subcommands: [
            UserList.self, UserAdd.self, UserPassword.self, UserRole.self, UserScope.self,
            UserDisable.self, UserEnable.self, UserSessions.self, UserSecondFactor.self,
            UserRemove.self, UserExplain.self,
        ])
}

extension Role: ExpressibleByArgument {}

extension Daemon {
    /// The account of a name, whatever its case.
    func user(_ name: String) throws -> AccountReport {
        let named =
            try name.isEmpty
            ? []
            : list("/api/v1/users?name=\(QueryText.escaped(name))", of: AccountReport.self)
        if let user = named.first { return user }
        let names = try list("/api/v1/users", of: AccountReport.self).map(\.name)
        throw CommandFailure(
            "there is no account “\(DeviceText(name).text)”"
                + Suggestion.phrase(for: name, among: names),
            fix: "see pollerctl user list", exitCode: .notFound)
    }
}

/// `pollerctl user list`
struct UserList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists who may log in, and what he may do and see.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let users = try connection.daemon.list("/api/v1/users", of: AccountReport.self)
        try Listing(
            items: users.sorted { $0.name.lowercased() < $1.name.lowercased() },
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" }, Column("NAME") { $0.name },
                Column("ROLE") { $0.role.rawValue },
                Column("SEES") { ($0.sees ?? $0.scope)?.joined(separator: ", ") ?? "everything" },
                Column("STATE") { Self.state($0) },
                Column("SECOND FACTOR") { $0.secondFactor ? "on" : "" },
                Column("LAST LOG-IN") { $0.lastLoginAt ?? "never" },
            ], name: { $0.name }
        ).write(output.output)
    }

    private static func state(_ user: AccountReport) -> String {
        user.disabled ? "disabled" : user.mustChangePassword ? "must change password" : "enabled"
    }
}

/// `pollerctl user add NAME`
struct UserAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Makes an account for somebody.",
        discussion: """
            Without a password one is invented and printed, once. Either has to be changed at the \
            first log-in. With --scope, which may be given more than once, a viewer or operator \
            sees only devices of these sites and tags, and those that these trees, or branches of \
            trees, hold whole: tree:Customers/North.
            """)

    @Argument(help: "What he types to log in.")
    var name: String

    @Option(help: "viewer, operator or administrator.")
    var role: Role

    @Option(
        help: "site:NAME, tag:NAME, tree:NAME or tree:NAME/BRANCH; by default he sees everything.")
    var scope: [String] = []

    @Option(
        help: "File whose first line is the password; - is standard input.", completion: .file())
    var passwordFile: String?

    @Flag(help: "Print the account as JSON.")
    var json = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        var order = AccountOrder()
        order.name = name
        order.role = role.rawValue
        order.scope = scope
        order.password = try passwordFile.map { try SecretFile.firstLine(of: $0, "password") }
        let made = try connection.daemon.post(
            "/api/v1/users", order, as: AccountPasswordReport.self)
        try UserPassword.show(made, json: json, done: "Added \(made.user.name)")
    }
}

/// `pollerctl user password NAME`
struct UserPassword: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Gives somebody another password.",
        discussion: """
            Without a file one is invented and printed, once. His sessions end, and the password \
            has to be changed at the next log-in.
            """)

    @Argument(help: "Name of the account.")
    var name: String

    @Option(
        help: "File whose first line is the password; - is standard input.", completion: .file())
    var passwordFile: String?

    @Flag(help: "The password stays; nobody has to choose another.")
    var keep = false

    @Flag(help: "Print the account as JSON.")
    var json = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let user = try daemon.user(name)
        let order = PasswordOrder(
            password: try passwordFile.map { try SecretFile.firstLine(of: $0, "password") },
            mustChange: !keep)
        let changed = try daemon.post(
            "/api/v1/users/\(user.id)/password", order, as: AccountPasswordReport.self)
        try Self.show(changed, json: json, done: "\(user.name) has another password")
    }

    static func show(_ report: AccountPasswordReport, json: Bool, done: String) throws {
        if json { return try Terminal.write(JSONText.encode(report)) }
        Terminal.complain("\(done).")
        guard let password = report.password else { return }
        print(password)
        Terminal.complain(
            report.user.mustChangePassword
                ? "This password is shown once, and has to be changed at the next log-in."
                : "This password is shown once.")
    }
}

/// `pollerctl user role NAME ROLE`
struct UserRole: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Gives somebody another role; his sessions end.",
        discussion: """
            viewer sees, operator also adds and changes devices and graphs, administrator does the \
            rest. An administrator has no scope.
            """)

    @Argument(help: "Name of the account.")
    var name: String

    @Argument(help: "viewer, operator or administrator.")
    var role: Role

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        var order = AccountOrder()
        order.role = role.rawValue
        try connection.daemon.change(name, order)
    }
}

/// `pollerctl user scope NAME [PART…]`
struct UserScope: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scope", abstract: "Says of which devices somebody sees; his sessions end.")

    @Argument(help: "Name of the account.")
    var name: String

    @Argument(help: "site:NAME, tag:NAME, tree:NAME or tree:NAME/BRANCH, any number.")
    var parts: [String] = []

    @Flag(help: "He sees everything.")
    var everything = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        guard parts.isEmpty == everything else {
            throw CommandFailure(
                "give site:NAME, tag:NAME and tree:NAME, or --everything", exitCode: .usage)
        }
        var order = AccountOrder()
        order.scope = parts
        try connection.daemon.change(name, order)
    }
}

extension Daemon {
    fileprivate func change(_ name: String, _ order: AccountOrder) throws {
        let user = try user(name)
        let changed = try patch("/api/v1/users/\(user.id)", order, as: AccountReport.self)
        print(
            "\(changed.name): \(changed.role.rawValue), sees "
                + "\((changed.sees ?? changed.scope)?.joined(separator: ", ") ?? "everything"), "
                + "\(changed.disabled ? "disabled" : "enabled")")
    }
}

/// `pollerctl user disable NAME`
struct UserDisable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Keeps somebody and his tokens out; his sessions end at once.")

    @Argument(help: "Name of the account.")
    var name: String

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        var order = AccountOrder()
        order.disabled = true
        try connection.daemon.change(name, order)
    }
}

/// `pollerctl user enable NAME`
struct UserEnable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Lets somebody log in again.")

    @Argument(help: "Name of the account.")
    var name: String

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        var order = AccountOrder()
        order.disabled = false
        try connection.daemon.change(name, order)
    }
}
