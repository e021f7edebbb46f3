/// Judges what was seen of a round-robin file by what it should be.
package struct ArchiveCheck: Sendable {
    package let source: DataSource
    package let file: RoundRobinFile
    package let expectation: Expectation
    private let isSampled: Bool
    private let now: Timestamp

    /// Whether rows should come.
    package enum Expectation: Sendable, Hashable {
        /// None can be older than this: the poller or the data source is not.
        case rows(since: Timestamp)
        /// None, and why.
        case none(reason: String)
    }

    /// - Parameter isSampled: whether there was a sample of it since the poller started.
    package init(
        source: DataSource, file: RoundRobinFile, expectation: Expectation, isSampled: Bool,
        now: Timestamp
    ) {
        self.isSampled = isSampled
        self.source = source
        self.file = file
        self.expectation = expectation
        self.now = now
    }

    /// - Parameter startedAt: since when the poller runs.
    package static func expectation(
        of source: DataSource, _ definition: DeviceDefinition, status: DeviceStatus,
        startedAt: Timestamp
    ) -> Expectation {
        guard definition.device.isEnabled else { return .none(reason: "the device is disabled") }
        if let row = definition.row(of: source), !row.isPresent {
            return .none(reason: "the device does not list its row any more")
        }
        switch status.state {
        case .up: return .rows(since: max(startedAt, source.createdAt))
        case .disabled: return .none(reason: "the device is disabled")
        case .unknown: return .none(reason: "the device has not been polled yet")
        case .recovering: return .none(reason: "the device has been answering for a moment only")
        case .down:
            return .none(
                reason: "the device is down" + (status.reason.map { ": \($0.words)" } ?? ""))
        }
    }

    /// What is wrong with the file, what weighs most first; empty when nothing is.
    package func findings(_ seen: ArchiveObservation) -> [ArchiveFinding] {
        var findings: [ArchiveFinding] = []
        switch seen.content {
        case .missing:
            // Else its device may just be being added.
            if isSampled || now.seconds - source.createdAt.seconds >= OrphanFile.youngestSeconds {
                findings.append(.missing)
            }
        case .unreadable(let words): findings.append(.unreadable(words))
        case .damaged(let words): findings.append(.damaged(words))
        case .sound(let layout):
            findings +=
                ArchiveComparison(file: file, profile: source.profile, layout: layout)
                .findings
        }
        if let words = seen.librrdWords { findings.append(.refusedByLibrary(words)) }
        if let trouble = seen.trouble { findings.append(.unwritten(trouble)) }
        if let rights = seen.rights { findings += ArchiveFinding.findings(rights) }
        if !seen.isWhole { findings.append(.holes) }
        if let stale = staleness(seen) { findings.append(stale) }
        // Stable: of two that weigh the same, the one that was found first.
        return findings.filter { $0.severity == .error }
            + findings.filter { $0.severity == .warning }
    }

    private func staleness(_ seen: ArchiveObservation) -> ArchiveFinding? {
        guard case .sound = seen.content, case .rows(let since) = expectation else { return nil }
        let age = now.seconds - max(since, seen.newest ?? since).seconds
        guard age > file.heartbeatSeconds else { return nil }
        return .stale(seen.newest, seconds: age, source: source.id)
    }
}

/// Compares what a file is made of with what it should be made of.
struct ArchiveComparison {
    let file: RoundRobinFile
    /// Its name.
    let profile: String
    let layout: ArchiveLayout

    /// Archives that are named one by one.
    private static let largestNaming = 3
    private static let shareTolerance = 1e-9

    var findings: [ArchiveFinding] {
        var findings = [sources, heartbeat].compactMap { $0 }
        if let step { findings.append(step) } else if let archives { findings.append(archives) }
        return findings
    }

    private var sources: ArchiveFinding? {
        let found = layout.sources.map(\.name)
        let wanted = file.sources.map(\.name)
        guard !Set(found).isDisjoint(with: wanted) else {
            return ArchiveFinding(
                .error, .sourcesDiffer,
                "holds \(Self.list(found)) instead of \(Self.list(wanted))",
                fix: "put the right file in its place with pollerd stopped; else pollerd moves it "
                    + "to quarantine/ when it next writes it, and begins a new one")
        }
        var words: [String] = []
        let lacking = wanted.filter { !found.contains($0) }
        if !lacking.isEmpty { words.append("lacks \(Self.list(lacking))") }
        for source in file.sources {
            guard let other = layout.sources.first(where: { $0.name == source.name }),
                other.kind != source.kind.rawValue,
                // DERIVE takes raw counters as COUNTER does.
                !(other.kind == "DERIVE" && source.kind == .counter)
            else { continue }
            words.append(
                "keeps \(source.name) as \(other.kind), and it is a \(source.kind.rawValue)")
        }
        guard !words.isEmpty else { return surplus(found.filter { !wanted.contains($0) }) }
        return ArchiveFinding(
            .error, .sourcesDiffer, words.joined(separator: "; "), fix: Self.reshaping)
    }

    private func surplus(_ names: [String]) -> ArchiveFinding? {
        guard !names.isEmpty else { return nil }
        return ArchiveFinding(
            .warning, .sourcesDiffer,
            "also holds \(Self.list(names)), which nothing fills any more",
            fix: Self.reshaping)
    }

    private var heartbeat: ArchiveFinding? {
        let found = layout.sources.map(\.heartbeatSeconds)
        guard let other = found.first(where: { $0 != file.heartbeatSeconds }) else { return nil }
        let words =
            "counts a value as unknown after \(Self.seconds(other)), its profile “\(profile)” "
            + "says \(Self.seconds(file.heartbeatSeconds))"
        // librrd makes every value unknown that comes later than the heartbeat.
        let isStarved = (found.min() ?? other) < file.step.seconds
        return ArchiveFinding(
            isStarved ? .error : .warning, .heartbeatDiffers,
            isStarved
                ? "\(words); it is asked every \(Self.seconds(file.step.seconds)), so that all its "
                    + "values are unknown" : words, fix: Self.reshaping)
    }

    private var step: ArchiveFinding? {
        guard layout.stepSeconds != file.step.seconds else { return nil }
        return ArchiveFinding(
            .warning, .stepDiffers,
            "has a step of \(Self.seconds(layout.stepSeconds)), its profile “\(profile)” says "
                + Self.seconds(file.step.seconds), fix: Self.reshaping)
    }

    private var archives: ArchiveFinding? {
        let lacking = file.archives.filter { wanted in
            !layout.archives.contains { $0.map { Self.isSame($0, wanted) } ?? false }
        }
        let surplus = layout.archives.filter { found in
            !file.archives.contains { wanted in found.map { Self.isSame($0, wanted) } ?? false }
        }
        var words: [String] = []
        if !lacking.isEmpty { words.append("lacks \(archiveWords(lacking))") }
        if !surplus.isEmpty { words.append("has \(archiveWords(surplus)) too many") }
        guard !words.isEmpty else { return nil }
        return ArchiveFinding(
            .warning, .archivesDiffer,
            words.joined(separator: ", and ") + ", as its profile “\(profile)” says",
            fix: Self.reshaping)
    }

    private func archiveWords(_ archives: [RoundRobinArchive?]) -> String {
        let named = archives.prefix(Self.largestNaming).map { archive in
            guard let archive else { return "one of a function that pollerd does not write" }
            let resolution = Int64(archive.stepsPerRow) * file.step.seconds
            return "\(archive.function.rawValue) of \(DurationText.words(resolution)) × "
                + "\(archive.rows) rows"
        }
        let rest = archives.count - named.count
        return named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    private static func isSame(_ left: RoundRobinArchive, _ right: RoundRobinArchive) -> Bool {
        left.function == right.function && left.stepsPerRow == right.stepsPerRow
            && left.rows == right.rows
            // It went through a decimal text.
            && abs(left.unknownShare - right.unknownShare) < shareTolerance
    }

    private static let reshaping = "pollerctl rrd reshape --data-source ID puts it right"
    private static func seconds(_ count: Int64) -> String { "\(count) s" }
    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
