/// How one stage went.
package struct ExplainLink: Sendable, Hashable, Codable {
    package enum Outcome: String, Sendable, Hashable, Codable {
        case ok
        /// It goes on by itself: the first poll is to come, or a second sample.
        case waiting
        /// Values go on, and something is not as it should be.
        case warning
        case failed
        /// A stage before it failed.
        case unreached = "not_reached"

        /// A sign beside the word, so that nothing depends on colour.
        package var symbol: String {
            switch self {
            case .ok: "✓"
            case .waiting: "…"
            case .warning: "!"
            case .failed: "✗"
            case .unreached: "–"
            }
        }
    }

    package let stage: ExplainStage
    package var outcome: Outcome
    /// A sentence without its full stop.
    package var words: String
    /// Stable name of what is wrong.
    @ExplicitNull package var reason: String?
    @ExplicitNull package var fix: String?
    /// When it last went well.
    @ExplicitNull package var lastOk: String?
    /// Since when it has not.
    @ExplicitNull package var since: String?
    package var evidence: [Evidence]

    /// A figure or text that was seen.
    package struct Evidence: Sendable, Hashable, Codable {
        package let name: String
        package let text: String

        package init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    package init(
        _ stage: ExplainStage, _ outcome: Outcome, _ words: String, reason: String? = nil,
        fix: String? = nil, lastOk: Timestamp? = nil, since: Timestamp? = nil,
        evidence: [Evidence] = []
    ) {
        self.stage = stage
        self.outcome = outcome
        self.words = words
        _reason = ExplicitNull(wrappedValue: reason)
        _fix = ExplicitNull(wrappedValue: fix)
        _lastOk = ExplicitNull(wrappedValue: lastOk?.rfc3339)
        _since = ExplicitNull(wrappedValue: since?.rfc3339)
        self.evidence = evidence
    }
}

/// Why somebody sees what he sees of a device, a data source or a graph: page, command and API
/// show this.
package struct Explanation: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case device
        case dataSource = "data-source"
        case graph
    }

    package let kind: Kind
    package let id: Int64
    package let title: String
    package let links: [ExplainLink]
    /// What else is to be said: what is missing in the range, how the others fare.
    package let notes: [String]
    /// The others it is made of, grouped by what is wrong with them; of devices and of graphs of
    /// many data sources.
    package let parts: [Part]

    /// Data sources with the same fault.
    package struct Part: Sendable, Hashable, Codable {
        /// Named of each group.
        package static let largestListing = 10

        package let words: String
        package let outcome: ExplainLink.Outcome
        package let count: Int
        /// The first of them.
        package let dataSources: [DataSourceID]

        package init(
            words: String, outcome: ExplainLink.Outcome, count: Int, dataSources: [DataSourceID]
        ) {
            self.words = words
            self.outcome = outcome
            self.count = count
            self.dataSources = dataSources
        }
    }

    package init(
        kind: Kind, id: Int64, title: String, links: [ExplainLink], notes: [String] = [],
        parts: [Part] = []
    ) {
        self.kind = kind
        self.id = id
        self.title = title
        self.links = links
        self.notes = notes
        self.parts = parts
    }

    /// The link that matters: the first that is broken, else that waits, else that is not as it
    /// should be. nil when all is well.
    package var broken: ExplainLink? {
        for outcome in [ExplainLink.Outcome.failed, .waiting, .warning] {
            if let link = links.first(where: { $0.outcome == outcome }) { return link }
        }
        return nil
    }

    /// One sentence, without its full stop.
    package var headline: String {
        guard let broken else { return links.last?.words ?? "there is nothing to explain" }
        return broken.words
    }
}
