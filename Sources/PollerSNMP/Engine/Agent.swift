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

    /// Users of one agent whose engine and clock are kept.
    static let mostUsers = 16

    init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    func begin(_ exchange: Exchange) { underWay.append(exchange) }

    func end(_ exchange: Exchange) { underWay.removeAll { $0 === exchange } }

    /// Whether something is known that would have to be asked for again.
    var isWorthKeeping: Bool { isKnown || secureAgents.contains { !$0.engineID.isEmpty } }

    /// The agent as a user of SNMPv3 sees it.
    func secure(for user: SNMPUser) -> SecureAgent? { secureAgents.first { $0.user == user } }

    func keep(_ secure: SecureAgent) {
        // Somebody who tries many users learns each time anew.
        if secureAgents.count >= Self.mostUsers { secureAgents.removeFirst() }
        secureAgents.append(secure)
    }
}
