import ArgumentParser
import PollerModel

/// `pollerctl explain device|data-source|graph ID`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says why a device, a data source or a graph is as it is.",
        discussion: """
            Shows every stage between what is to be measured and what is drawn, with the first that \
            is broken on top: what is wrong, what was seen, and what to do; then what is missing in \
            the range, and what is odd about values that come. With --live the device is polled \
            now, and each message of that is shown. With --as it says why somebody can or cannot \
            see it. Exit code 1 when something is broken, 6 when he does not see it.
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case device
        case dataSource = "data-source"
        case graph
    }

    @Argument(help: "device, data-source or graph.")
    var kind: Kind

    @Argument(help: "Its id; a device may be named.")
    var id: String

    @Option(help: "Of a graph or data source: beginning of the range; by default a day ago.")
    var from: String?

    @Option(help: "Of a graph or data source: end of the range; by default now.")
    var to: String?

    @Flag(help: "Poll the device now, show each message, and explain what came of it.")
    var live = false

    @Option(name: .customLong("as"), help: "Name of an account: why does he see it, or not?")
    var account: String?

    @Flag(help: "Print everything as JSON.")
    var json = false

    @OptionGroup var connection: DaemonOptions

    func validate() throws {
        if let account, account.trimmed.isEmpty {
            throw ValidationError("--as takes the name of an account; pollerctl user list has them")
        }
        if account != nil, live || from != nil || to != nil {
            throw ValidationError("--as says who sees it, and goes with no other option")
        }
        if kind == .device, from != nil || to != nil {
            throw ValidationError(
                "--from and --to are of graphs and data sources; a device is explained as it is now"
            )
        }
    }

    func run() throws {
        let daemon = connection.daemon
        let id = kind == .device ? "\(try daemon.device(id).id)" : id
        let path = "/api/v1/explain/\(kind.rawValue)/\(QueryText.escaped(id))"
        if let account { return try explainAccess(daemon, path, of: account) }
        let range = [("from", from), ("to", to)].compactMap { key, value in
            value.map { "\(key)=\(QueryText.escaped($0))" }
        }.joined(separator: "&")
        let query = range.isEmpty ? "" : "?\(range)"
        let report =
            try live
            ? daemon.post("\(path)/live\(query)", as: ExplanationReport.self)
            : daemon.get(path + query, as: ExplanationReport.self)
        if json {
            try Terminal.write(JSONText.encode(report))
        } else {
            print(Self.text(report), terminator: "")
        }
        if let stage = report.stage, report.links.contains(where: { $0.outcome == .failed }) {
            throw CommandFailure("it stops at “\(stage.title)”: \(report.headline)")
        }
    }

    private func explainAccess(_ daemon: Daemon, _ path: String, of account: String) throws {
        let report = try daemon.get(
            "\(path)?as=\(QueryText.escaped(account))", as: AccessReport.self)
        try AccessText.show(report, asJSON: json)
    }

    static func text(_ report: ExplanationReport) -> String {
        // What is odd about values leads only where every stage is well.
        let broken =
            report.links.first { $0.stage == report.stage && $0.outcome != .ok }
            ?? report.warnings.first { $0.stage == report.stage && $0.reason == report.reason }
        let sign = (broken?.outcome ?? .ok).symbol
        let code = report.reason.map { " [\($0)]" } ?? ""
        var lines = [report.title, "", "\(sign) \(report.headline)\(code)."]
        if let fix = report.fix { lines.append("  What to do: \(fix).") }
        lines.append("")
        let width = report.links.map(\.stage.title.count).max() ?? 0
        for link in report.links {
            let title = link.stage.title
            let padding = String(repeating: " ", count: width - title.count)
            let code = link.reason.map { " [\($0)]" } ?? ""
            lines.append("\(link.outcome.symbol) \(title)\(padding)  \(link.words)\(code)")
            let evidence = link.evidence.map { "\($0.name): \($0.text)" }
            if !evidence.isEmpty {
                lines.append(
                    String(repeating: " ", count: width + 4) + evidence.joined(separator: "; "))
            }
        }
        if !report.warnings.isEmpty { lines += ["", "What is odd about its values:"] }
        for warning in report.warnings {
            lines.append("\(warning.outcome.symbol) \(warning.words) (\(warning.reason ?? ""))")
            let evidence = warning.evidence.map { "\($0.name): \($0.text)" }
            if !evidence.isEmpty { lines.append("    " + evidence.joined(separator: "; ")) }
            if let fix = warning.fix { lines.append("    What to do: \(fix).") }
        }
        if !report.notes.isEmpty { lines.append("") }
        for note in report.notes { lines.append("\(note).") }
        if !report.parts.isEmpty { lines += ["", "Its data sources:"] }
        for part in report.parts {
            let ids = part.dataSources.map(\.description).joined(separator: " ")
            let more = part.count > part.dataSources.count ? " …" : ""
            lines.append("\(part.outcome.symbol) \(part.count) × \(part.words): \(ids)\(more)")
        }
        if let trace = report.trace { lines += [""] + Self.lines(trace) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The messages of a poll in columns.
    private static func lines(_ trace: PollTrace) -> [String] {
        let end = trace.failure.map { "; it gave no values: \($0)" } ?? ""
        let head = ["ms", "way", "message", "snmp", "bytes", "objects", "round trip", ""]
        let rows = trace.messages.map { message in
            [
                TraceText.milliseconds(message.microseconds), TraceText.direction(message),
                message.kind.rawValue, message.version, TraceText.count(message.bytes),
                TraceText.count(message.variables),
                message.roundTripMicroseconds.map(TraceText.milliseconds) ?? "",
                TraceText.outcome(message),
            ]
        }
        let widths = head.indices.map { column in
            ([head] + rows).map { $0[column].count }.max() ?? 0
        }
        let isNumber = [true, false, false, false, true, true, true, false]
        let texts = ([head] + rows).map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += (isNumber[column] ? padding + cell : cell + padding) + "  "
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        let began = "The poll began at \(trace.startedAt) and took \(trace.milliseconds) ms\(end)."
        return [began] + (rows.isEmpty ? ["No message was sent."] : texts)
            + (trace.more > 0 ? ["… and \(trace.more) more"] : [])
    }
}
