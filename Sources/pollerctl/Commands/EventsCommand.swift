import ArgumentParser
import Foundation
import PollerModel

/// `pollerctl events …`
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "What happened, and marks of your own.",
        subcommands: [EventsList.self, EventsMark.self], defaultSubcommand: EventsList.self)
}

/// `pollerctl events [list]`
struct EventsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Shows what happened, the newest last.",
        discussion: """
            Times: 1h (an hour ago), now-6h, now-1d/d, 2026-11-25T16:00:00Z or Unix seconds. With \
            --follow it goes on with whatever happens, until Ctrl-C. The codes are explained in the \
            reference, at /help/events.
            """)

    /// Between two questions while it follows.
    private static let pauseMilliseconds: UInt32 = 1_000

    @Flag(name: .shortAndLong, help: "Go on with what happens from now on.")
    var follow = false

    @Option(help: "Only of this device, by id or name.")
    var device: String?

    @Option(help: "Only these codes, for example device.down,file; a part before a dot will do.")
    var kind: String?

    @Option(help: "Only these and worse ones: info, warning or error.")
    var severity: String?

    @Option(help: "Only what happened since then.")
    var since: String?

    @Option(help: "Only what happened before then.")
    var until: String?

    @Option(name: .shortAndLong, help: "The newest so many.")
    var number = 100

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func validate() throws {
        guard (1...EventLimits.largestPage).contains(number) else {
            throw ValidationError("-n is 1 to \(EventLimits.largestPage)")
        }
        guard !follow || until == nil else {
            throw ValidationError("--follow and --until exclude each other")
        }
        guard !follow || [.table, .jsonl, .name].contains(output.output) else {
            throw ValidationError("--follow writes -o table, jsonl or name")
        }
    }

    func run() throws {
        let daemon = connection.daemon
        let events = try page(daemon, limit: number).reversed()
        guard follow else {
            if events.isEmpty, output.output == .table {
                return Terminal.complain("Nothing of the kind happened.")
            }
            return try listing(Array(events)).write(output.output)
        }
        try show(Array(events))
        try follow(daemon, after: events.last?.id)
    }

    private func page(
        _ daemon: Daemon, limit: Int, after: EventID? = nil, cursor: String? = nil
    ) throws -> [EventReport] {
        let parameters = [
            ("device", device), ("kind", kind), ("severity", severity),
            ("since", since.map(Self.time)), ("until", until.map(Self.time)),
            ("after", after.map { "\($0)" }), ("cursor", cursor), ("limit", "\(limit)"),
        ]
        let query = parameters.compactMap { key, value in
            value.map { "\(key)=\(QueryText.escaped($0))" }
        }.joined(separator: "&")
        return try daemon.get("/api/v1/events?\(query)", as: ListReport<EventReport>.self).items
    }

    /// “1h” is an hour ago.
    static func time(_ text: String) -> String {
        let isSpan =
            text.count > 1 && text.dropLast().allSatisfy(\.isNumber)
            && "smhdwMy".contains(text.suffix(1))
        return isSpan ? "now-\(text)" : text
    }

    // MARK: Following

    private func follow(_ daemon: Daemon, after last: EventID?) throws {
        var last = last
        var isAway = false
        while true {
            usleep(Self.pauseMilliseconds * 1_000)
            do {
                let news = try news(daemon, after: last)
                if isAway { Terminal.complain("pollerctl: pollerd is back") }
                isAway = false
                try show(news)
                last = news.last?.id ?? last
            } catch let failure as CommandFailure where failure.exitCode == .daemonUnreachable {
                // It may be restarted just now; who follows wants to see that it starts again.
                if !isAway { Terminal.complain("pollerctl: \(failure.words); waiting for it") }
                isAway = true
            }
        }
    }

    /// All that are newer, the newest last.
    private func news(_ daemon: Daemon, after last: EventID?) throws -> [EventReport] {
        var events: [EventReport] = []
        var cursor: String?
        repeat {
            let page = try page(
                daemon, limit: EventLimits.largestPage, after: last, cursor: cursor)
            events += page
            cursor = page.count == EventLimits.largestPage ? page.last.map { "\($0.id)" } : nil
            // Without one that is known there is no end to go back to.
        } while cursor != nil && last != nil
        return events.reversed()
    }

    private func show(_ events: [EventReport]) throws {
        for event in events {
            switch output.output {
            case .jsonl: try Terminal.write(JSONText.encode(event))
            // Not by print, which waits for more when nobody looks on.
            case .name: try Terminal.write(Data("\(event.id)\n".utf8))
            default: try Terminal.write(Data((Self.line(event) + "\n").utf8))
            }
        }
    }

    private static func line(_ event: EventReport) -> String {
        let name = event.name.map { " \($0):" } ?? ""
        return "\(event.time) \(event.severity.rawValue) \(event.kind.code)\(name) \(words(event))"
    }

    private static func words(_ event: EventReport) -> String {
        event.message + (event.count > 1 ? " (\(event.count) times, last \(event.lastTime))" : "")
    }

    private func listing(_ events: [EventReport]) -> Listing<EventReport> {
        Listing(
            items: events,
            columns: [
                Column("TIME") { $0.time }, Column("SEVERITY") { $0.severity.rawValue },
                Column("KIND") { $0.kind.code }, Column("OF") { $0.name ?? "" },
                Column("WORDS") { Self.words($0) },
            ], name: { "\($0.id)" })
    }
}

/// `pollerctl events mark MESSAGE`
struct EventsMark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark", abstract: "Notes that something happened, for example a deployment.")

    @Argument(help: "What happened, in a sentence.")
    var message: String

    @Option(help: "The device it happened to, by id or name.")
    var device: String?

    @Option(help: "The graph it concerns, by id.")
    var graph: String?

    @Option(help: "When, like 2026-11-26T12:00:00Z; by default now.")
    var time: String?

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let graph = try graph.map { text in
            guard let id = GraphID(text: text) else {
                throw CommandFailure(
                    "“\(text)” is no id of a graph", fix: "see pollerctl graph list",
                    exitCode: .usage)
            }
            return id
        }
        try daemon.post(
            "/api/v1/events",
            MarkOrder(
                message: message, deviceId: device.map { try daemon.device($0).id },
                graphId: graph, time: time))
    }
}
