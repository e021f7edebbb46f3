/// How a data source is kept: its step and the archives of its round-robin file.
package struct Profile: Hashable, Sendable {
    package static let archiveCountRange = 1...32
    package static let rowsRange = 1...1_000_000
    package static let stepsPerRowRange = 1...100_000
    /// Largest file one data source may ask for, per value kept in it.
    package static let largestBytesPerSource = 64 << 20

    package let name: String
    package let title: String
    package let step: Step
    /// Seconds without a sample after which the interval is unknown (RRDtool manual,
    /// rrdcreate: heartbeat).
    package let heartbeatSeconds: Int64
    package let archives: [RoundRobinArchive]

    package init(
        name: String, title: String, step: Step, heartbeatSeconds: Int64,
        archives: [RoundRobinArchive]
    ) {
        self.name = name
        self.title = title
        self.step = step
        self.heartbeatSeconds = heartbeatSeconds
        self.archives = archives
    }
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

/// What the numbers of a data source mean to librrd (RRDtool manual, rrdcreate: DST).
package enum DataSourceKind: String, Sendable, Codable, CaseIterable {
    case gauge = "GAUGE"
    case counter = "COUNTER"
}
