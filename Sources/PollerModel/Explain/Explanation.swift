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

    /// The reason where the first poll is still to come.
    package static let notPolledYet = "not_polled_yet"
    /// The reason where the poller's loop does not run.
    package static let pollerStalled = "poller_stalled"

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
    package private(set) var links: [ExplainLink]
    /// What else is to be said: what is missing in the range, how the others fare.
    package private(set) var notes: [String]
    /// The others it is made of, grouped by what is wrong with them; of devices and of graphs of
    /// many data sources.
    package let parts: [Part]
    /// What is odd about values that come all the same, the gravest first.
    package var warnings: [ExplainLink] = []
    /// What of the range is missing; nil where there is no range, or nothing could be known in it.
    package var missing: MissingData?
    /// The stage that the headline is of where that is not the first broken one: of a range that
    /// is over, how things are now says nothing.
    package var leading: ExplainStage?
    /// What was asked and answered just now; nil unless somebody wanted that.
    package var trace: PollTrace?

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
    /// should be, else what is odd. nil when all is well.
    package var broken: ExplainLink? {
        if let leading, let link = links.first(where: { $0.stage == leading && $0.outcome != .ok })
        {
            return link
        }
        for outcome in [ExplainLink.Outcome.failed, .waiting, .warning] {
            if let link = links.first(where: { $0.outcome == outcome }) { return link }
        }
        return warnings.first
    }

    /// The same with one more thing said.
    package func adding(note: String) -> Explanation {
        var explanation = self
        explanation.notes.append(note)
        return explanation
    }

    /// The same with a headline of this link, which was not reached by the chain of now.
    package func leading(by link: ExplainLink?) -> Explanation {
        guard let link, let place = links.firstIndex(where: { $0.stage == link.stage }) else {
            return self
        }
        var explanation = self
        explanation.links[place] = link
        explanation.leading = link.stage
        return explanation
    }

    /// One sentence, without its full stop.
    package var headline: String {
        guard let broken else { return links.last?.words ?? "there is nothing to explain" }
        return broken.words
    }
}
