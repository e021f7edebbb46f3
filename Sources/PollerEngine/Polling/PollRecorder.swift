package import Logging
package import PollerModel

/// Says how polls went: on the board each of them, in the log each change.
package struct PollRecorder: Sendable {
    let board: StatusBoard
    let logger: Logger
    let events: any EventLog

    package init(board: StatusBoard, logger: Logger, events: any EventLog) {
        self.board = board
        self.logger = logger
        self.events = events
    }

    private struct Transition {
        let from: DeviceStatus.State
        let to: DeviceStatus.State
    }

    /// What a poll says of the device as a whole.
    ///
    /// - Parameter ping: nil when the device was not pinged.
    package func report(
        _ plan: DevicePlan, _ answers: PollAnswers, ping: Result<PingAnswer, PingFailure>?
    ) {
        let method = plan.availability.method
        let verdict = method.verdict(snmp: answers.failure(for: method), ping: ping?.failure)
        let failure = answers.failure
        let now = answers.finishedAt.wall
        var transition: Transition?
        board.change(plan.device) { status in
            transition = Self.judge(verdict, at: now, of: method, &status)
            status.pingMilliseconds = ping?.success.map { Double($0.microseconds) / 1_000 }
            Self.note(answers, at: now, &status)
        }
        board.changeSummary {
            $0.polls += 1
            if failure != nil { $0.failedPolls += 1 }
        }
        if let transition { log(transition, plan, verdict) }
    }

    /// Data sources that one line names.
    static let mostNamed = 10
    /// Events about refused values of a device in one poll.
    static let mostRefusals = 5

    /// Shows how samples fared. A value that was refused, and one that is lost though its device
    /// answers, is said when the reason is a new one.
    ///
    /// - Parameter isSilent: whether the device gave no values in the poll that these are of. The
    ///   board may still have the poll before: a ping is waited for meanwhile.
    package func report(
        _ sources: [(DataSourceID, SourceStatus)], of device: DeviceID, isSilent: Bool
    ) {
        let refusals = news(sources, \.refusal)
        let losses = news(sources, \.loss)
        board.record(sources)
        log(refusals, "value.refused", "a value is refused", of: device)
        // Of a device that is silent as a whole, that is said.
        if !losses.isEmpty, !isSilent {
            log(losses, "value.lost", "there is no value", of: device)
        }
        for (source, reason) in refusals.prefix(Self.mostRefusals) {
            events.report(
                NewEvent(
                    .valueRefused, of: .source(source, of: device),
                    "a value is refused: \(reason.words)", details: ["reason": reason.code]))
        }
        guard refusals.count > Self.mostRefusals else { return }
        events.report(
            NewEvent(
                .valueRefused, of: .device(device),
                "values of \(refusals.count - Self.mostRefusals) more data sources are refused",
                details: ["reason": "several"]))
    }

    /// Those of which `reason` is another than it was at the sample before.
    private func news(
        _ sources: [(DataSourceID, SourceStatus)], _ reason: (SourceStatus) -> UnknownReason?
    ) -> [(DataSourceID, UnknownReason)] {
        sources.compactMap { id, status in
            guard let now = reason(status), board.source(id).flatMap(reason)?.code != now.code
            else { return nil }
            return (id, now)
        }
    }

    /// One line for each reason, with the data sources that have it.
    private func log(
        _ found: [(DataSourceID, UnknownReason)], _ event: String, _ what: String,
        of device: DeviceID
    ) {
        var sources: [String: [DataSourceID]] = [:]
        for (source, reason) in found { sources[reason.code, default: []].append(source) }
        for (_, reason) in found {
            guard let those = sources.removeValue(forKey: reason.code) else { continue }
            let named = those.prefix(Self.mostNamed).map(\.description).joined(separator: ", ")
            let others = those.count - min(those.count, Self.mostNamed)
            let names =
                "data source\(those.count > 1 ? "s" : "") \(named)"
                + (others > 0 ? " and \(others) more" : "")
            logger.notice(
                "device \(device), \(names): \(what): \(reason.words)",
                metadata: [
                    "event": "\(event)", "device": "\(device)", "source": "\(those[0])",
                    "count": "\(those.count)", "reason": "\(reason.code)",
                ])
        }
    }

    /// What the poll says of the device as a whole; the change of its state, if there is one.
    private static func judge(
        _ verdict: AvailabilityMethod.Verdict, at now: Timestamp, of method: AvailabilityMethod,
        _ status: inout DeviceStatus
    ) -> Transition? {
        // Where something else counts from now on, what was counted is of no use.
        if status.method != method { status.availability = Availability() }
        status.method = method
        let before = status.state
        let next: DeviceStatus.State?
        switch verdict {
        case .up:
            next = status.availability.hear(isAnswered: true)
            (status.outage, status.outageSince) = (nil, nil)
        case .down(let reason):
            next = status.availability.hear(isAnswered: false)
            (status.outage, status.outageSince) = (reason, status.outageSince ?? now)
        case .undecided(let reason):
            next = nil
            (status.outage, status.outageSince) = (reason, status.outageSince ?? now)
        }
        return next.map { Transition(from: before, to: $0) }
    }

    /// What SNMP gave.
    private static func note(
        _ answers: PollAnswers, at now: Timestamp, _ status: inout DeviceStatus
    ) {
        status.failure = answers.failure
        status.lastPoll = now
        let habits = status.effort.habits
        status.effort = answers.response.effort
        status.effort.habits = status.effort.habits ?? habits
        status.polls += 1
        guard answers.failure == nil else {
            status.failedPolls += 1
            status.failingSince = status.failingSince ?? now
            return
        }
        status.lastAnswer = now
        status.budget = answers.budget ?? status.budget
        status.failingSince = nil
        status.pollMilliseconds = answers.response.effort.milliseconds
        status.uptimeSeconds = answers.uptimeTicks.map { Int64($0) / 100 }
    }

    /// One line for each change, not one for each poll.
    private func log(
        _ transition: Transition, _ plan: DevicePlan, _ verdict: AvailabilityMethod.Verdict
    ) {
        let device: Logger.MetadataValue = "\(plan.device)"
        let name = "device \(plan.device) (\(plan.target.host))"
        switch (transition.to, verdict) {
        case (.down, .down(let reason)):
            logger.warning(
                "\(name) is down: \(reason.words)",
                metadata: ["event": "device.down", "device": device, "reason": "\(reason.code)"])
            events.report(
                NewEvent(
                    .deviceDown, of: .device(plan.device), "the device is down: \(reason.words)",
                    details: ["reason": reason.code]))
        case (.recovering, _):
            logger.notice(
                "\(name) answers again",
                metadata: ["event": "device.recovering", "device": device])
            events.report(
                NewEvent(.deviceRecovering, of: .device(plan.device), "the device answers again"))
        case (.up, _) where transition.from != .unknown:
            logger.notice(
                "\(name) is up again", metadata: ["event": "device.up", "device": device])
            events.report(NewEvent(.deviceUp, of: .device(plan.device), "the device is up again"))
        default: break
        }
    }
}
