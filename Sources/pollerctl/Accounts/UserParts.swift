import ArgumentParser
import PollerModel

/// `pollerctl user sessions NAME`
struct UserSessions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "Lists where somebody is logged in, or ends it.")

    @Argument(help: "Name of the account.")
    var name: String

    @Flag(help: "End all of them.")
    var end = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let user = try daemon.user(name)
        if end {
            try daemon.delete("/api/v1/users/\(user.id)/sessions")
            return print("All sessions of \(user.name) have ended")
        }
        let sessions = try daemon.list(
            "/api/v1/users/\(user.id)/sessions", of: SessionReport.self)
        try Listing(
            items: sessions,
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" }, Column("ADDRESS") { $0.address },
                Column("SINCE") { $0.createdAt }, Column("LAST USED") { $0.usedAt },
                Column("BROWSER") { $0.agent },
            ], name: { "\($0.id)" }
        ).write(output.output)
    }
}

/// `pollerctl user second-factor NAME`
struct UserSecondFactor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "second-factor",
        abstract: "Says whether somebody has a second factor, or takes it away.",
        discussion: """
            People set it up themselves, at /account. Who has lost his telephone and his recovery \
            codes needs it taken away; his sessions end.
            """)

    @Argument(help: "Name of the account.")
    var name: String

    @Flag(help: "Take it away.")
    var remove = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let user = try daemon.user(name)
        guard remove else { return print(user.secondFactor ? "on" : "off") }
        try daemon.delete("/api/v1/users/\(user.id)/second-factor")
        print("\(user.name) logs in with the password alone")
    }
}

/// `pollerctl user remove NAME`
struct UserRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Removes an account for good, with its sessions and tokens.",
        discussion:
            "What it did stays in pollerctl audit. To keep somebody out for a while: disable.")

    @Argument(help: "Name of the account.")
    var name: String

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let user = try daemon.user(name)
        if !yes {
            guard Terminal.isInteractive else {
                throw CommandFailure("this needs a yes", fix: "add --yes", exitCode: .usage)
            }
            Terminal.complain("Remove \(user.name) for good? Type the name to go on:")
            guard readLine()?.lowercased() == user.name.lowercased() else {
                throw CommandFailure("nothing was removed")
            }
        }
        try daemon.delete("/api/v1/users/\(user.id)")
        print("Removed \(user.name)")
    }
}

/// `pollerctl user explain NAME device|graph ID`
struct UserExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says why somebody can or cannot see and change a device or a graph.",
        discussion: "Exit code 6 when he does not see it.")

    enum Kind: String, ExpressibleByArgument, CaseIterable { case device, graph }

    @Argument(help: "Name of the account.")
    var name: String

    @Argument(help: "device or graph.")
    var kind: Kind

    @Argument(help: "Its id; a device may be named.")
    var id: String

    @Flag(help: "Print it as JSON.")
    var json = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let user = try daemon.user(name)
        let id = kind == .device ? "\(try daemon.device(id).id)" : id
        let report = try daemon.get(
            "/api/v1/users/\(user.id)/explain?\(kind.rawValue)=\(QueryText.escaped(id))",
            as: AccessReport.self)
        try AccessText.show(report, asJSON: json)
    }
}

/// Why somebody sees something, or not.
enum AccessText {
    /// - Throws: exit code 6 where he does not see it.
    static func show(_ report: AccessReport, asJSON: Bool) throws {
        if asJSON {
            try Terminal.write(JSONText.encode(report))
        } else {
            print(text(report), terminator: "")
        }
        guard report.sees else {
            // What to do stands in the answer.
            throw CommandFailure(
                "\(report.user) does not see \(report.object)", exitCode: .notPermitted)
        }
    }

    private static func text(_ report: AccessReport) -> String {
        var lines = [
            "\(report.user) \(report.sees ? "sees" : "does not see") \(report.object), and "
                + "\(report.operates ? "may" : "may not") change it:"
        ]
        lines += report.reasons.map { "  \($0)" }
        lines += report.fixes.map { "  What to do: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
