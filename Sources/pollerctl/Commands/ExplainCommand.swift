import ArgumentParser
import PollerModel

/// `pollerctl explain device|data-source|graph ID`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says why a device, a data source or a graph is as it is.",
        discussion: """
            Shows every stage between what is to be measured and what is drawn, with the first that \
            is broken on top: what is wrong, what was seen, and what to do. Exit code 1 when \
            something is broken.
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

    @Option(help: "Of a graph: beginning of the range; by default a day ago.")
    var from: String?

    @Option(help: "Of a graph: end of the range; by default now.")
    var to: String?

    @Flag(help: "Ask the device now, step by step, and explain what came of it.")
    var live = false

    @Flag(help: "Print everything as JSON.")
    var json = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let id = kind == .device ? "\(try daemon.device(id).id)" : id
        let range = [("from", from), ("to", to)].compactMap { key, value in
            value.map { "\(key)=\(QueryText.escaped($0))" }
        }.joined(separator: "&")
        let path = "/api/v1/explain/\(kind.rawValue)/\(QueryText.escaped(id))"
        if live { try ask(daemon, id) }
        let report = try daemon.get(
            range.isEmpty ? path : "\(path)?\(range)", as: ExplanationReport.self)
        if json {
            try Terminal.write(JSONText.encode(report))
        } else {
            print(Self.text(report), terminator: "")
        }
        if let stage = report.stage, report.links.contains(where: { $0.outcome == .failed }) {
            throw CommandFailure("it is broken at “\(stage.title)”")
        }
    }

    /// Goes the way to the device, and polls it.
    private func ask(_ daemon: Daemon, _ id: String) throws {
        let device: String
        switch kind {
        case .device: device = id
        case .dataSource:
            device =
                "\(try daemon.get("/api/v1/data-sources/\(id)", as: DataSourceReport.self).deviceId)"
        case .graph:
            guard let of = try daemon.get("/api/v1/graphs/\(id)", as: GraphReport.self).deviceId
            else {
                throw CommandFailure(
                    "graph \(id) is of many devices", fix: "explain one of its data sources")
            }
            device = "\(of)"
        }
        try daemon.order("/api/v1/devices/\(device)/test", [String: String]()) { event in
            if let step = event.step { Terminal.complain(StepText.line(step)) }
        }
        do {
            _ = try daemon.post("/api/v1/devices/\(device)/poll", as: DeviceReport.self)
        } catch let failure as CommandFailure {
            Terminal.complain("poll: \(failure.words)")
        }
    }

    static func text(_ report: ExplanationReport) -> String {
        let broken = report.links.first { $0.stage == report.stage }
        let sign = (broken?.outcome ?? .ok).symbol
        var lines = [report.title, "", "\(sign) \(report.headline)."]
        if let fix = report.fix { lines.append("  What to do: \(fix).") }
        lines.append("")
        let width = report.links.map(\.stage.title.count).max() ?? 0
        for link in report.links {
            let title = link.stage.title
            let padding = String(repeating: " ", count: width - title.count)
            lines.append("\(link.outcome.symbol) \(title)\(padding)  \(link.words)")
            let evidence = link.evidence.map { "\($0.name): \($0.text)" }
            if !evidence.isEmpty {
                lines.append(
                    String(repeating: " ", count: width + 4) + evidence.joined(separator: "; "))
            }
        }
        for note in report.notes { lines.append("  \(note)") }
        if !report.parts.isEmpty { lines += ["", "Its data sources:"] }
        for part in report.parts {
            let ids = part.dataSources.map(\.description).joined(separator: " ")
            let more = part.count > part.dataSources.count ? " …" : ""
            lines.append("\(part.outcome.symbol) \(part.count) × \(part.words): \(ids)\(more)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
