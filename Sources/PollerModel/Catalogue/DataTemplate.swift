/// What is measured: one round-robin file a device (or a row of its data query) and what goes
/// into it.
package struct DataTemplate: Hashable, Sendable {
    package static let itemCountRange = 1...20

    package let name: String
    package let title: String
    /// Where the knowledge comes from: an RFC, a MIB or a URL.
    package let source: String
    /// The data query whose rows this is measured for; nil for values a device has once.
    package let query: String?
    /// Which of the query's rows have it; nil: all that answer.
    package let rows: RowCondition?
    package let items: [Item]
    /// What its files are made of: one list for all of them.
    package let fileSources: [RoundRobinFile.Source]

    /// One data source of the file.
    package struct Item: Hashable, Sendable {
        package let name: String
        package let kind: DataSourceKind
        package let origin: Origin
        /// What the stored number counts, for example `octets` or `percent`.
        package let unit: String
        /// How a gauge is read; counters are kept raw.
        package var gauge = GaugeRule()
        /// The field of the row that holds the instance, in place of the row's index.
        package var at: String?
        /// Without a query: the template counts without this item too.
        package var isOptional = false
        package var limit: RateLimit?

        package init(name: String, kind: DataSourceKind, origin: Origin, unit: String) {
            self.name = name
            self.kind = kind
            self.origin = origin
            self.unit = unit
        }
    }

    package enum Origin: Hashable, Sendable {
        /// An object of the agent: with a query its column, else the whole instance. `narrow`
        /// is the 32-bit twin for agents and versions that lack the 64-bit one.
        case object(OID, narrow: OID?)
        /// Several objects by name, and what is computed of them and of fields of the row.
        case computed([String: OID], Expression)
        /// Something the poller measures about the poll itself.
        case measurement(Measurement)
    }

    package enum Measurement: String, Hashable, Sendable, CaseIterable {
        /// From the first request of a poll to its last answer.
        case pollMilliseconds = "poll_milliseconds"
        /// sysUpTime.0 of the poll, in seconds.
        case uptimeSeconds = "uptime_seconds"
    }

    /// The largest rate that can be true: `factor` times the row's speed in bits per second.
    package struct RateLimit: Hashable, Sendable {
        package let factor: Double
        package init(factor: Double) { self.factor = factor }
    }

    package init(
        name: String, title: String, source: String, query: String?, rows: RowCondition? = nil,
        items: [Item]
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.query = query
        self.rows = rows
        self.items = items
        fileSources = items.map { RoundRobinFile.Source(name: $0.name, kind: $0.kind) }
    }
}

/// Which of an item's two objects an agent offers for a row.
package enum CounterWidth: String, Hashable, Sendable, Codable {
    case wide
    case narrow
}

extension DataTemplate.Item {
    /// The columns or instances to ask for, in a fixed order; none for a measurement.
    package func objects(_ width: CounterWidth) -> [OID] {
        switch origin {
        case .object(let wide, let narrow): [width == .narrow ? narrow ?? wide : wide]
        case .computed(let objects, _): objects.sorted { $0.key < $1.key }.map(\.value)
        case .measurement: []
        }
    }

    /// Whether there is a 32-bit twin.
    package var hasNarrow: Bool {
        if case .object(_, .some) = origin { true } else { false }
    }
}
