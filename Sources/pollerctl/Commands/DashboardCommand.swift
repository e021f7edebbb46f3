import ArgumentParser
import PollerModel

/// `pollerctl dashboard …`
struct DashboardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard", abstract: "Dashboards: list, show, create, delete.",
        subcommands: [
            DashboardList.self, DashboardShow.self, DashboardCreate.self, DashboardDelete.self,
        ])
}

/// `pollerctl dashboard list`
struct DashboardList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the dashboards.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        try Listing(
            items: connection.daemon.list("/api/v1/dashboards", of: DashboardReport.self),
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" }, Column("NAME") { $0.name },
                Column("OWNER") { $0.owner }, Column("SHARED") { $0.shared ? "yes" : "no" },
                Column("TILES", isNumber: true) { "\($0.tileCount)" },
                Column("CHANGED") { $0.changedAt }, Column("URL") { $0.url },
            ], name: { $0.name }
        ).write(output.output)
    }
}

/// `pollerctl dashboard show DASHBOARD`
struct DashboardShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows what is on a dashboard.")

    @Argument(help: "Id of the dashboard.")
    var dashboard: Int64

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let dashboard = try connection.daemon.get(
            "/api/v1/dashboards/\(dashboard)", as: DashboardReport.self)
        try dashboard.write(nil, output.output)
    }
}

/// `pollerctl dashboard delete DASHBOARD`
struct DashboardDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Removes a dashboard; graphs stay.")

    @Argument(help: "Id of the dashboard.")
    var dashboard: Int64

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let found = try daemon.get("/api/v1/dashboards/\(dashboard)", as: DashboardReport.self)
        if !yes {
            guard Terminal.isInteractive else {
                throw CommandFailure("this needs a yes", fix: "add --yes", exitCode: .usage)
            }
            Terminal.complain("Remove dashboard \(found.id) (\(found.name))? Type yes:")
            guard readLine() == "yes" else { throw CommandFailure("nothing was removed") }
        }
        try daemon.delete("/api/v1/dashboards/\(found.id)?version=\(found.version)")
        print("Removed dashboard \(found.id), \(found.name)")
    }
}

extension DashboardReport {
    /// - Parameter done: what was done with it; nil: nothing.
    func write(_ done: String?, _ format: OutputFormat) throws {
        switch format {
        case .json, .jsonl: return try Terminal.write(JSONText.encode(self))
        case .name: return print(name)
        case .csv: break
        case .table:
            if let done { print("\(done) dashboard \(id), \(name): \(url)") }
            print(
                Facts.text([
                    ("Id", "\(id)"), ("Name", name),
                    ("Owner", shared ? "\(owner), shared with all" : "\(owner), private"),
                    ("Columns", "\(columns)"), ("Version", "\(version)"),
                    ("Changed", "\(changedAt) by \(changedBy)"), ("URL", url),
                ]))
        }
        try Listing(
            items: tiles ?? [],
            columns: [
                Column("TILE") { $0.kind }, Column("TITLE") { $0.title ?? "" },
                Column("SHOWS") { $0.shows },
            ], name: { $0.kind }
        ).write(format)
    }
}

extension DashboardTileOrder {
    /// What is in it, in a line.
    fileprivate var shows: String {
        switch DashboardTile.Kind(rawValue: kind) {
        case .graph?: "graph \(graph.map { "\($0)" } ?? "?"), \(from ?? "") to \(to ?? "")"
        case .text?: String((text ?? "").prefix(60)).replacing("\n", with: " ")
        case .top?: "\(count ?? 0) largest \(item ?? "") of \(template ?? "")"
        case .states?: "states of devices: \((rule ?? MemberRule()).words)"
        case nil: ""
        }
    }
}
