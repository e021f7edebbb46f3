/// Versions of SNMP as settings and commands write them.
package enum SNMPVersion: String, Sendable, Codable, CaseIterable {
    case v1 = "1"
    case v2c = "2c"
    case v3 = "3"
}

/// How to prove to an agent that one may ask.
package enum SNMPCredentials: Sendable, Hashable {
    /// SNMPv1 and SNMPv2c.
    case community(Secret)
    /// SNMPv3.
    case user(SNMPUser)

    /// Whether they are known to nobody else: a user without passphrases is only a name.
    package var holdSecrets: Bool {
        switch self {
        case .community: true
        case .user(let user): user.authentication != nil || user.privacy != nil
        }
    }
}

/// An agent as the transport sees it: where it listens, how to ask, how long to wait.
package struct SNMPTarget: Sendable, Hashable {
    package static let timeoutMillisecondsRange: ClosedRange<Int64> = 100...60_000
    package static let retriesRange: ClosedRange<Int> = 0...10
    package static let defaultTimeoutMilliseconds: Int64 = 1_500
    package static let defaultRetries = 2
    package static let defaultPort: UInt16 = 161
    /// Of `objectsPerMessage` and `maxRepetitions`: what an Ethernet frame's answer holds at most.
    package static let objectsPerMessageRange: ClosedRange<Int> = 1...60
    package static let maxRepetitionsRange: ClosedRange<Int> = 1...60

    package var host: DeviceHost
    package var port: UInt16
    package var version: SNMPVersion
    package var credentials: SNMPCredentials
    /// How long one request may stay without an answer.
    package var timeoutMilliseconds: Int64
    /// How often an unanswered request is sent again.
    package var retries: Int
    /// An address of this machine to ask from; nil: what the routes choose.
    package var sourceAddress: IPAddress?
    /// Whether answers count from the agent's address and port only. Some agents with several
    /// addresses answer from another; then the message's id is what an answer is known by.
    package var checksSource = true
    /// Objects in one message at most; nil: as many as the agent is found to take.
    package var objectsPerMessage: Int?
    /// Rows of one GETBULK; nil: as many as fit an Ethernet frame.
    package var maxRepetitions: Int?

    package init(
        host: DeviceHost, port: UInt16 = defaultPort, version: SNMPVersion = .v2c,
        credentials: SNMPCredentials, timeoutMilliseconds: Int64 = defaultTimeoutMilliseconds,
        retries: Int = defaultRetries
    ) {
        self.host = host
        self.port = port
        self.version = version
        self.credentials = credentials
        self.timeoutMilliseconds = timeoutMilliseconds
        self.retries = retries
    }

    /// Whether the same agent answers, however it is asked. Each context of an agent has objects
    /// of its own (RFC 3411 §3.3.1), and so counts as another agent.
    package func isSameAgent(as other: SNMPTarget) -> Bool {
        host == other.host && port == other.port && context == other.context
            && contextEngineID == other.contextEngineID
    }

    private var user: SNMPUser? {
        if case .user(let user) = credentials { user } else { nil }
    }
    private var context: String { user?.context ?? "" }
    private var contextEngineID: [UInt8] { user?.contextEngineID ?? [] }

    /// The longest one request can take, with all its retries.
    package var patienceMilliseconds: Int64 {
        Self.patienceMilliseconds(timeoutMilliseconds, retries: retries)
    }

    /// The same of what is no target yet.
    package static func patienceMilliseconds(
        _ timeoutMilliseconds: Int64, retries: Int
    ) -> Int64 { timeoutMilliseconds * Int64(retries + 1) }
}
