import Logging
import PollerModel
import Synchronization

/// Writes the polls of some devices to the log in full, as long as somebody wants that. What is
/// secret is in none of it: neither communities nor passphrases are part of what is known here.
final class DebugBook: Sendable {
    private let state = Mutex(DeviceDebugging())
    private let board: StatusBoard
    private let logger: Logger

    init(board: StatusBoard, logger: Logger) {
        self.board = board
        // Somebody asked for these lines: they are written however little the log is to say else.
        // A logger that is changed is a copy, with the handler's level of its own.
        var logger = logger
        if logger.logLevel > .info { logger.logLevel = .info }
        self.logger = logger
    }

    /// Begins, or begins anew; nil where enough devices are debugged already.
    func begin(_ device: DeviceID, seconds: Int64, at now: Moment) -> Timestamp? {
        let end = now.monotonic.advanced(milliseconds: seconds * 1_000)
        guard state.withLock({ $0.begin(device, until: end) }) else { return nil }
        let until = now.wall.advanced(milliseconds: seconds * 1_000)
        board.change(device) { $0.debugUntil = until }
        logger.notice(
            "device \(device): its polls are written here in full until \(until.rfc3339)",
            metadata: ["event": "device.debug_began", "device": "\(device)"])
        return until
    }

    func end(_ device: DeviceID) {
        if state.withLock({ $0.end(device) }) { over(device) }
    }

    /// Those that are debugged, in the order of their ids.
    var devices: [DeviceID] { state.withLock { $0.devices } }

    /// Leaves out a device that is gone, of which nothing is to be said any more.
    func forget(_ device: DeviceID) { state.withLock { _ = $0.end(device) } }

    /// Ends those whose time is over.
    func tick(at now: MonotonicTime) {
        let ended = state.withLock { $0.isEmpty ? [] : $0.takeEnded(at: now) }
        for device in ended { over(device) }
    }

    private func over(_ device: DeviceID) {
        board.change(device) { $0.debugUntil = nil }
        logger.notice(
            "device \(device): its polls are not written here in full any more",
            metadata: ["event": "device.debug_ended", "device": "\(device)"])
    }

    func isOn(_ device: DeviceID, at now: MonotonicTime) -> Bool {
        state.withLock { !$0.isEmpty && $0.isOn(device, at: now) }
    }

    // MARK: What is written

    /// What was asked, and what came.
    func write(_ plan: DevicePlan, _ answers: PollAnswers, _ groups: [PollBudget.Group]) {
        let device: Logger.MetadataValue = "\(plan.device)"
        let effort = answers.response.effort
        let outcome = answers.failure.map { "failed: \($0.words)" } ?? "was answered"
        let budget = answers.budget.map { "; " + $0.words(of: plan.step) } ?? ""
        logger.info(
            """
            device \(plan.device): poll of \(plan.target.host), port \(plan.target.port), \
            SNMP \(plan.target.version.rawValue) \(outcome)\(budget)
            """,
            metadata: [
                "event": "device.debug_poll", "device": device,
                "messages": "\(effort.messages)", "repeated": "\(effort.retransmissions)",
                "milliseconds": "\(effort.milliseconds)",
                "objects": "\(groups.reduce(0) { $0 + $1.objects })",
            ])
        let all = zip(groups, answers.response.groups).enumerated()
        for (position, (group, result)) in all.prefix(DeviceDebugging.mostAnswers) {
            var metadata: Logger.Metadata = [
                "event": "device.debug_answer", "device": device, "group": "\(position)",
                "objects": "\(group.objects)",
            ]
            let words: String
            switch result {
            case .failure(let failure): words = "no answer: \(failure.words)"
            case .success(let answer):
                let present = answer.values.count { (try? $0.get())?.isPresent == true }
                metadata["values"] = "\(present)"
                metadata["bytes"] = "\(Self.bytes(answer))"
                metadata["at"] = "\(answer.receivedAt.wall.rfc3339)"
                words = "\(present) values of \(group.objects) objects"
            }
            logger.info(
                "device \(plan.device), asked \(group.purpose.words): \(words)",
                metadata: metadata)
        }
        omit(groups.count - DeviceDebugging.mostAnswers, "answers", plan.device)
    }

    /// What became of each value.
    func write(_ statuses: [(DataSourceID, SourceStatus)], of device: DeviceID) {
        let values = statuses.flatMap { id, status in
            status.items.map { (source: id, status: status, item: $0) }
        }
        for value in values.prefix(DeviceDebugging.mostValues) {
            let fate =
                switch value.item.shown {
                case .success(let number): "is \(number.plainText)"
                case .failure(let reason): "is unknown: \(reason.words)"
                }
            let rest = value.status.storeFailure.map { "; \($0.words)" } ?? ""
            var metadata: Logger.Metadata = [
                "event": "device.debug_value", "device": "\(device)",
                "source": "\(value.source)", "item": "\(value.item.name)",
            ]
            metadata["raw"] = value.item.raw.map { "\($0)" }
            if case .failure(let reason) = value.item.shown {
                metadata["reason"] = "\(reason.code)"
            }
            logger.info(
                """
                device \(device), data source \(value.source): \(value.item.name) \(fate)\(rest)
                """, metadata: metadata)
        }
        omit(values.count - DeviceDebugging.mostValues, "values", device)
    }

    private func omit(_ count: Int, _ what: String, _ device: DeviceID) {
        guard count > 0 else { return }
        logger.info(
            "device \(device): \(count) more \(what) are left out here",
            metadata: ["event": "device.debug_omitted", "device": "\(device)"])
    }

    /// What the values of an answer took of its message, roughly.
    private static func bytes(_ answer: SNMPGroupAnswer) -> Int {
        answer.values.reduce(0) { sum, value in
            // What failed took nothing worth counting.
            sum + ((try? value.get()).map { VarBind(OID([]), $0).encodedByteCount } ?? 0)
        }
    }
}
