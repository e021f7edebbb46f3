/// A poll of one agent. `groups[i]` are objects that belong together (those of one data
/// source) and are asked in the same message wherever it can hold them.
package struct SNMPGetRequest: Sendable, Hashable {
    package var target: SNMPTarget
    package var groups: [[OID]]
    /// An object asked along in every message, for example sysUpTime.0, so that each value
    /// comes with the agent's own clock.
    package var companion: OID?

    package init(target: SNMPTarget, groups: [[OID]], companion: OID? = nil) {
        self.target = target
        self.groups = groups
        self.companion = companion
    }
}

/// The answer to one group, complete and from one message unless the group was too large.
package struct SNMPGroupAnswer: Sendable, Hashable {
    /// `values[i]` belongs to the i-th object of the group; exceptions stand in their places,
    /// and errors of single objects too.
    package let values: [Result<SNMPValue, SNMPFailure>]
    /// The companion object's value in the same message; nil when it was not asked or absent.
    package let companion: SNMPValue?
    /// When the message reached this machine.
    package let receivedAt: Moment

    package init(
        values: [Result<SNMPValue, SNMPFailure>], companion: SNMPValue?, receivedAt: Moment
    ) {
        self.values = values
        self.companion = companion
        self.receivedAt = receivedAt
    }
}

/// What a poll cost and gave.
package struct SNMPGetResponse: Sendable {
    /// `groups[i]` answers `request.groups[i]`.
    package let groups: [Result<SNMPGroupAnswer, SNMPFailure>]
    package let effort: SNMPEffort

    package init(groups: [Result<SNMPGroupAnswer, SNMPFailure>], effort: SNMPEffort) {
        self.groups = groups
        self.effort = effort
    }
}

/// What an exchange cost.
package struct SNMPEffort: Sendable, Hashable {
    /// Messages sent, retransmissions among them.
    package var messages: Int
    package var retransmissions: Int
    /// From each question to its answer, or to giving up, in all.
    package var microseconds: Int64
    /// The same, rounded up.
    package var milliseconds: Int64 { (microseconds + 999) / 1_000 }
    /// What is known of the agent since; nil when it never answered.
    package var habits: SNMPHabits?

    package init(messages: Int = 0, retransmissions: Int = 0, microseconds: Int64 = 0) {
        self.messages = messages
        self.retransmissions = retransmissions
        self.microseconds = microseconds
    }
}

/// A walk of one subtree.
package struct SNMPWalkRequest: Sendable, Hashable {
    package static let defaultRowLimit = 20_000
    /// What the objects of one walk may hold in all: ten times what twenty thousand rows of a
    /// text column do.
    package static let byteLimit = 16 << 20
    /// No table is so long that an honest agent needs more for one column.
    package static let millisecondLimit: Int64 = 120_000

    package var target: SNMPTarget
    package var root: OID
    /// The walk stops here and says so.
    package var rowLimit: Int

    package init(target: SNMPTarget, root: OID, rowLimit: Int = defaultRowLimit) {
        self.target = target
        self.root = root
        self.rowLimit = rowLimit
    }
}

/// The objects below the root, in the agent's order, each above the one before.
package struct SNMPWalkResponse: Sendable {
    /// The limit at which a walk stopped with more to come.
    package enum Cut: Sendable, Hashable {
        case rows(Int)
        case bytes(Int)
        case milliseconds(Int64)
        /// What the agent answered instead of more.
        case failed(SNMPFailure)

        package var words: String {
            switch self {
            case .rows(let limit): "only the first \(limit) rows were read"
            case .bytes(let limit): "only the first \(limit) bytes were read"
            case .milliseconds(let limit):
                "only what came within \(limit / 1_000) s was read"
            case .failed(let failure): "not read to its end: \(failure.words)"
            }
        }
    }

    package let rows: [VarBind]
    /// nil: the walk came to its end.
    package let cut: Cut?
    package let effort: SNMPEffort

    package init(rows: [VarBind], cut: Cut?, effort: SNMPEffort) {
        self.rows = rows
        self.cut = cut
        self.effort = effort
    }
}

/// The way to the agents. One implementation speaks SNMP; tests have one that plays a network.
package protocol SNMPTransport: Sendable {
    /// The address of a host; from a cache where a name was resolved before.
    func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress

    /// Polls one agent: never throws, because a failure is a result here and belongs to single
    /// groups. After the first silence the other groups are not tried.
    func get(_ request: SNMPGetRequest) async -> SNMPGetResponse

    /// Walks one subtree. Stops with an error at an object that does not increase.
    func walk(_ request: SNMPWalkRequest) async throws(SNMPFailure) -> SNMPWalkResponse

    var counters: SNMPCounters { get }

    /// What was learned since the last call and is worth keeping over a restart.
    func takeKnowledge() -> SNMPKnowledge
}
