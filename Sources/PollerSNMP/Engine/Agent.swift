import PollerModel

/// What the engine knows of the agent at one endpoint. Belongs to the engine's thread.
final class Agent {
    let endpoint: Endpoint
    var habits = AgentHabits()
    /// Whether anything was learned yet.
    var isKnown = false
    /// The habits that were last noted to be kept.
    var noted: SNMPHabits?
    /// Exchanges that have begun with it and not ended.
    private(set) var underWay: [Exchange] = []
    private var secureAgents: [SecureAgent] = []
    /// Ids whose answers nobody waits for any more, and when they were sent first.
    private var givenUp: [(id: Int32, sentAt: MonotonicTime)] = []
    /// Ids of questions that were answered: whatever else comes under them is the same again.
    private var answered: [Int32] = []
    /// How long the newest answer took that came too late, and to how many questions without an
    /// answer that was told; nil since one came in time.
    private var late: (answer: StrayAnswer, told: Int)?

    /// Users of one agent whose engine and clock are kept.
    static let mostUsers = 16
    /// Of the newest of its requests.
    static let mostGivenUp = 8
    static let mostAnswered = 16
    /// Questions without an answer for which a late one accounts: the answer to the newest of them
    /// may be on its way.
    static let mostTold = 2

    init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    func begin(_ exchange: Exchange) { underWay.append(exchange) }

    func end(_ exchange: Exchange) { underWay.removeAll { $0 === exchange } }

    /// Whether something is known that would have to be asked for again.
    var isWorthKeeping: Bool {
        isKnown || !givenUp.isEmpty || secureAgents.contains { !$0.engineID.isEmpty }
    }

    /// From now on, an answer to this exchange's question is late.
    func giveUp(on exchange: Exchange) {
        givenUp += exchange.tickets.map { ($0.id, exchange.firstSentAt) }
        givenUp.removeFirst(max(0, givenUp.count - Self.mostGivenUp))
    }

    /// The exchange's question was answered; it may have been sent more than once.
    func noteAnswer(to exchange: Exchange) {
        answered += exchange.tickets.map(\.id)
        answered.removeFirst(max(0, answered.count - Self.mostAnswered))
    }

    /// Notes an answer that comes under an id that nobody waits for; false when nobody ever did.
    func isLate(_ id: Int32, at time: MonotonicTime) -> Bool {
        guard !answered.contains(id) else { return true }
        guard let asked = givenUp.first(where: { $0.id == id }) else { return false }
        late = (.late(milliseconds: max(1, time.milliseconds - asked.sentAt.milliseconds)), 0)
        return true
    }

    /// What is known of late answers; nil when none came of late.
    func tellLate() -> StrayAnswer? {
        guard let known = late else { return nil }
        late = known.told + 1 < Self.mostTold ? (known.answer, known.told + 1) : nil
        return known.answer
    }

    /// An answer came in time.
    func forgetLate() {
        givenUp.removeAll(keepingCapacity: true)
        late = nil
    }

    /// The agent as a user of SNMPv3 sees it.
    func secure(for user: SNMPUser) -> SecureAgent? { secureAgents.first { $0.user == user } }

    func keep(_ secure: SecureAgent) {
        // Somebody who tries many users learns each time anew.
        if secureAgents.count >= Self.mostUsers { secureAgents.removeFirst() }
        secureAgents.append(secure)
    }
}
