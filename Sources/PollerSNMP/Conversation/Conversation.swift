import PollerModel

/// A question to an agent: one request PDU without its id.
struct Question: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case get
        case getNext
        case getBulk(maxRepetitions: Int)
    }

    let kind: Kind
    let objects: [OID]
}

/// An agent's answer to the question before it, id and origin checked.
struct Reply: Hashable, Sendable {
    /// RFC 3416 §3: 0 is noError.
    let errorStatus: Int
    /// 1 is the first object; 0 is none in particular.
    let errorIndex: Int
    let varbinds: [VarBind]
    let receivedAt: Moment
}

/// What is asked next, decided from what was answered: a poll or a walk, without sockets,
/// clocks or ids. The engine asks one question at a time and gives up with `fail`.
protocol Conversation {
    associatedtype Outcome

    /// The first question; nil when there is nothing to ask.
    mutating func begin() -> Question?

    /// The question after `reply`; nil when the conversation is over.
    mutating func hear(_ reply: Reply) -> Question?

    /// The question after one that found no answer; nil when the conversation is over.
    mutating func fail(_ failure: SNMPFailure) -> Question?

    /// The question after one that cannot be put on the wire; nil when the conversation is over.
    mutating func give(up question: Question) -> Question?

    func outcome(_ effort: SNMPEffort) -> Outcome
}
