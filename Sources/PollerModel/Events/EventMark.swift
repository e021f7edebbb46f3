/// Something that happened, as a thin line in a picture and a few words below it.
package struct EventMark: Sendable, Hashable {
    /// In one picture; of more, the newest.
    package static let mostMarks = 20
    /// Told below it in words; the rest is counted.
    package static let mostWords = 4
    /// In characters as Unicode counts them (scalars).
    package static let longestWords = 60

    package let time: Timestamp
    package let words: String

    package init(time: Timestamp, words: String) {
        self.time = time
        self.words = words.cut(toScalars: Self.longestWords)
    }

    /// nil for what is no mark.
    ///
    /// - Parameter isNamed: whether the picture shows several devices.
    package init?(_ event: Event, isNamed: Bool) {
        let words: String
        switch event.kind {
        case .deviceRestarted: words = "restarted"
        case .rowsRemapped: words = "rows remapped"
        case .mark: words = event.words
        default: return nil
        }
        let name = isNamed && event.kind != .mark ? event.name + " " : ""
        self.init(time: event.time, words: name + words)
    }

    /// Kinds of which there are marks.
    package static let kinds: Set<EventKind> = [.deviceRestarted, .rowsRemapped, .mark]

    /// “restarted 02:10 · deployed 1.2 03:00 · and 3 more”; nil without marks.
    ///
    /// - Parameter clock: how a time is written for the reader (`GapClock`).
    package static func sentence(
        _ marks: [EventMark], clock: (Timestamp) -> String
    ) -> String? {
        guard !marks.isEmpty else { return nil }
        var parts = marks.prefix(mostWords).map { "\($0.words) \(clock($0.time))" }
        if marks.count > mostWords { parts.append("and \(marks.count - mostWords) more") }
        return "Marks: " + parts.joined(separator: " · ")
    }
}

/// Events that pictures mark, in memory, because each picture asks for them.
package struct EventMarks: Sendable {
    /// The oldest go.
    package static let largestCount = 5_000

    /// In the order in which they were reported.
    private var events: [Event]

    /// - Parameter kept: what was written before, newest first.
    package init(_ kept: [Event] = []) {
        events = kept.reversed().filter { EventMark.kinds.contains($0.kind) }
            .suffix(Self.largestCount)
    }

    package mutating func add(_ event: Event) {
        guard EventMark.kinds.contains(event.kind) else { return }
        events.append(event)
        // A tenth at a time, lest each one moves all.
        if events.count > Self.largestCount { events.removeFirst(Self.largestCount / 10) }
    }

    /// What happened to these devices, to this graph, or to everything, in the order of time; of
    /// too many, the newest.
    ///
    /// - Parameter ofAll: whether those of everything are among them.
    package func marks(
        of devices: Set<DeviceID>, graph: GraphID, ofAll: Bool, in range: TimeRange
    ) -> [EventMark] {
        let found = events.filter { event in
            guard event.time >= range.start, event.time < range.end else { return false }
            return switch event.subject {
            case .none: ofAll
            case .device(let id), .source(_, of: let id): devices.contains(id)
            case .graph(let id): id == graph
            }
        }
        return found.sorted { ($0.time, $0.id) < ($1.time, $1.id) }.suffix(EventMark.mostMarks)
            .compactMap { EventMark($0, isNamed: devices.count > 1) }
    }
}
