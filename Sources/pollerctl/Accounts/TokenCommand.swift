import ArgumentParser
import PollerModel

/// `pollerctl token …`
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens of programs: create, list, revoke.",
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])
}

/// `pollerctl token create`
struct TokenCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a token with which a program acts for somebody.",
        discussion: """
            It is printed once and not kept. A program sends it as Authorization: Bearer plr_t_…, \
            never in an address. It sees what its account sees, and may do what its role says, at \
            most what the account may.
            """)

    @Option(help: "Whose it is.")
    var user: String

    @Option(help: "What it is for.")
    var label: String

    @Option(help: "viewer, operator or administrator.")
    var role = Role.viewer

    @Option(help: "How long it is valid: 12h, 30d, 4w, 2y or never; by default 90d.")
    var expires: String?

    @Flag(help: "Print all that is known of the token as JSON.")
    var json = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        var order = TokenOrder()
        order.user = user
        order.label = label
        order.role = role.rawValue
        order.expires = expires
        let made = try connection.daemon.post("/api/v1/tokens", order, as: MadeTokenReport.self)
        if json {
            try Terminal.write(JSONText.encode(made))
        } else {
            print(made.secret)
        }
        let end = made.token.expiresAt.map { "until \($0)" } ?? "until it is revoked"
        Terminal.complain(
            "Valid \(end), with the role \(made.token.role.rawValue). pollerctl token revoke "
                + "\(made.token.id) ends it.")
    }
}

/// `pollerctl token list`
struct TokenList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists tokens, without the tokens themselves.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let tokens = try connection.daemon.list("/api/v1/tokens", of: TokenReport.self)
        try Listing(
            items: tokens,
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" }, Column("OF") { $0.user },
                Column("LABEL") { $0.label }, Column("ROLE") { $0.role.rawValue },
                Column("MADE") { $0.createdAt },
                Column("EXPIRES") { ($0.expiresAt ?? "never") + ($0.expired ? " (expired)" : "") },
                Column("LAST USED") { $0.lastUsedAt ?? "never" },
            ], name: { "\($0.id)" }
        ).write(output.output)
    }
}

/// `pollerctl token revoke TOKEN…`
struct TokenRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Ends tokens at once and for good.",
        discussion: "pollerctl token list lists them.")

    @Argument(help: "Ids of the tokens.")
    var token: [Int64]

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        for token in token {
            try daemon.delete("/api/v1/tokens/\(token)")
            print("Revoked token \(token)")
        }
    }
}
