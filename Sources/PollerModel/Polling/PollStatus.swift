/// How the polls of a device went, since the poller started.
package struct DeviceStatus: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case unknown, up, down, disabled
        /// It answers again, but not for long yet.
        case recovering
    }

    package var availability = Availability()
    /// What was asked to form it; nil before the first poll.
    package var method: AvailabilityMethod?
    package var state: State { availability.state }
    /// Why the last poll gave no values; nil when it did.
    package var failure: SNMPFailure?
    /// Why the device did not count as up at the last poll, or why nothing could be said of it;
    /// nil when it did.
    package var outage: OutageReason?
    package var lastPoll: Timestamp?
    package var lastAnswer: Timestamp?
    /// When the present failure began.
    package var failingSince: Timestamp?
    /// When the present outage began.
    package var outageSince: Timestamp?
    package var uptimeSeconds: Int64?
    package var pollMilliseconds: Int64?
    /// How long the answer to the last ping took; nil when there was none, or no ping.
    package var pingMilliseconds: Double?
    package var effort = SNMPEffort()
    /// Where the time of the last poll that was answered went; nil before one was.
    package var budget: PollBudget?
    /// Until when its polls are written to the log in full; nil: they are not.
    package var debugUntil: Timestamp?
    package var polls = 0
    package var failedPolls = 0
    /// Slots in which the device was still busy with the one before, or that the poller was late for.
    package var missedSlots = 0
    package var reindexedAt: Timestamp?
    /// What the last re-index found.
    package var reindexSummary: String?
    /// Tables that the last re-index did not read to their end, and why not.
    package var cutTables: [String: String] = [:]

    package init() {}

    /// Where the time of the last poll went; nil where it was not answered, as one of before says
    /// nothing of now.
    package var currentBudget: PollBudget? { failure == nil ? budget : nil }
    /// What a person is told: why the device does not count as up, else why it has no values.
    package var reason: OutageReason? { outage ?? failure.map { OutageReason($0) } }
    /// When that began.
    package var reasonSince: Timestamp? { outage == nil ? failingSince : outageSince }
}

/// How the samples of a data source fared, since the poller started.
package struct SourceStatus: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package let name: String
        /// The counter as the device counts it; nil for gauges.
        package let raw: UInt64?
        /// The gauge's value or the counter's rate a second.
        package let shown: Result<Double, UnknownReason>

        package init(name: String, raw: UInt64?, shown: Result<Double, UnknownReason>) {
            self.name = name
            self.raw = raw
            self.shown = shown
        }
    }

    package var items: [Item]
    package var sampledAt: Timestamp
    /// When a value was last known.
    package var lastKnown: Timestamp?
    /// When a sample last went into the file.
    package var lastStored: Timestamp?
    package var storeFailure: StoreFailure?

    package init(items: [Item], sampledAt: Timestamp) {
        self.items = items
        self.sampledAt = sampledAt
    }

    /// What is shown of a sample: `samples[i]` is that of `source.items[i]`.
    package init(of source: PlannedSource, _ samples: [DecodedSample], at time: Timestamp) {
        self.init(
            items: zip(source.items, samples).map {
                Item(name: $0.name, raw: $1.raw, shown: $1.shown)
            }, sampledAt: time)
    }

    /// The first reason why a value of the last sample is not known.
    package var reason: UnknownReason? {
        if let storeFailure { return .notWritten(storeFailure) }
        for item in items {
            if case .failure(let reason) = item.shown { return reason }
        }
        return nil
    }

    /// Why a value of the last sample was not believed; nil when all that came were.
    package var refusal: UnknownReason? {
        for item in items {
            if case .failure(let reason) = item.shown, reason.isRefusal { return reason }
        }
        return nil
    }

    /// Why the last sample has no value at all, where that is a fault which nothing else tells of;
    /// nil when there is a value, when one was refused, and when the next samples put it right.
    package var loss: UnknownReason? {
        guard storeFailure == nil, !items.isEmpty, isAllUnknown, refusal == nil, let reason else {
            return nil
        }
        switch reason {
        case .notOffered, .tableUnread, .rowGone, .notAfterLast: return nil
        default: return reason.passes ? nil : reason
        }
    }

    /// Whether not one value of the last sample is known.
    package var isAllUnknown: Bool {
        items.allSatisfy { if case .failure = $0.shown { true } else { false } }
    }
}

/// What the poller knows of its own work; pages and commands read it.
package protocol PollStatus: Sendable {
    func device(_ id: DeviceID) -> DeviceStatus
    /// nil before the first sample.
    func source(_ id: DataSourceID) -> SourceStatus?
    /// The same of all data sources of a list at one moment: `statuses[i]` belongs to `sources[i]`.
    func statuses(of sources: [DataSource]) -> [SourceStatus?]
    func summary() -> PollSummary
}

extension PollStatus {
    package func statuses(of sources: [DataSource]) -> [SourceStatus?] {
        sources.map { source($0.id) }
    }
}

/// The poller as a whole.
package struct PollSummary: Sendable, Hashable {
    package var startedAt: Timestamp
    package var polls = 0
    package var failedPolls = 0
    package var missedSlots = 0
    package var rowsWritten = 0
    package var rowsRefused = 0
    package var pollsUnderWay = 0
    package var timing = PollTiming()
    package var snmp = SNMPCounters()
    package var store = StoreCounters()
    /// When the loop last looked whose turn it is.
    package var lastTick: MonotonicTime?

    package init(startedAt: Timestamp) { self.startedAt = startedAt }
}
