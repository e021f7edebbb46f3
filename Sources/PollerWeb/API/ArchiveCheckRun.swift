import PollerModel

/// Checks the files of data sources, a few at a time.
struct ArchiveCheckRun {
    let services: WebServices

    /// Data sources whose observations are in memory at once.
    private static let portion = 1_000

    /// A data source and the device it is measured on.
    typealias Subject = (source: DataSource, definition: DeviceDefinition)

    /// - Parameter isWhole: whether these are all there are; then also what belongs to none of them
    ///   is told.
    func report(
        of subjects: [Subject], isWhole: Bool
    ) async throws(ArchiveFailure) -> ArchiveCheckReport {
        var report = ArchiveCheckReport()
        var resting: [DeviceID: [String: Int]] = [:]
        for start in stride(from: 0, to: subjects.count, by: Self.portion) {
            let part = subjects[start..<min(start + Self.portion, subjects.count)]
            try await check(part, &report, &resting)
        }
        report.resting = Self.resting(resting, subjects)
        guard isWhole else { return report }
        report.orphans = try await services.maintenance.orphans(unless: services.isKnown)
        report.quarantine = try await services.maintenance.quarantined()
        return report
    }

    private func check(
        _ subjects: ArraySlice<Subject>, _ report: inout ArchiveCheckReport,
        _ resting: inout [DeviceID: [String: Int]]
    ) async throws(ArchiveFailure) {
        let catalogue = services.definitions.catalogue
        let defined = subjects.map {
            RoundRobinFile(dataSource: $0.source, catalogue: catalogue)
        }
        var seen = try await services.maintenance.observe(defined.compactMap { $0 })[...]
        let startedAt = services.status.summary().startedAt
        for (subject, file) in zip(subjects, defined) {
            let (source, definition) = subject
            report.checked += 1
            guard let file, let observation = seen.popFirst() else {
                report.add(
                    [.undefined(source, catalogue)], of: source, device: definition.device)
                continue
            }
            let expectation = ArchiveCheck.expectation(
                of: source, definition, status: services.status.device(definition.device.id),
                startedAt: startedAt)
            if case .none(let reason) = expectation {
                resting[definition.device.id, default: [:]][reason, default: 0] += 1
            }
            let check = ArchiveCheck(
                source: source, file: file, expectation: expectation,
                isSampled: services.status.source(source.id) != nil, now: services.now)
            report.add(check.findings(observation), of: source, device: definition.device)
        }
    }

    private static func resting(
        _ counts: [DeviceID: [String: Int]], _ subjects: [Subject]
    ) -> [ArchiveCheckReport.Resting] {
        var devices: [DeviceID: Device] = [:]
        for subject in subjects {
            devices[subject.definition.device.id] = subject.definition.device
        }
        return counts.sorted { $0.key < $1.key }.flatMap { id, reasons in
            reasons.sorted { $0.key < $1.key }.compactMap { reason, count in
                devices[id].map { .init($0, reason: reason, dataSources: count) }
            }
        }.prefix(ArchiveCheckReport.largestListing).map { $0 }
    }
}

extension WebServices {
    /// Whether a file belongs to a data source at the moment when it is asked.
    var isKnown: @Sendable (String) -> Bool {
        let inventory = inventory
        return { inventory.definitions.isKnown($0) }
    }
}
