/// An event as `/api/v1/events` and `pollerctl events -o json` show it.
package struct EventReport: Sendable, Hashable, Codable {
    package enum Subject: String, Sendable, Hashable, Codable {
        case none, device, graph
        case dataSource = "data_source"
    }

    package let id: EventID
    package let time: String
    /// The stable code (`EventKind`), explained in the reference.
    package let kind: EventKind
    package let severity: Severity
    package let subject: Subject
    @ExplicitNull package var deviceId: DeviceID?
    @ExplicitNull package var dataSourceId: DataSourceID?
    @ExplicitNull package var graphId: GraphID?
    /// What the subject was called then; null where there is none.
    @ExplicitNull package var name: String?
    package let message: String
    package let details: [Detail]
    /// How often it happened, from `time` to `lastTime`.
    package let count: Int
    package let lastTime: String

    /// One thing more that is known of it.
    package struct Detail: Sendable, Hashable, Codable {
        package let name: String
        package let value: String
    }

    package init(_ event: Event) {
        id = event.id
        time = event.time.rfc3339
        kind = event.kind
        severity = event.severity
        message = event.words
        // A list, because encoders would rename the keys of an object.
        details = event.details.sorted { $0.key < $1.key }.map {
            Detail(name: $0.key, value: $0.value)
        }
        count = event.count
        lastTime = event.lastTime.rfc3339
        _name = ExplicitNull(wrappedValue: event.name.isEmpty ? nil : event.name)
        var (device, source, graph): (DeviceID?, DataSourceID?, GraphID?)
        switch event.subject {
        case .none: subject = .none
        case .device(let id): (subject, device) = (.device, id)
        case .source(let id, let owner): (subject, device, source) = (.dataSource, owner, id)
        case .graph(let id): (subject, graph) = (.graph, id)
        }
        _deviceId = ExplicitNull(wrappedValue: device)
        _dataSourceId = ExplicitNull(wrappedValue: source)
        _graphId = ExplicitNull(wrappedValue: graph)
    }
}

/// The body of `POST /api/v1/events`: a mark that somebody, or a program, sets.
package struct MarkOrder: Sendable, Hashable, Codable {
    /// What happened, in a sentence.
    package var message: String
    /// What it happened to; neither: everything.
    package var deviceId: DeviceID?
    package var graphId: GraphID?
    /// RFC 3339; absent: just now.
    package var time: String?

    package init(
        message: String, deviceId: DeviceID? = nil, graphId: GraphID? = nil, time: String? = nil
    ) {
        self.message = message
        self.deviceId = deviceId
        self.graphId = graphId
        self.time = time
    }

    /// So far may the time of a mark lie from now: as far back as events are kept, and a day ahead.
    package static let secondsAhead: Int64 = 86_400

    /// Why it is no mark.
    package struct Mistake: Error, Sendable, Hashable {
        package let words: String
    }

    /// - Parameter author: who sets it.
    package func event(by author: String, now: Timestamp) throws(Mistake) -> NewEvent {
        let text = DeviceText.printable(Array(message.utf8))
        guard (1...EventLimits.longestWords).contains(text.unicodeScalars.count) else {
            throw Mistake(
                words: "“message” has 1 to \(EventLimits.longestWords) characters")
        }
        guard deviceId == nil || graphId == nil else {
            throw Mistake(words: "a mark is of a device or of a graph, not of both")
        }
        var at: Timestamp?
        if let time {
            guard let read = Timestamp(rfc3339: time) else {
                throw Mistake(
                    words: "“time” must be like 2026-11-26T12:00:00Z, not “\(time)”")
            }
            let oldest = now.advanced(seconds: -EventLimits.retentionDays * 86_400)
            guard read >= oldest, read <= now.advanced(seconds: Self.secondsAhead) else {
                throw Mistake(
                    words: "“time” lies more than \(EventLimits.retentionDays) days back, or more "
                        + "than a day ahead")
            }
            at = read
        }
        let subject: Event.Subject =
            deviceId.map { .device($0) } ?? graphId.map { .graph($0) } ?? .none
        return NewEvent(.mark, of: subject, text, details: ["by": author], at: at)
    }
}
