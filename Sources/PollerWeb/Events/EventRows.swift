import PollerModel

/// Events as the lines of a table: of `/events`, and of whatever page shows some of them. The
/// template `event_rows` draws them.
struct EventRows {
    let services: WebServices

    struct Row {
        let id: String
        /// Of the time, for programs.
        let machineTime: String
        let time: String
        let severity: String
        let sign: String
        let title: String
        /// In the reference.
        let help: String
        let subject: String?
        /// nil where the subject is gone.
        let link: String?
        let words: String
        /// “37 times, last at 12:10:07”; nil where it happened once.
        let again: String?
    }

    func rows(of events: [Event]) -> [Row] {
        let format = Format(services)
        let definitions = services.definitions
        return events.map { event in
            let (subject, link) = subject(of: event, definitions)
            return Row(
                id: "event-\(event.id)", machineTime: event.time.rfc3339,
                time: format.time(event.time), severity: event.severity.rawValue,
                sign: event.severity.sign, title: event.kind.title,
                help: Self.help("events", event.kind.code),
                subject: subject.isEmpty ? nil : subject, link: link, words: event.words,
                again: event.count > 1
                    ? "\(event.count) times, last at \(format.time(event.lastTime))" : nil)
        }
    }

    /// Where the reference explains a code: headings are named by their letters and digits.
    static func help(_ page: String, _ code: String) -> String {
        "/help/\(page)#" + code.replacing(".", with: "-").replacing("_", with: "-")
    }

    private func subject(
        of event: Event, _ definitions: Definitions
    ) -> (name: String, link: String?) {
        switch event.subject {
        case .none: return ("", nil)
        case .device(let id):
            guard let found = definitions.devices[id] else { return (event.name, nil) }
            return (found.device.name, "/devices/\(id)")
        case .source(let id, let device):
            guard let found = definitions.dataSource(id) else {
                let isThere = definitions.devices[device] != nil
                return (event.name, isThere ? "/devices/\(device)" : nil)
            }
            let title = services.title(of: found.source, found.definition)
            return ("\(found.definition.device.name) · \(title)", "/devices/\(device)")
        case .graph(let id):
            if let found = definitions.graph(id) { return (found.graph.title, "/graphs/\(id)") }
            let aggregate = definitions.aggregates[id]
            return (aggregate?.title ?? event.name, aggregate.map { _ in "/graphs/\(id)" })
        }
    }
}

/// The newest events of a device, for its page: `rows` for the template `event_rows`, and where
/// all of them are.
struct DeviceEvents {
    static let largestCount = 20

    let rows: [EventRows.Row]
    let hasRows: Bool
    let more: String

    init(
        of device: DeviceID, _ services: WebServices, count: Int = largestCount
    ) async throws(WebProblem) {
        var query = EventQuery()
        query.device = device
        query.limit = count
        // What names people is on the page of events, for whoever may see it.
        query.kinds = query.kinds.filter { !$0.isConfidential }
        rows = EventRows(services: services).rows(of: try await services.events(query))
        hasRows = !rows.isEmpty
        more = "/events?device=\(device)"
    }
}
