import PollerModel

/// What the page shows.
extension ExplainRoutes {
    struct Content {
        let title: String
        let back: String
        let headline: String
        let outcome: String
        let symbol: String
        let isWell: Bool
        /// Not named as that of a stage is: a stage that has none would show this one.
        let headFix: String?
        let links: [Link]
        let notes: [String]
        let hasNotes: Bool
        let parts: [Part]
        let hasParts: Bool
        /// Where the button asks the device now; nil where there is none to ask.
        let live: String?
        let warnings: [Link]
        let hasWarnings: Bool
        let trace: Trace?
        /// nil for whoever is not told what others see.
        let access: Access?
    }

    /// The question why somebody sees it or not, and its answer.
    struct Access {
        /// Where the form asks.
        let action: String
        /// The account, as it was typed.
        let account: String
        /// What else the page's address says, which the form keeps.
        let kept: [Field]
        /// nil before anybody was asked about.
        let report: AccessReport?

        struct Field {
            let name: String
            let value: String
        }

        init(_ explanation: Explanation, _ query: Query, _ report: AccessReport?) {
            action = "/explain/\(explanation.kind.rawValue)/\(explanation.id)"
            account = DeviceText(query.text("as") ?? "").text
            kept = ["from", "to"].compactMap { key in
                query.text(key).map { Field(name: key, value: DeviceText($0).text) }
            }
            self.report = report
        }
    }

    /// The messages of a poll.
    struct Trace {
        let startedAt: String
        let milliseconds: Int64
        let failure: String?
        let messages: [Message]
        let more: Int
        let hasMore: Bool

        struct Message {
            let at: String
            let direction: String
            let kind: String
            let version: String
            let bytes: String
            let variables: String
            let roundTrip: String
            let outcome: String
        }
    }

    struct Link {
        let title: String
        let outcome: String
        let symbol: String
        let words: String
        let reason: String?
        /// Where the reason is explained.
        let help: String
        let fix: String?
        let evidence: [ExplainLink.Evidence]
    }

    struct Part {
        let words: String
        let symbol: String
        let count: Int
        let sources: [Source]
        let more: Int
        let hasMore: Bool
    }

    struct Source {
        let id: String
    }

    /// - Parameter range: as the page's address has it.
    func content(_ explanation: Explanation, _ range: String?, _ access: Access?) -> Content {
        let broken = explanation.broken
        let outcome = broken?.outcome ?? .ok
        let place =
            switch explanation.kind {
            case .device: "/devices/\(explanation.id)"
            case .graph: "/graphs/\(explanation.id)"
            case .dataSource:
                services.definitions.dataSource(DataSourceID(explanation.id)).map {
                    "/devices/\($0.definition.device.id)"
                } ?? "/devices"
            }
        return Content(
            title: explanation.title, back: place, headline: explanation.headline,
            outcome: outcome.rawValue, symbol: outcome.symbol, isWell: broken == nil,
            headFix: broken?.fix,
            links: explanation.links.map(Self.link), notes: explanation.notes,
            hasNotes: !explanation.notes.isEmpty,
            parts: explanation.parts.map {
                Part(
                    words: $0.words, symbol: $0.outcome.symbol, count: $0.count,
                    sources: $0.dataSources.map { Source(id: "\($0)") },
                    more: max(0, $0.count - $0.dataSources.count),
                    hasMore: $0.count > $0.dataSources.count)
            }, hasParts: !explanation.parts.isEmpty, live: live(explanation, range ?? ""),
            warnings: explanation.warnings.map(Self.link),
            hasWarnings: !explanation.warnings.isEmpty,
            trace: explanation.trace.map(trace), access: access)
    }

    private static func link(_ link: ExplainLink) -> Link {
        Link(
            title: link.stage.title, outcome: link.outcome.rawValue,
            symbol: link.outcome.symbol, words: link.words, reason: link.reason,
            help: EventRows.help("reasons", link.reason ?? ""), fix: link.fix,
            evidence: link.evidence)
    }

    private func trace(_ trace: PollTrace) -> Trace {
        Trace(
            startedAt: Format(services).time(rfc3339: trace.startedAt),
            milliseconds: trace.milliseconds, failure: trace.failure,
            messages: trace.messages.map { message in
                Trace.Message(
                    at: TraceText.milliseconds(message.microseconds),
                    direction: TraceText.direction(message), kind: message.kind.rawValue,
                    version: message.version, bytes: TraceText.count(message.bytes),
                    variables: TraceText.count(message.variables),
                    roundTrip: message.roundTripMicroseconds.map(TraceText.milliseconds) ?? "",
                    outcome: TraceText.outcome(message))
            }, more: trace.more, hasMore: trace.more > 0)
    }

    /// The address of the button; nil of graphs that have no device to ask.
    private func live(_ explanation: Explanation, _ range: String) -> String? {
        if explanation.kind == .graph {
            guard let drawing = services.definitions.drawing(GraphID(explanation.id)),
                ExplainDesk(services: services).device(of: drawing) != nil
            else { return nil }
        }
        return "/explain/\(explanation.kind.rawValue)/\(explanation.id)/live"
            + (range.isEmpty ? "" : "?\(range)")
    }
}
