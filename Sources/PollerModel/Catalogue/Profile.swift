/// How a data source is kept: its step and the archives of its round-robin file.
package struct Profile: Hashable, Sendable {
    package static let archiveCountRange = 1...32
    package static let rowsRange = 1...1_000_000
    package static let stepsPerRowRange = 1...100_000
    /// Largest file one data source may ask for, per value kept in it.
    package static let largestBytesPerSource = 64 << 20
    /// Largest file, with all its values.
    package static let largestFileBytes = 256 << 20

    package let name: String
    package let title: String
    package let step: Step
    /// Whether a device that is polled at this step is kept like this, when several profiles have
    /// the step. A profile that is alone with its step needs no such word.
    package let isDefault: Bool
    /// Seconds without a sample after which the interval is unknown (RRDtool manual,
    /// rrdcreate: heartbeat).
    package let heartbeatSeconds: Int64
    package let archives: [RoundRobinArchive]

    package init(
        name: String, title: String, step: Step, isDefault: Bool = false,
        heartbeatSeconds: Int64, archives: [RoundRobinArchive]
    ) {
        self.name = name
        self.title = title
        self.step = step
        self.isDefault = isDefault
        self.heartbeatSeconds = heartbeatSeconds
        self.archives = archives
    }

    /// What the rows of one value take in a file.
    package var bytesPerValue: Int { archives.bytesPerValue }
}

/// How several samples become one row (RRDtool manual, rrdcreate: CF).
package enum ConsolidationFunction: String, Sendable, Codable, CaseIterable {
    case average = "AVERAGE"
    case minimum = "MIN"
    case maximum = "MAX"
    case last = "LAST"
}

/// One archive of a round-robin file (RRDtool manual, rrdcreate: RRA).
package struct RoundRobinArchive: Hashable, Sendable {
    package let function: ConsolidationFunction
    package let stepsPerRow: Int
    package let rows: Int
    /// Share of a row's steps that may be unknown while the row is still known: 0 ..< 1.
    package let unknownShare: Double

    package init(
        function: ConsolidationFunction, stepsPerRow: Int, rows: Int, unknownShare: Double = 0.5
    ) {
        self.function = function
        self.stepsPerRow = stepsPerRow
        self.rows = rows
        self.unknownShare = unknownShare
    }
}

extension [RoundRobinArchive] {
    /// What the rows of one value take in a file, at 8 bytes for each (rrd_format.h: rrd_value_t).
    package var bytesPerValue: Int { reduce(0) { $0 + $1.rows * 8 } }
}

/// What the numbers of a data source mean to librrd (RRDtool manual, rrdcreate: DST).
package enum DataSourceKind: String, Sendable, Codable, CaseIterable {
    case gauge = "GAUGE"
    case counter = "COUNTER"
}
