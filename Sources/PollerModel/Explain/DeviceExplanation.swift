/// The part of a chain that is the device's: whether it is asked, and whether it answers.
package struct DeviceExplanation {
    private let device: Device
    private let status: DeviceStatus
    private let clock: (Timestamp) -> String
    /// Whether a poll of something on it is known, whatever the status says.
    private let isAsked: Bool

    package init(
        device: Device, status: DeviceStatus, isAsked: Bool = false,
        clock: @escaping (Timestamp) -> String
    ) {
        self.isAsked = isAsked
        self.device = device
        self.status = status
        self.clock = clock
    }

    /// The chain of a device as a whole.
    ///
    /// - Parameters:
    ///   - silenceMilliseconds: for how long the poller's loop has been silent.
    ///   - history: what is known of the time before the start, and when that was.
    package func links(
        now: Timestamp, silenceMilliseconds: Int64?,
        history: (known: StageHistory, startedAt: Timestamp)? = nil
    ) -> [ExplainLink] {
        var links = [
            device.isEnabled
                ? ExplainLink(.enabled, .ok, "\(device.name) is polled")
                : ExplainLink(
                    .enabled, .failed, "the device is disabled, so it is not polled",
                    reason: "device.disabled", fix: "pollerctl device enable \(device.name)")
        ]
        if let silence = silenceMilliseconds, silence > DaemonFacts.longestSilenceMilliseconds {
            links.append(Self.stalled(silence, now: now, clock: clock))
        } else {
            links.append(
                Self.schedule(
                    device, step: device.step, lastAsked: status.lastPoll, status: status,
                    now: now, clock: clock))
        }
        links += exchange
        if status.failure == nil, status.lastAnswer != nil {
            links.append(
                ExplainLink(
                    .present, .ok, "it shows values", lastOk: status.lastAnswer,
                    evidence: uptime))
        } else if let silence = silence(at: .present) {
            links.append(silence)
        }
        if let history {
            links = history.known.completing(links, startedAt: history.startedAt, clock: clock)
        }
        return SourceExplanation.cut(links)
    }

    /// The loop that asks does not run.
    static func stalled(
        _ silenceMilliseconds: Int64, now: Timestamp, clock: (Timestamp) -> String
    ) -> ExplainLink {
        // Since when, and not for how long: a picture that says it stays the same.
        let since = now.advanced(milliseconds: -silenceMilliseconds)
        return ExplainLink(
            .scheduled, .failed, "the poll loop has not run since \(clock(since))",
            reason: ExplainLink.pollerStalled,
            fix: "see the log and pollerctl doctor; systemctl restart pollerd", since: since,
            evidence: [.init("silent for", "\(silenceMilliseconds / 1_000) s")])
    }

    /// When something is asked, and whether that is kept.
    static func schedule(
        _ device: Device, step: Step, lastAsked: Timestamp?, status: DeviceStatus, now: Timestamp,
        clock: (Timestamp) -> String
    ) -> ExplainLink {
        let next = PollSchedule(step: step, device: device.id).next(after: now)
        var evidence: [ExplainLink.Evidence] = [.init("next", clock(next))]
        if let lastAsked { evidence.insert(.init("last", clock(lastAsked)), at: 0) }
        if status.missedSlots > 0 {
            evidence.append(.init("missed slots since start", "\(status.missedSlots)"))
        }
        guard lastAsked != nil || status.failure != nil else {
            return ExplainLink(
                .scheduled, .waiting, "the first poll is due by \(clock(next))",
                reason: ExplainLink.notPolledYet,
                fix: "wait, or ask now: pollerctl device poll \(device.name)", evidence: evidence)
        }
        let missed = status.missedSlots > 0 && status.missedSlots * 10 > status.polls
        return ExplainLink(
            .scheduled, missed ? .warning : .ok,
            missed
                ? "more than one slot in ten is missed, because the device is still being asked "
                    + "when the next is due" : "asked every \(step.seconds) s",
            reason: missed ? "slots_missed" : nil,
            fix: missed
                ? "poll it less often, or measure less on it (pollerctl device show "
                    + "\(device.name))" : nil,
            lastOk: lastAsked, evidence: evidence)
    }

    static let exchangeStages: [ExplainStage] = [
        .resolved, .sent, .answered, .authenticated,
    ]

    /// From the name to whether the agent takes who asks.
    var exchange: [ExplainLink] {
        Self.exchangeStages.map { stage in
            if let silence = silence(at: stage) { return silence }
            if stage == .answered, let outage { return outage }
            if status.lastPoll == nil, status.failure == nil, !isAsked {
                return ExplainLink(
                    stage, .waiting, "not polled yet since pollerd started",
                    reason: ExplainLink.notPolledYet, fix: "wait for the next poll")
            }
            return ExplainLink(
                stage, .ok, words(stage), lastOk: status.lastAnswer,
                evidence: stage == .answered ? answer : [])
        }
    }

    /// What the agent's failure says where it ended the exchange at this stage.
    func silence(at stage: ExplainStage) -> ExplainLink? {
        status.failure.flatMap { $0.stage == stage ? link(of: $0) : nil }
    }

    /// What keeps it from counting as up, though values come.
    private var outage: ExplainLink? {
        guard status.failure == nil, let outage = status.outage else { return nil }
        let since = status.outageSince.map { " since \(clock($0))" } ?? ""
        return ExplainLink(
            .answered, .warning,
            "values come, and it does not count as up\(since): \(outage.words)",
            reason: outage.code, fix: outage.fix, lastOk: status.lastAnswer,
            since: status.outageSince, evidence: answer)
    }

    private func link(of failure: SNMPFailure) -> ExplainLink {
        let since = status.failingSince.map { " since \(clock($0))" } ?? ""
        return ExplainLink(
            failure.stage, .failed, "\(failure.words)\(since)", reason: failure.code,
            fix: failure.fix, lastOk: status.lastAnswer, since: status.failingSince,
            evidence: [
                .init("to", place), .init("failed polls since start", "\(status.failedPolls)"),
            ] + (status.lastAnswer.map { [.init("last answer", clock($0))] } ?? []))
    }

    private var place: String { "\(device.target.host), port \(device.target.port)" }

    private func words(_ stage: ExplainStage) -> String {
        switch stage {
        case .resolved: "the address of \(device.target.host) is known"
        case .sent: "requests go to \(place)"
        case .answered: "the agent answers"
        default:
            switch device.target.credentials {
            case .community: "the agent takes the community"
            case .user(let user): "the agent takes user \(user.name) (\(user.level.rawValue))"
            }
        }
    }

    private var answer: [ExplainLink.Evidence] {
        [
            status.lastAnswer.map { .init("last answer", clock($0)) },
            status.pollMilliseconds.map { .init("the poll took", "\($0) ms") },
            status.currentBudget.map { .init("of its interval", $0.words(of: device.step)) },
            status.pingMilliseconds.map { .init("ping", "\($0.plainText) ms") },
        ].compactMap { $0 }
    }

    private var uptime: [ExplainLink.Evidence] {
        status.uptimeSeconds.map { [.init("uptime", DurationText.words($0))] } ?? []
    }
}
