import ArgumentParser
import PollerModel

/// `pollerctl audit`
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Lists who changed what, the newest first.",
        discussion: """
            Each change is one record, with what was before and after, without secrets. Records are \
            chained: --check makes all digests anew and says where one was changed or is missing \
            (exit code 10). They are kept for 400 days, 100,000 at most.

            Times: now-1d, now/d, 2026-11-25T16:00:00Z or Unix seconds.
            """)

    @Option(help: "Only from then on.")
    var since: String?

    @Option(help: "Only what this account, or this user of the machine, did.")
    var actor: String?

    @Option(help: "At most so many.")
    var limit: Int?

    @Flag(help: "Say whether all records are as they were written.")
    var check = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        if check { return try check(daemon) }
        let filter = [("since", since), ("actor", actor)].compactMap { key, value in
            value.map { "\(key)=\(QueryText.escaped($0))" }
        }.joined(separator: "&")
        let records = try records(daemon, filter)
        try Listing(
            items: records,
            columns: [
                Column("NO", isNumber: true) { "\($0.id)" }, Column("TIME") { $0.time },
                Column("WHO") { $0.actor },
                Column("FROM") { $0.address.isEmpty ? "-" : $0.address },
                Column("ASKED FOR") { $0.action },
                Column("STATUS", isNumber: true) { "\($0.status)" },
                Column("WHAT") { $0.objects },
            ], name: { "\($0.id)" }
        ).write(output.output)
    }

    private func records(_ daemon: Daemon, _ filter: String) throws -> [AuditReport] {
        if let limit, limit < 1 {
            throw CommandFailure("--limit is at least 1", exitCode: .usage)
        }
        guard let limit, limit <= AuditQuery.largestPage else {
            let all = try daemon.list("/api/v1/audit?\(filter)", of: AuditReport.self)
            return limit.map { Array(all.prefix($0)) } ?? all
        }
        return try daemon.get(
            "/api/v1/audit?limit=\(limit)" + (filter.isEmpty ? "" : "&\(filter)"),
            as: ListReport<AuditReport>.self
        ).items
    }

    private func check(_ daemon: Daemon) throws {
        let report = try daemon.get("/api/v1/audit/check", as: AuditCheckReport.self)
        guard let flaw = report.flaw else {
            print("\(report.records) records are as they were written")
            if let newest = report.newest, let digest = report.digest {
                print("\(newest) \(digest)")
            }
            return
        }
        throw CommandFailure(
            "the chain of the audit log breaks: \(flaw)",
            fix: "compare with the digests in the daemon's log (event audit), and with a backup",
            exitCode: .damaged)
    }
}
