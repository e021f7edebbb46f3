/// Where everybody reports what happened. It costs a moment in memory, wherever it is called.
package protocol EventLog: Sendable {
    func report(_ event: NewEvent)
}

/// Where events are kept.
package protocol EventStore: Sendable {
    /// Writes a batch, all or nothing, and forgets what is beyond the limits.
    func write(_ batch: EventBatch) async throws(InventoryFailure)

    /// Those that a query wants, newest first.
    func events(_ query: EventQuery) async throws(InventoryFailure) -> [Event]
}

/// What happened, as pages, API and commands read it and add to it.
package protocol EventHistory: EventLog {
    /// Those that a query wants, newest first, with all that was reported before.
    func events(_ query: EventQuery) async throws(InventoryFailure) -> [Event]

    /// What pictures of these devices, or of this graph, mark: in the order of time, and from
    /// memory.
    ///
    /// - Parameter ofAll: whether what is noted of everything is among them; not everybody may
    ///   read that.
    func marks(
        of devices: Set<DeviceID>, graph: GraphID, ofAll: Bool, in range: TimeRange
    ) -> [EventMark]
}

extension EventHistory {
    /// Nothing, unless somebody keeps some.
    package func marks(
        of devices: Set<DeviceID>, graph: GraphID, ofAll: Bool, in range: TimeRange
    ) -> [EventMark] { [] }
}

/// For whoever keeps nothing.
package struct NoEvents: EventHistory {
    package init() {}
    package func report(_ event: NewEvent) {}
    package func events(_ query: EventQuery) async throws(InventoryFailure) -> [Event] { [] }
}

/// Which events are wanted.
package struct EventQuery: Sendable, Hashable {
    /// What whoever asks may see.
    package enum Scope: Sendable, Hashable {
        case everything
        /// Only what happened to these.
        case parts(devices: Set<DeviceID>, graphs: Set<GraphID>)
    }

    package var scope = Scope.everything
    /// nil: of everything.
    package var device: DeviceID?
    /// Of one data source; nil: of all.
    package var source: DataSourceID?
    package var kinds = Set(EventKind.allCases)
    /// From this time on.
    package var since: Timestamp?
    /// Before this time.
    package var until: Timestamp?
    /// Older ones than this.
    package var before: EventID?
    /// Newer ones than this.
    package var after: EventID?
    package var limit = EventLimits.largestPage

    package init() {}
}
