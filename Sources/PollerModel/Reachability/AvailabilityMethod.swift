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
    /// SNMP, asked for sysDescr.0: for agents that hide sysUpTime.0.
    case sysDescr = "sysdescr"
    /// SNMP, asked for whatever comes first: for agents that hide the whole system group.
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
    }

    /// Judges a poll.
    ///
    /// - Parameters:
    ///   - snmp: why SNMP gave nothing; nil when it answered.
    ///   - ping: why the ping gave nothing; nil when it answered, or the method has none.
    package func verdict(snmp: SNMPFailure?, ping: PingFailure?) -> Verdict {
        let snmpReason = snmp.map { OutageReason($0) }
        let pingReason = ping.map { OutageReason($0) }
        let reason: OutageReason? =
            switch self {
            case .none: nil
            case .snmp, .sysDescr, .getNext: snmpReason
            case .ping: pingReason
            case .pingAndSNMP:
                if let pingReason, let snmpReason {
                    OutageReason(ping: pingReason, snmp: snmpReason)
                } else {
                    pingReason ?? snmpReason
                }
            case .pingOrSNMP:
                if let pingReason, let snmpReason {
                    OutageReason(ping: pingReason, snmp: snmpReason)
                } else {
                    nil
                }
            }
        return reason.map { .down($0) } ?? .up
    }
}
