/// What a device has to answer in order to count as up.
package enum AvailabilityMethod: String, Sendable, Codable, CaseIterable {
    /// Nothing: it always counts as up.
    case none = "none"
    /// Both the ping and SNMP.
    case pingAndSNMP = "ping-and-snmp"
    /// The poll's first message, with sysUpTime.0.
    case snmp = "snmp"
    /// The ping alone; whether SNMP answers decides nothing.
    case ping = "ping"
    /// One of the two suffices.
    case pingOrSNMP = "ping-or-snmp"
    /// SNMP, with a value of sysDescr.0: for agents that answer also when nothing is behind them.
    case sysDescr = "sysdescr"
    /// Any answer of the agent's, errors among them: for agents that show hardly anything.
    case getNext = "getnext"

    /// That of a device nobody chose one for.
    package static let standard: AvailabilityMethod = .snmp

    /// Whether a poll has to ping at all.
    package var usesPing: Bool {
        switch self {
        case .pingAndSNMP, .ping, .pingOrSNMP: true
        case .none, .snmp, .sysDescr, .getNext: false
        }
    }

    /// What one poll says of the device.
    package enum Verdict: Sendable, Hashable {
        case up
        case down(OutageReason)
        /// What would decide was not tried, for a fault of this machine.
        case undecided(OutageReason)
    }

    /// Judges a poll.
    ///
    /// - Parameters:
    ///   - snmp: why SNMP gave nothing; nil when it answered. With `sysDescr` also
    ///     `.objectAbsent` where it answered without a value of that object.
    ///   - ping: why the ping gave nothing; nil when it answered, or the method has none.
    package func verdict(snmp: SNMPFailure?, ping: PingFailure?) -> Verdict {
        let snmp = Evidence(snmp)
        let ping = Evidence(ping)
        switch self {
        case .none: return .up
        case .snmp, .sysDescr: return snmp.verdict
        case .getNext: return snmp.isFromAgent ? .up : snmp.verdict
        case .ping: return ping.verdict
        case .pingAndSNMP:
            // One of the two that is silent decides, whatever is known of the other.
            if let silent = OutageReason(ping: ping.silence, snmp: snmp.silence) {
                return .down(silent)
            }
            return OutageReason(ping: ping.fault, snmp: snmp.fault).map { .undecided($0) } ?? .up
        case .pingOrSNMP:
            if ping.isAnswer || snmp.isAnswer { return .up }
            if let fault = OutageReason(ping: ping.fault, snmp: snmp.fault) {
                return .undecided(fault)
            }
            return OutageReason(ping: ping.silence, snmp: snmp.silence).map { .down($0) } ?? .up
        }
    }
}

/// What the ping or SNMP says of a device: at most one of the two reasons is there.
private struct Evidence {
    /// Why the device did not answer.
    var silence: OutageReason?
    /// Why it was not asked, for a fault of this machine.
    var fault: OutageReason?
    /// Whether the agent itself said that there is nothing.
    var isFromAgent = false

    init(_ failure: SNMPFailure?) {
        let reason = failure.map { OutageReason($0) }
        if failure?.concernsThisMachine == true { fault = reason } else { silence = reason }
        isFromAgent = failure?.isFromAgent ?? false
    }

    init(_ failure: PingFailure?) {
        let reason = failure.map { OutageReason($0) }
        if failure?.concernsThisMachine == true { fault = reason } else { silence = reason }
    }

    var isAnswer: Bool { silence == nil && fault == nil }

    var verdict: AvailabilityMethod.Verdict {
        fault.map { .undecided($0) } ?? silence.map { .down($0) } ?? .up
    }
}
