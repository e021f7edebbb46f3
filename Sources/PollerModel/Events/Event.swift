package typealias EventID = Identifier<Event>

/// Something that happened, as it is kept and shown.
package struct Event: Sendable, Hashable {
    /// What it happened to.
    package enum Subject: Sendable, Hashable {
        /// The daemon or this machine.
        case none
        case device(DeviceID)
        case source(DataSourceID, of: DeviceID)
        case graph(GraphID)
    }

    package let id: EventID
    package let kind: EventKind
    package let time: Timestamp
    package let subject: Subject
    /// What the device, the data source or the graph was called then; empty where there is none,
    /// or nobody knew.
    package let name: String
    /// One sentence for a person, without a full stop.
    package let words: String
    /// What scripts may want to know, for example the `reason` by its stable name.
    package let details: [String: String]
    /// How often it happened within `EventLimits.foldMilliseconds` of itself; 1 for most.
    package var count: Int
    /// When it happened last.
    package var lastTime: Timestamp

    package var severity: Severity { kind.severity }

    package init(
        id: EventID, _ new: NewEvent, time: Timestamp, name: String, count: Int = 1,
        lastTime: Timestamp? = nil
    ) {
        self.id = id
        kind = new.kind
        self.time = time
        subject = new.subject
        self.name = name
        words = new.words
        details = new.details
        self.count = count
        self.lastTime = lastTime ?? time
    }
}

/// Something that happened, as it is reported.
package struct NewEvent: Sendable, Hashable {
    package let kind: EventKind
    package let subject: Event.Subject
    /// What the subject was called, where that cannot be looked up any more; nil: it is looked up.
    package let name: String?
    package let words: String
    package let details: [String: String]
    /// By what it is the same as one before of its kind and subject; nil: by the `reason` among its
    /// details, or else by its words.
    package let likeness: String?
    /// When it happened; nil: just now.
    package let time: Timestamp?

    /// - Parameters:
    ///   - words: a sentence without a full stop. What is longer than `EventLimits.longestWords`
    ///     is cut off, and nothing in it is syntax.
    ///   - details: at most `EventLimits.mostDetails` are kept.
    package init(
        _ kind: EventKind, of subject: Event.Subject = .none, name: String? = nil, _ words: String,
        details: [String: String] = [:], likeness: String? = nil, at time: Timestamp? = nil
    ) {
        self.kind = kind
        self.subject = subject
        self.name = name.map { Self.cut($0, EventLimits.longestName) }
        self.words = Self.cut(words, EventLimits.longestWords)
        let kept = details.sorted { $0.key < $1.key }.prefix(EventLimits.mostDetails)
        self.details = Dictionary(
            kept.map {
                (
                    Self.cut($0.key, EventLimits.longestDetailName),
                    Self.cut($0.value, EventLimits.longestDetail)
                )
            }, uniquingKeysWith: { $1 })
        self.likeness = likeness
        self.time = time
    }

    private static func cut(_ text: String, _ longest: Int) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > longest else { return DeviceText.printable(Array(text.utf8)) }
        return DeviceText.printable(Array(String(scalars.prefix(longest - 1)).utf8)) + "…"
    }
}

/// How much is kept of what happens.
package enum EventLimits {
    /// Events at a time; the oldest go.
    package static let largestCount = 200_000
    package static let retentionDays: Int64 = 400
    /// Events that wait to be written. What comes beyond them is counted, and lost.
    package static let largestQueue = 10_000
    /// The same, of the same, for the same reason within so long after the last is counted on it …
    package static let foldMilliseconds: Int64 = 900_000
    /// … as long as that one is not older than this.
    package static let longestFoldMilliseconds: Int64 = 86_400_000
    /// Events that others may still be counted on.
    package static let mostFolds = 20_000
    /// In characters as Unicode counts them (scalars), as the other lengths.
    package static let longestWords = 500
    package static let longestName = 300
    package static let mostDetails = 20
    package static let longestDetailName = 40
    package static let longestDetail = 300
    /// Of one answer of the API.
    package static let largestPage = 1_000
    /// Events of one poll of a device that are told one by one; the rest is one that counts them.
    package static let mostOfOnePoll = 5
}
