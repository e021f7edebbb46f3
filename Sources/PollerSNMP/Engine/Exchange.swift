import PollerModel

/// A conversation under way with one agent: at most one message of it is in flight.
final class Exchange {
    /// What a message in flight asks.
    enum Purpose: Hashable {
        case question
        /// SNMPv3: the agent's engineID.
        case discovery
        /// SNMPv3: whether the user is answered without encryption.
        case withoutPrivacy
    }

    let target: SNMPTarget
    let endpoint: Endpoint
    var talk: Talk
    let secure: SecureAgent?
    var startedAt: Moment?
    var effort = SNMPEffort()
    var question: Question?
    var requestID: Int32 = 0
    /// The newest message, kept for sending it again.
    var message: [UInt8] = []
    /// Under which ids answers may come: the request's, and with SNMPv3 one for each message,
    /// so that an agent slower than its timeout is still heard.
    var ids: [Int32: Purpose] = [:]
    var newestID: Int32 = 0
    var attempts = 0
    /// When the first and the newest message of the question went out.
    var firstSentAt = MonotonicTime(milliseconds: 0)
    var sentAt = MonotonicTime(milliseconds: 0)
    var deadline = MonotonicTime(milliseconds: 0)
    /// How often the question was sent again because of what the agent said of its security.
    var rounds = 0
    /// Whether the agent answered the user without encryption while it was silent with it.
    var isAnsweredWithoutPrivacy = false

    init(target: SNMPTarget, endpoint: Endpoint, talk: Talk, secure: SecureAgent?) {
        self.target = target
        self.endpoint = endpoint
        self.talk = talk
        self.secure = secure
        community =
            switch target.credentials {
            case .community(let secret): secret.withExposedValue { Array($0.utf8) }
            case .user: []
            }
    }

    /// Whether the newest message asks for the engineID.
    var isDiscovering: Bool { ids[newestID] == .discovery }

    /// SNMPv1's and SNMPv2c's community; empty for users.
    let community: [UInt8]

    /// SNMPv3's user.
    var user: SNMPUser? {
        if case .user(let user) = target.credentials { user } else { nil }
    }
}

/// The two kinds of conversation, each with whoever waits for its outcome.
enum Talk: Sendable {
    case get(GetConversation, CheckedContinuation<SNMPGetResponse, Never>)
    case walk(WalkConversation, CheckedContinuation<Result<SNMPWalkResponse, SNMPFailure>, Never>)
    /// While the conversation goes on: it is changed where it is, and never copied.
    case moving

    mutating func begin() -> Question? {
        advance {
            $0.begin()
        } walk: {
            $0.begin()
        }
    }

    mutating func hear(_ reply: Reply) -> Question? {
        advance {
            $0.hear(reply)
        } walk: {
            $0.hear(reply)
        }
    }

    mutating func fail(_ failure: SNMPFailure) -> Question? {
        advance {
            $0.fail(failure)
        } walk: {
            $0.fail(failure)
        }
    }

    mutating func give(up question: Question) -> Question? {
        advance {
            $0.give(up: question)
        } walk: {
            $0.give(up: question)
        }
    }

    private mutating func advance(
        get: (inout GetConversation) -> Question?, walk: (inout WalkConversation) -> Question?
    ) -> Question? {
        let before = consume self
        self = .moving
        switch consume before {
        case .get(var conversation, let continuation):
            let question = get(&conversation)
            self = .get(conversation, continuation)
            return question
        case .walk(var conversation, let continuation):
            let question = walk(&conversation)
            self = .walk(conversation, continuation)
            return question
        case .moving: preconditionFailure("a conversation takes one step at a time")
        }
    }

    /// Begins with what is known of the agent.
    mutating func adapt(to habits: AgentHabits, now: MonotonicTime) {
        switch self {
        case .get(let conversation, let continuation):
            self = .get(
                GetConversation(conversation.request, objectLimit: habits.objects), continuation)
        case .walk(let conversation, let continuation):
            self = .walk(
                WalkConversation(conversation.request, usesBulk: habits.asksWithBulk(now)),
                continuation)
        case .moving: break
        }
    }

    /// What the conversation taught of the agent.
    func teach(_ habits: inout AgentHabits, now: MonotonicTime) {
        switch self {
        case .get(let conversation, _):
            habits.learn(
                largest: conversation.largestAnswered, refused: conversation.smallestRefused,
                wasFull: conversation.wasFull)
        case .walk(let conversation, _):
            if conversation.isBulkIgnored { habits.learn(bulkIsAnswered: false, now: now) }
            if conversation.isBulkAnswered { habits.learn(bulkIsAnswered: true, now: now) }
        case .moving: break
        }
    }

    /// Wakes whoever waits.
    func finish(_ effort: SNMPEffort) {
        switch self {
        case .get(let conversation, let continuation):
            continuation.resume(returning: conversation.outcome(effort))
        case .walk(let conversation, let continuation):
            continuation.resume(returning: conversation.outcome(effort))
        case .moving: break
        }
    }
}
