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
        /// Gauges are multiplied by this; counters are kept raw.
        package let scale: Double
        /// A field of the row that multiplies a gauge too (hrStorageAllocationUnits).
        package let scaleField: String?
        /// A 32-bit INTEGER that agents let run over into the negative (hrStorageUsed above
        /// 2³¹): read modulo 2³².
        package let isUnsigned: Bool
        package let limit: RateLimit?

        package init(
            name: String, kind: DataSourceKind, origin: Origin, unit: String, scale: Double = 1,
            scaleField: String? = nil, isUnsigned: Bool = false, limit: RateLimit? = nil
        ) {
            self.name = name
            self.kind = kind
            self.origin = origin
            self.unit = unit
            self.scale = scale
            self.scaleField = scaleField
            self.isUnsigned = isUnsigned
            self.limit = limit
        }
    }

    package enum Origin: Hashable, Sendable {
        /// An object of the agent: with a query its column, else the whole instance. `narrow`
        /// is the 32-bit twin for agents and versions that lack the 64-bit one.
        case object(OID, narrow: OID?)
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
        name: String, title: String, source: String, query: String?, items: [Item]
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.query = query
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
    /// The column or instance to ask for; nil for a measurement.
    package func object(_ width: CounterWidth) -> OID? {
        switch origin {
        case .object(let wide, let narrow): width == .narrow ? narrow ?? wide : wide
        case .measurement: nil
        }
    }
}
