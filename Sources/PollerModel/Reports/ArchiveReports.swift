/// What a check of round-robin files found, as `pollerctl rrd check -o json` shows it.
package struct ArchiveCheckReport: Sendable, Hashable, Codable {
    /// Findings, and devices that rest, that are told one by one; all are counted.
    package static let largestListing = 10_000

    /// Data sources whose files were looked at.
    package var checked = 0
    package var errors = 0
    package var warnings = 0
    /// Files that librrd must not open; they are among the errors.
    package var damaged = 0
    /// In the order of their data sources, what weighs most first.
    package private(set) var findings: [Finding] = []
    /// Findings that were one too many.
    package private(set) var findingsLeftOut = 0
    /// Data sources of which no rows are expected at present, so that none can be too old.
    package var resting: [Resting] = []
    /// Files of no data source; null when only some data sources were checked.
    @ExplicitNull package var orphans: OrphanTally?
    @ExplicitNull package var quarantine: QuarantineTally?

    package struct Finding: Sendable, Hashable, Codable {
        package let dataSource: DataSourceID
        package let deviceId: DeviceID
        package let device: String
        /// Relative to the state folder.
        package let file: String
        package let severity: ArchiveFinding.Severity
        package let code: ArchiveFinding.Code
        /// What words follow the file's name.
        package let detail: String
        package let fix: String

        package init(_ finding: ArchiveFinding, of source: DataSource, device: Device) {
            dataSource = source.id
            deviceId = device.id
            self.device = device.name
            file = source.path
            severity = finding.severity
            code = finding.code
            detail = finding.words
            fix = finding.fix
        }
    }

    package struct Resting: Sendable, Hashable, Codable {
        package let deviceId: DeviceID
        package let device: String
        package let reason: String
        package let dataSources: Int

        package init(_ device: Device, reason: String, dataSources: Int) {
            deviceId = device.id
            self.device = device.name
            self.reason = reason
            self.dataSources = dataSources
        }
    }

    package init() {}

    package mutating func add(
        _ found: [ArchiveFinding], of source: DataSource, device: Device
    ) {
        for finding in found {
            switch finding.severity {
            case .error: errors += 1
            case .warning: warnings += 1
            }
            if finding.code == .damaged { damaged += 1 }
            if findings.count < Self.largestListing {
                findings.append(Finding(finding, of: source, device: device))
            } else {
                findingsLeftOut += 1
            }
        }
    }
}

/// What the head of a round-robin file says, as `/api/v1/data-sources/{id}/info` tells it.
package struct ArchiveInfoReport: Sendable, Hashable, Codable {
    /// Relative to the state folder.
    package let file: String
    /// Exactly what `rrdtool info` prints there.
    package let text: String
    package let entries: [RoundRobinInfo.Entry]

    package init(_ info: RoundRobinInfo, of place: ArchivePlace) {
        file = place.description
        text = info.text
        entries = info.entries
    }
}

/// What `pollerctl rrd purge` asks for.
package struct PurgeOrder: Sendable, Hashable, Codable {
    /// Tells what would be moved, and moves nothing.
    package var dryRun: Bool?

    /// All there are: an order with another one is refused, for it would not be heard.
    package enum CodingKeys: String, CodingKey, CaseIterable { case dryRun }

    package init(dryRun: Bool) { self.dryRun = dryRun }
}

/// What became, or would become, of files that belong to no data source.
package struct PurgeReport: Sendable, Hashable, Codable {
    package let dryRun: Bool
    /// Where they are now, relative to the state folder; null when nothing was moved.
    @ExplicitNull package var folder: String?
    /// The first of them.
    package let files: [OrphanFile]
    package let count: Int
    package let bytes: Int64
    /// Those that could not be moved: the first of them, and why.
    package let kept: [PurgeResult.Kept]
    package let keptCount: Int

    /// Of a dry run.
    package init(planned: OrphanTally) {
        var result = PurgeResult()
        result.moved = planned
        self.init(result, dryRun: true)
    }

    package init(_ result: PurgeResult) { self.init(result, dryRun: false) }

    private init(_ result: PurgeResult, dryRun: Bool) {
        self.dryRun = dryRun
        files = result.moved.files
        count = result.moved.count
        bytes = result.moved.bytes
        kept = result.kept
        keptCount = result.keptCount
        _folder = ExplicitNull(wrappedValue: result.folder)
    }
}
