/// What one poll of a device asks and what becomes of each answer.
package struct DevicePlan: Sendable, Hashable {
    package let device: DeviceID
    package let target: SNMPTarget
    package let availability: AvailabilityPolicy
    /// The distance of its slots; a data source may have a longer one of its own.
    package let step: Step
    /// Asked in this order; the objects of one data source stay in one message.
    package private(set) var sources: [PlannedSource]
    /// Names of the data queries whose rows are known; a restart of the agent may change them.
    package let tables: [String]
    /// After how many minutes each of them is read again without a sign of a change; those that
    /// never are left out.
    package let rereadMinutes: [String: Int]
    /// Objects whose change means that a table's rows may have changed.
    package let watches: [PlannedWatch]
    /// When the device was added.
    package let createdAt: Timestamp
    /// When it became another agent: rows that are not younger hold the former one's counters.
    package let agentSince: Timestamp?

    package init(
        device: DeviceID, target: SNMPTarget,
        availability: AvailabilityPolicy = AvailabilityPolicy(), step: Step,
        sources: [PlannedSource],
        tables: [String], rereadMinutes: [String: Int] = [:], watches: [PlannedWatch],
        createdAt: Timestamp, agentSince: Timestamp? = nil
    ) {
        self.device = device
        self.target = target
        self.availability = availability
        self.step = step
        self.sources = sources
        self.tables = tables
        self.rereadMinutes = rereadMinutes
        self.watches = watches
        self.createdAt = createdAt
        self.agentSince = agentSince
    }
}

extension DevicePlan {
    /// Whether what was true at `time` is known of the present agent.
    package func isOfAgent(_ time: Timestamp) -> Bool { agentSince.map { time > $0 } ?? true }

    /// The same with only those data sources that `isAsked`.
    package func asking(where isAsked: (PlannedSource) -> Bool) -> DevicePlan {
        guard !sources.allSatisfy(isAsked) else { return self }
        var plan = self
        plan.sources = sources.filter(isAsked)
        return plan
    }

    /// The slots of one data source.
    package func schedule(of source: PlannedSource) -> PollSchedule {
        PollSchedule(step: source.file.step, device: device)
    }
}

/// One data source of a plan.
package struct PlannedSource: Sendable, Hashable {
    package let dataSource: DataSourceID
    package let file: RoundRobinFile
    /// Name of the data query whose row it is measured for; nil for what a device has once.
    package let table: String?
    /// When the device showed it first.
    package let createdAt: Timestamp
    /// `items[i]` fills `file.sources[i]`.
    package let items: [PlannedItem]
    /// The objects asked for it; items point into this.
    package let objects: [OID]
    /// Where among them the time stands at which the row's counters began anew.
    package let discontinuity: Int?

    package init(
        dataSource: DataSourceID, file: RoundRobinFile, table: String?, createdAt: Timestamp,
        items: [PlannedItem], objects: [OID], discontinuity: Int? = nil
    ) {
        self.dataSource = dataSource
        self.file = file
        self.table = table
        self.createdAt = createdAt
        self.items = items
        self.objects = objects
        self.discontinuity = discontinuity
    }

    /// The same with another's items, which are equal.
    func sharing(_ items: [PlannedItem]) -> PlannedSource {
        PlannedSource(
            dataSource: dataSource, file: file, table: table, createdAt: createdAt, items: items,
            objects: objects, discontinuity: discontinuity)
    }
}

/// How one number of a data source comes about.
package struct PlannedItem: Sendable, Hashable {
    package enum Origin: Sendable, Hashable {
        /// Position in `PlannedSource.objects`.
        case object(Int)
        /// Positions in `PlannedSource.objects` by name, and what is computed of them.
        case computed([String: Int], Expression)
        case measurement(DataTemplate.Measurement)
        /// The row lacks this field, which says where the value is or what it is computed with.
        case fieldMissing(String)
    }

    package let name: String
    package let kind: DataSourceKind
    package let origin: Origin
    package let gauge: GaugeRule
    /// What a gauge is multiplied by; nil when the row lacks the field that says it.
    package let scale: Double?
    /// The largest rate that can be true; nil when nothing is known of it.
    package let limitPerSecond: Double?
    /// Whether it is a 64-bit counter of a device that is asked with SNMPv1, which cannot carry one
    /// (RFC 3584 §4.2.2.1).
    package let needsVersion2: Bool

    package init(
        name: String, kind: DataSourceKind, origin: Origin, gauge: GaugeRule = GaugeRule(),
        scale: Double? = 1, limitPerSecond: Double? = nil, needsVersion2: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.origin = origin
        self.gauge = gauge
        self.scale = scale
        self.limitPerSecond = limitPerSecond
        self.needsVersion2 = needsVersion2
    }
}

/// An object that tells whether a table changed.
package struct PlannedWatch: Sendable, Hashable {
    package let query: String
    package let object: OID

    package init(query: String, object: OID) {
        self.query = query
        self.object = object
    }
}
