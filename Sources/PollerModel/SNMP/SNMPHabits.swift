/// What a transport learned of an agent by asking it.
package struct SNMPHabits: Sendable, Hashable, Codable {
    /// Objects that are asked for in one message.
    package var objectsPerMessage: Int
    /// More than this never got through.
    package var largestMessage: Int
    /// False for an agent that leaves GETBULK unanswered.
    package var usesBulk: Bool
    /// Smoothed, and how much it varies (RFC 6298); nil before the first answer.
    package var roundTripMilliseconds: Double?
    package var roundTripVariation: Double?
    /// True for an agent that leaves SNMPv2c unanswered and speaks SNMPv1; nil for others.
    package var speaksVersion1Only: Bool?

    package init(
        objectsPerMessage: Int, largestMessage: Int, usesBulk: Bool = true,
        roundTripMilliseconds: Double? = nil, roundTripVariation: Double? = nil
    ) {
        self.objectsPerMessage = objectsPerMessage
        self.largestMessage = largestMessage
        self.usesBulk = usesBulk
        self.roundTripMilliseconds = roundTripMilliseconds
        self.roundTripVariation = roundTripVariation
    }
}

/// The same with where it holds, to be kept over a restart.
package struct SNMPHabitsRecord: Sendable, Hashable {
    /// Records that are kept; beyond, the oldest are forgotten.
    package static let largestCount = 100_000

    package let address: IPAddress
    package let port: UInt16
    package let habits: SNMPHabits
    package let learnedAt: Timestamp

    package init(address: IPAddress, port: UInt16, habits: SNMPHabits, learnedAt: Timestamp) {
        self.address = address
        self.port = port
        self.habits = habits
        self.learnedAt = learnedAt
    }
}

/// What a transport learned of agents.
package struct SNMPKnowledge: Sendable, Hashable {
    package var engines: [SNMPEngineRecord] = []
    package var habits: [SNMPHabitsRecord] = []

    package init() {}

    package var isEmpty: Bool { engines.isEmpty && habits.isEmpty }
}
