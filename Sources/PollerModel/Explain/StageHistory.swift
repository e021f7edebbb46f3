/// What a device or a data source had before the daemon started: when a value was there last, and
/// what went wrong last. Nothing is kept for it: the file knows the first, the record of
/// interruptions the second, and that of events what was refused.
package struct StageHistory: Sendable, Hashable {
    /// Of the newest row in which something is known; nil when there is none.
    package let lastOk: Timestamp?
    /// When what goes on began: before that there was a value, if it was noted at its beginning.
    private let begin: Timestamp?
    /// The newest failure, which may go on; nil when none is on record.
    package let failure: Interruption?
    /// When a value was not believed last; nil when none is on record. Others of the same sample may
    /// have been known, so that it need not be an interruption.
    package var refusal: Refusal?

    package struct Refusal: Sendable, Hashable {
        /// Stable name.
        package let reason: String
        package let time: Timestamp

        package init(reason: String, time: Timestamp) {
            self.reason = reason
            self.time = time
        }
    }

    /// - Parameters:
    ///   - rows: the newest of each file; nil where it could not be read.
    ///   - ends: of rows before those in which something is known.
    ///   - interruptions: all that may concern it.
    package init(
        rows: [RoundRobinLastRow?], ends: [Timestamp] = [], _ interruptions: [Interruption]
    ) {
        let known = rows.compactMap { $0 }.filter { row in
            row.values.values.contains { $0 != .unknown }
        }
        let newest = interruptions.max { ($0.end ?? .latest, $0.id) < ($1.end ?? .latest, $1.id) }
        lastOk = (known.map(\.time) + ends).max()
        begin = newest.flatMap { $0.end == nil ? $0.start : nil }
        failure = newest
    }

    /// The chain with what it does not know itself: since the daemon started.
    func completing(
        _ links: [ExplainLink], startedAt: Timestamp, clock: (Timestamp) -> String
    ) -> [ExplainLink] {
        var links = links
        // The first failed poll of a daemon that has just started tells nothing of the time before.
        if let lastOk = lastOk ?? begin.flatMap({ $0 < startedAt ? $0 : nil }) {
            let place = links.firstIndex { $0.outcome == .failed || $0.outcome == .waiting }
            for index in links.indices where Self.stages.contains(links[index].stage) {
                links[index].lastOk = links[index].lastOk ?? lastOk.rfc3339
            }
            if let place,
                Self.stages.contains(links[place].stage) || links[place].stage == .scheduled
            {
                let isBefore = lastOk < startedAt
                links[place].evidence.append(
                    .init(
                        "last ok",
                        clock(lastOk) + (isBefore ? ", before pollerd was restarted" : "")))
            }
        }
        if let failure, let stage = ExplainStage(reason: failure.code),
            let index = links.firstIndex(where: { $0.stage == stage })
        {
            let end = failure.end.map { "–\(clock($0))" } ?? ", and goes on"
            links[index].evidence.append(
                .init("last failure", "\(failure.code), \(clock(failure.start))\(end)"))
        }
        if let refusal, let stage = ExplainStage(reason: refusal.reason),
            let index = links.firstIndex(where: { $0.stage == stage })
        {
            links[index].evidence.append(
                .init("last refused", "\(refusal.reason), \(clock(refusal.time))"))
        }
        return links
    }

    /// Those through which each sample goes.
    private static let stages: Set<ExplainStage> = [
        .resolved, .sent, .answered, .authenticated, .present, .identified, .converted, .bounded,
        .journaled,
    ]
}

extension Timestamp {
    /// Behind all that is asked for.
    fileprivate static let latest = Timestamp(milliseconds: .max)
}

extension ExplainStage {
    /// The stage at which something is lost for a reason with this stable name; nil of reasons that
    /// are of the daemon as a whole.
    package init?(reason code: String) {
        switch code {
        case "device.disabled": self = .enabled
        case "row_gone", "table_cut": self = .scheduled
        case "name_not_resolved": self = .resolved
        case "no_route", "local_fault", "protocol_missing", "not_encodable",
            "transport_overloaded", "transport_stopped":
            self = .sent
        case "port_closed", "no_answer", "answer_unreadable", "answer_unfitting", "answer_other_id",
            "answer_from_elsewhere", "answer_late", OutageReason.codeOfBoth,
            _ where code.hasPrefix(PingFailure.codePrefix):
            self = .answered
        case "access_refused", "unknown_user", "wrong_authentication", "wrong_privacy",
            "level_not_supported", "not_in_time_window", "engine_changing", "reported":
            self = .authenticated
        case "view_empty", "error_status", "malformed_answer", "walk_not_increasing",
            "object_absent", "not_offered", "needs_snmp_2c":
            self = .present
        case "wrong_type", "not_finite", "not_numeric", "table_unread", "row_moved",
            "scale_missing":
            self = .identified
        case "not_computable", "first_sample", "agent_restarted", "agent_starting",
            "counter_reset", "counter_discontinuity", "wrap_ambiguous", "clock_set":
            self = .converted
        case "out_of_bounds", "rate_above_limit": self = .bounded
        case "not_after_last", "row_refused", "file_failed", "clock_doubted", "store_overloaded",
            "store_stopped":
            self = .journaled
        default: return nil
        }
    }
}
