/// What is known of one data source, from its definition to its file.
package struct SourceFacts: Sendable {
    package let device: Device
    package let deviceStatus: DeviceStatus
    package let source: DataSource
    package let row: QueryRow?
    /// nil when the catalogue lost the template or the profile.
    package let file: RoundRobinFile?
    package var status: SourceStatus?
    /// What is wrong with the file; nil where nobody looked.
    package let findings: [ArchiveFinding]?
    /// Since when the poller runs.
    package let startedAt: Timestamp
    /// For how long its loop has been silent.
    package let silenceMilliseconds: Int64?
    package let now: Timestamp
    /// What is known of the time before the start; nil where nobody looked.
    package var history: StageHistory?

    package init(
        device: Device, deviceStatus: DeviceStatus, source: DataSource, row: QueryRow?,
        file: RoundRobinFile?, status: SourceStatus?, findings: [ArchiveFinding]?,
        startedAt: Timestamp, silenceMilliseconds: Int64?, now: Timestamp,
        history: StageHistory? = nil
    ) {
        self.device = device
        self.deviceStatus = deviceStatus
        self.source = source
        self.row = row
        self.file = file
        self.status = status
        self.findings = findings
        self.startedAt = startedAt
        self.silenceMilliseconds = silenceMilliseconds
        self.now = now
        self.history = history
    }
}

/// Makes the chain of one data source out of what is known of it.
package struct SourceExplanation {
    private let facts: SourceFacts
    private let clock: (Timestamp) -> String

    /// - Parameter clock: how a time is written for the reader.
    package init(_ facts: SourceFacts, clock: @escaping (Timestamp) -> String) {
        self.facts = facts
        self.clock = clock
    }

    /// From `defined` to `written`; behind a stage that failed nothing is reached.
    package var links: [ExplainLink] {
        var links = [defined, enabled, scheduled]
        links += device.exchange + values + [journaled, written]
        links = facts.history?.completing(links, startedAt: facts.startedAt, clock: clock) ?? links
        return Self.cut(links)
    }

    /// What lies behind the first broken link was not reached, however it went before.
    package static func cut(_ links: [ExplainLink]) -> [ExplainLink] {
        guard
            let first = links.firstIndex(where: { $0.outcome == .failed || $0.outcome == .waiting })
        else { return links }
        return links.enumerated().map { index, link in
            guard index > first else { return link }
            var link = link
            link.outcome = .unreached
            link.words =
                link.lastOk == nil ? "not reached" : "not reached; it last went well before"
            (link.reason, link.fix, link.since) = (nil, nil, nil)
            link.evidence = []
            return link
        }
    }

    private var device: DeviceExplanation {
        DeviceExplanation(
            device: facts.device, status: facts.deviceStatus, isAsked: facts.status != nil,
            clock: clock)
    }

    private var name: String { facts.device.name }

    private var defined: ExplainLink {
        guard let file = facts.file else {
            return ExplainLink(
                .defined, .failed,
                facts.source.lossWords, reason: DataSource.lossCode, fix: DataSource.lossFix)
        }
        return ExplainLink(
            .defined, .ok,
            "data template \(facts.source.template), profile \(facts.source.profile)",
            lastOk: facts.source.createdAt,
            evidence: [
                .init("file", file.path), .init("step", "\(file.step.seconds) s"),
                .init("since", clock(facts.source.createdAt)),
            ])
    }

    private var enabled: ExplainLink {
        facts.device.isEnabled
            ? ExplainLink(.enabled, .ok, "\(name) is polled")
            : ExplainLink(
                .enabled, .failed, "the device is disabled, so it is not polled",
                reason: "device.disabled", fix: "pollerctl device enable \(name)")
    }

    private var scheduled: ExplainLink {
        if let row = facts.row, !row.isPresent {
            if let cut = facts.deviceStatus.cutTables[row.query] {
                return ExplainLink(
                    .scheduled, .failed,
                    "index \(OID.dotted(row.index)) is not in what is known of the device's table "
                        + "\(row.query), so it is not asked: \(cut)",
                    reason: "table_cut",
                    fix: "update the device's firmware, or report its make and model with this "
                        + "sentence; then read the tables again: pollerctl device reindex \(name)")
            }
            return ExplainLink(
                .scheduled, .failed,
                "the device does not list index \(OID.dotted(row.index)) any more, so it is not asked",
                reason: "row_gone",
                fix: "if it should be there, read the tables again: pollerctl device reindex "
                    + name, evidence: [.init("table", row.query)])
        }
        if let silence = facts.silenceMilliseconds,
            silence > DaemonFacts.longestSilenceMilliseconds
        {
            return DeviceExplanation.stalled(silence, now: facts.now, clock: clock)
        }
        guard let step = facts.file?.step else {
            return ExplainLink(.scheduled, .unreached, "not reached")
        }
        return DeviceExplanation.schedule(
            facts.device, step: step,
            lastAsked: facts.status?.sampledAt
                ?? facts.deviceStatus.lastPoll, status: facts.deviceStatus, now: facts.now,
            clock: clock)
    }

    // MARK: Values

    private static let valueStages: [ExplainStage] = [.present, .identified, .converted, .bounded]

    /// The item that was lost first, and why.
    private var lost: (item: SourceStatus.Item, reason: UnknownReason)? {
        let stages = ExplainStage.allCases
        return facts.status?.items.compactMap { item -> (SourceStatus.Item, UnknownReason)? in
            if case .failure(let reason) = item.shown { (item, reason) } else { nil }
        }.min { left, right in
            let places = [left.1, right.1].map { stages.firstIndex(of: Self.stage(of: $0)) ?? 0 }
            return places[0] < places[1]
        }
    }

    /// Where a loss breaks the chain of its data source. The stages of the exchange are those of
    /// the device, which answers when any of its groups has an answer: a group whose own request
    /// was lost has no value.
    private static func stage(of reason: UnknownReason) -> ExplainStage {
        DeviceExplanation.exchangeStages.contains(reason.stage) ? .present : reason.stage
    }

    private var values: [ExplainLink] {
        guard let status = facts.status else {
            let words = nothingYet
            return Self.valueStages.map {
                ExplainLink(
                    $0, $0 == .present ? .waiting : .unreached, words,
                    reason: ExplainLink.notPolledYet,
                    fix: "wait for the next poll, or ask now: pollerctl device poll \(name)")
            }
        }
        let isWhole = status.isAllUnknown
        return Self.valueStages.map { stage in
            if let silence = device.silence(at: stage) { return silence }
            guard let lost, Self.stage(of: lost.reason) == stage else {
                return ExplainLink(
                    stage, .ok, Self.words(stage, status), lastOk: status.lastKnown,
                    evidence: stage == .converted ? Self.evidence(status) : [])
            }
            let outcome: ExplainLink.Outcome =
                !isWhole ? .warning : lost.reason.passes ? .waiting : .failed
            return ExplainLink(
                stage, outcome, (isWhole ? "" : "\(lost.item.name): ") + lost.reason.words,
                reason: lost.reason.code, fix: lost.reason.fix(device: name),
                lastOk: status.lastKnown, since: status.lastKnown,
                evidence: [.init("asked at", clock(status.sampledAt))]
                    + (lost.item.raw.map { [.init("raw value", "\($0)")] } ?? [])
                    + (facts.file.map { [.init("step", "\($0.step.seconds) s")] } ?? []))
        }
    }

    /// Why there is no sample.
    private var nothingYet: String {
        let start = facts.source.createdAt >= facts.startedAt ? "it was added" : "pollerd started"
        let words = "no sample of it has come since \(start)"
        guard let step = facts.file?.step else { return words }
        let next = PollSchedule(step: step, device: facts.device.id).next(after: facts.now)
        return "\(words); the next poll is due by \(clock(next))"
    }

    private static func words(_ stage: ExplainStage, _ status: SourceStatus) -> String {
        switch stage {
        case .present: "the device has a value"
        case .identified: "it is of the expected type and row"
        case .converted:
            status.items.contains { $0.raw != nil }
                ? "a rate came of the counter" : "a number came of it"
        default: "it can be true"
        }
    }

    private static func evidence(_ status: SourceStatus) -> [ExplainLink.Evidence] {
        status.items.prefix(10).map { item in
            let raw = item.raw.map { ", counter \($0)" } ?? ""
            return switch item.shown {
            case .success(let value): .init(item.name, "\(value.plainText)\(raw)")
            case .failure(let reason): .init(item.name, "unknown: \(reason.code)\(raw)")
            }
        }
    }

    // MARK: The file

    private var journaled: ExplainLink {
        if let failure = facts.status?.storeFailure {
            return ExplainLink(
                .journaled, .failed, failure.words, reason: failure.code, fix: failure.fix,
                lastOk: facts.status?.lastStored, since: facts.status?.lastStored)
        }
        if let lost, Self.stage(of: lost.reason) == .journaled {
            return ExplainLink(
                .journaled, .failed, lost.reason.words, reason: lost.reason.code,
                fix: lost.reason.fix(device: name), lastOk: facts.status?.lastStored)
        }
        guard let stored = facts.status?.lastStored else {
            return ExplainLink(
                .journaled, .waiting, "no row has been accepted since pollerd started",
                reason: ExplainLink.notPolledYet, fix: "wait for the next poll")
        }
        return ExplainLink(
            .journaled, .ok, "the newest row is of \(clock(stored))", lastOk: stored)
    }

    private var written: ExplainLink {
        guard let findings = facts.findings else {
            return ExplainLink(.written, .ok, "the file was not looked at", lastOk: nil)
        }
        guard let worst = findings.first(where: { $0.severity == .error }) ?? findings.first else {
            return ExplainLink(
                .written, .ok, "the file is sound and takes its rows",
                lastOk: facts.status?.lastStored)
        }
        return ExplainLink(
            .written, worst.severity == .error ? .failed : .warning, "its file \(worst.words)",
            reason: worst.code.rawValue, fix: worst.fix,
            evidence: facts.file.map { [.init("file", $0.path)] } ?? [])
    }
}

/// A data source whose definition is in the catalogue no more.
extension DataSource {
    package static let lossCode = "definition_lost"
    package static let lossFix =
        "put its file back (pollerctl template check), or remove the graph"

    package var lossWords: String {
        "the catalogue lost the data template “\(template)” or the profile “\(profile)”"
    }
}
