import PollerModel

/// A conversation with one agent, from its posting to its outcome: at most one message of it is
/// in flight.
final class Exchange: @unchecked Sendable {
    // @unchecked: belongs to whoever made it until it is posted, then to the engine's thread, and
    // to whoever waits for it from the moment it is finished.

    /// What a message in flight asks.
    enum Purpose: Hashable {
        case question
        /// SNMPv3: the agent's engineID.
        case discovery
        /// SNMPv3: whether the user is answered without encryption.
        case withoutPrivacy
        /// SNMPv2c: whether SNMPv1 is answered.
        case olderVersion
    }

    /// A message in flight.
    struct Ticket {
        let id: Int32
        let purpose: Purpose
    }

    let target: SNMPTarget
    let endpoint: Endpoint
    let talk: any Talk
    /// Of SNMPv3's user.
    let keys: SecurityKeys?
    /// Who looks at its messages; nil where nobody does, as almost always.
    let trace: SNMPTrace?
    /// Who waits for the end.
    var waiter: CheckedContinuation<Void, Never>?

    /// Given by the engine's thread when it begins.
    var agent: Agent?
    var socket: DatagramSocket?
    var secure: SecureAgent?
    /// The target's version, or the older one that its agent turned out to speak.
    var version: SNMPVersion
    var effort = SNMPEffort()
    var question: Question?
    var requestID: Int32 = 0
    /// Under which ids answers may come: the request's, and with SNMPv3 one for each message,
    /// so that an agent slower than its timeout is still heard.
    private(set) var tickets: [Ticket] = []
    private(set) var newestID: Int32 = 0
    var attempts = 0
    /// When the first and the newest message of the question went out.
    var firstSentAt = MonotonicTime(milliseconds: 0)
    var sentAt = MonotonicTime(milliseconds: 0)
    var deadline = MonotonicTime(milliseconds: 0)
    /// How often the question was sent again because of what the agent said of its security.
    var rounds = 0
    /// Whether the agent answered the user without encryption while it was silent with it.
    var isAnsweredWithoutPrivacy = false
    /// Whether the agent answered SNMPv1 while it was silent to SNMPv2c.
    var isAnsweredInVersion1 = false
    /// What came back to the question and was not its answer.
    private(set) var stray: StrayAnswer?

    init(
        target: SNMPTarget, address: IPAddress, keys: SecurityKeys?, talk: any Talk,
        trace: SNMPTrace? = nil
    ) {
        self.trace = trace
        self.target = target
        endpoint = Endpoint(address: address, port: target.port)
        version = target.version
        self.keys = keys
        self.talk = talk
    }

    /// SNMPv3's user.
    var user: SNMPUser? {
        if case .user(let user) = target.credentials { user } else { nil }
    }

    /// SNMPv1's and SNMPv2c's community.
    var community: Secret? {
        if case .community(let community) = target.credentials { community } else { nil }
    }

    func add(_ ticket: Ticket) {
        tickets.append(ticket)
        switch ticket.purpose {
        case .question, .discovery: newestID = ticket.id
        case .withoutPrivacy, .olderVersion: break
        }
    }

    /// What was asked found its end at `time`: an answer, or a failure.
    func countWait(until time: MonotonicTime) {
        guard attempts > 0 else { return }
        effort.microseconds += max(0, time.microseconds - firstSentAt.microseconds)
        attempts = 0
    }

    func note(_ stray: StrayAnswer) {
        if stray.rank >= self.stray?.rank ?? 0 { self.stray = stray }
    }

    func forgetStrays() { stray = nil }

    func removeTickets() { tickets.removeAll(keepingCapacity: true) }

    func purpose(of id: Int32) -> Purpose? { tickets.first { $0.id == id }?.purpose }

    func has(_ purpose: Purpose) -> Bool { tickets.contains { $0.purpose == purpose } }

    /// Whether the newest message asks for the engineID.
    var isDiscovering: Bool { purpose(of: newestID) == .discovery }

    /// Ends the conversation before it began.
    func refuse(_ failure: SNMPFailure) {
        while talk.fail(failure) != nil {}
        finish()
    }

    /// Wakes whoever waits.
    func finish() {
        let waiter = waiter
        self.waiter = nil
        waiter?.resume()
    }
}

/// What an exchange is about.
protocol Talk: AnyObject {
    /// Begins with what is known of the agent.
    func adapt(to habits: AgentHabits, now: MonotonicTime)

    /// What the conversation taught of the agent.
    func teach(_ habits: inout AgentHabits, now: MonotonicTime)

    func begin() -> Question?
    func hear(_ reply: Reply) -> Question?
    func fail(_ failure: SNMPFailure) -> Question?
    func give(up question: Question) -> Question?
}

/// A poll.
final class GetTalk: Talk, @unchecked Sendable {
    // @unchecked: belongs to whom its exchange belongs.
    private(set) var conversation: GetConversation
    private let limit: Int?

    init(_ request: SNMPGetRequest) {
        limit = request.target.objectsPerMessage
        conversation = GetConversation(request)
        if let limit { conversation.adapt(objectLimit: min(limit, AgentHabits.initialObjects)) }
    }

    func adapt(to habits: AgentHabits, now: MonotonicTime) {
        conversation.adapt(objectLimit: min(habits.objects, limit ?? habits.objects))
    }

    func teach(_ habits: inout AgentHabits, now: MonotonicTime) {
        // A limit that somebody set says nothing of the agent.
        habits.learn(
            largest: conversation.largestAnswered, refused: conversation.smallestRefused,
            wasFull: conversation.wasFull && limit == nil)
    }

    func begin() -> Question? { conversation.begin() }
    func hear(_ reply: Reply) -> Question? { conversation.hear(reply) }
    func fail(_ failure: SNMPFailure) -> Question? { conversation.fail(failure) }
    func give(up question: Question) -> Question? { conversation.give(up: question) }
}

/// A walk.
final class WalkTalk: Talk, @unchecked Sendable {
    // @unchecked: belongs to whom its exchange belongs.
    private(set) var conversation: WalkConversation

    init(_ request: SNMPWalkRequest) { conversation = WalkConversation(request) }

    func adapt(to habits: AgentHabits, now: MonotonicTime) {
        guard !habits.asksWithBulk(now) || habits.asksWithVersion1(now) else { return }
        conversation = WalkConversation(conversation.request, usesBulk: false)
    }

    func teach(_ habits: inout AgentHabits, now: MonotonicTime) {
        if conversation.isBulkIgnored { habits.learn(bulkIsAnswered: false, now: now) }
        if conversation.isBulkAnswered { habits.learn(bulkIsAnswered: true, now: now) }
    }

    func begin() -> Question? { conversation.begin() }
    func hear(_ reply: Reply) -> Question? { conversation.hear(reply) }
    func fail(_ failure: SNMPFailure) -> Question? { conversation.fail(failure) }
    func give(up question: Question) -> Question? { conversation.give(up: question) }
}
