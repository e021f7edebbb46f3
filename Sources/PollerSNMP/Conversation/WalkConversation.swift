import PollerModel

/// A walk of one subtree: GETBULK where the version has it, GETNEXT otherwise and for agents
/// that leave GETBULK unanswered.
struct WalkConversation: Conversation, Sendable {
    /// Rows asked for in one message; 25 rows of a counter column fit an Ethernet frame.
    static let initialRepetitions = 25
    /// So often a question is asked again that was answered with an error.
    static let mostErrors = 3
    /// Octets of an answer that surely fit a frame, its header left out.
    static let comfortableByteCount = 1_200
    /// Octets of an object around its OID and its value, and of an OID's first arcs: about.
    private static let overhead = 6

    let request: SNMPWalkRequest
    private let root: OID
    private let rowLimit: Int
    private var repetitions: Int
    /// Whether more rows are asked for where they are short; a number somebody chose stays.
    private let grows: Bool
    private var rows: [VarBind] = []
    /// All objects of `rows`, once the agent is known to be out of order.
    private var seen: Set<OID>?
    /// Answers in a row that were errors.
    private var errors = 0
    private var bytes = 0
    private var firstReply: MonotonicTime?
    private var cut: SNMPWalkResponse.Cut?
    private var failure: SNMPFailure?

    /// Whether the agent answered GETNEXT after it had left GETBULK unanswered.
    private(set) var isBulkIgnored = false
    private var hasFallenBack = false
    /// Whether the agent answered GETBULK.
    private(set) var isBulkAnswered = false

    init(_ request: SNMPWalkRequest, usesBulk: Bool = true) {
        self.request = request
        root = request.root
        rowLimit = max(1, request.rowLimit)
        let isKnown = request.target.version != .v1 && usesBulk
        repetitions = isKnown ? request.target.maxRepetitions ?? Self.initialRepetitions : 0
        grows = request.target.maxRepetitions == nil
    }

    mutating func begin() -> Question? { next() }

    private func next() -> Question {
        Question(
            kind: repetitions > 0 ? .getBulk(maxRepetitions: repetitions) : .getNext,
            objects: [rows.last?.oid ?? root])
    }

    mutating func hear(_ reply: Reply) -> Question? {
        if repetitions > 0 { isBulkAnswered = true }
        if hasFallenBack { isBulkIgnored = true }
        switch SNMPFailure.ErrorStatus(rawValue: reply.errorStatus) {
        case nil where reply.errorStatus == 0: break
        // The end of the tree, as SNMPv1 says it.
        case .noSuchName?: return nil
        case .tooBig? where repetitions > 0:
            repetitions /= 2
            return next()
        case let status?:
            failure = .errorStatus(status, object: rows.last?.oid ?? root)
            return status == .genErr ? again() : nil
        case nil:
            failure = .malformed(detail: "unknown error-status \(reply.errorStatus)")
            return nil
        }
        guard !reply.varbinds.isEmpty else {
            failure = .malformed(detail: "an answer without objects")
            return nil
        }
        (failure, errors) = (nil, 0)
        for varbind in reply.varbinds {
            guard varbind.value != .endOfMibView else { return nil }
            // Some agents begin at the front again where the tree ends.
            if !rows.isEmpty, !varbind.oid.hasPrefix(root) { return nil }
            guard isNew(varbind.oid) else {
                failure = .notIncreasing(object: varbind.oid)
                return nil
            }
            guard varbind.oid.hasPrefix(root) else { return nil }
            cut = limit(after: varbind)
            guard cut == nil else { return nil }
            rows.append(varbind)
        }
        grow(after: reply)
        let began = firstReply ?? reply.receivedAt.monotonic
        firstReply = began
        let limit = SNMPWalkRequest.millisecondLimit
        guard reply.receivedAt.monotonic <= began.advanced(milliseconds: limit) else {
            cut = .milliseconds(limit)
            return nil
        }
        return next()
    }

    /// The same question once more, a smaller one where that is possible: an error may be of one
    /// message only.
    private mutating func again() -> Question? {
        errors += 1
        guard errors <= Self.mostErrors else { return nil }
        repetitions /= 2
        return next()
    }

    /// Whether an object was not read before. Agents that are out of order are followed as long as
    /// they bring something new; one that goes round in circles does not.
    private mutating func isNew(_ oid: OID) -> Bool {
        guard oid > rows.last?.oid ?? root || seen != nil else {
            guard oid.hasPrefix(root), !rows.isEmpty else { return false }
            var all = Set(rows.map(\.oid))
            defer { seen = all }
            return all.insert(oid).inserted
        }
        return seen?.insert(oid).inserted ?? true
    }

    /// Asks for as many rows as fit a frame, once the agent answered as many as it was asked for:
    /// a long table of counters takes less than half as many messages.
    private mutating func grow(after reply: Reply) {
        guard grows, repetitions > 0, reply.varbinds.count >= repetitions else { return }
        let bytes = reply.varbinds.reduce(0) { $0 + $1.encodedByteCount + Self.overhead }
        let fitting = Self.comfortableByteCount * reply.varbinds.count / max(1, bytes)
        repetitions = min(
            max(repetitions, fitting), SNMPTarget.maxRepetitionsRange.upperBound)
    }

    /// The limit that the walk would pass with one more object.
    private mutating func limit(after varbind: VarBind) -> SNMPWalkResponse.Cut? {
        guard rows.count < rowLimit else { return .rows(rowLimit) }
        bytes += varbind.byteCount
        return bytes <= SNMPWalkRequest.byteLimit ? nil : .bytes(SNMPWalkRequest.byteLimit)
    }

    mutating func fail(_ failure: SNMPFailure) -> Question? {
        if failure.isTimeout, repetitions > Self.initialRepetitions, grows {
            // Its longer answers may not get through.
            repetitions = Self.initialRepetitions
            return next()
        }
        if failure.isTimeout, repetitions > 0 {
            hasFallenBack = !isBulkAnswered
            repetitions = 0
            return next()
        }
        self.failure = failure
        return nil
    }

    mutating func give(up question: Question) -> Question? {
        failure = .notEncodable(object: question.objects[0])
        return nil
    }

    func outcome(_ effort: SNMPEffort) -> Result<SNMPWalkResponse, SNMPFailure> {
        let inOrder = seen == nil ? rows : rows.sorted { $0.oid < $1.oid }
        guard let failure else {
            return .success(SNMPWalkResponse(rows: inOrder, cut: cut, effort: effort))
        }
        // What was read before the agent failed is as good as before a limit.
        guard failure.isFromAgent, !rows.isEmpty else { return .failure(failure) }
        return .success(SNMPWalkResponse(rows: inOrder, cut: .failed(failure), effort: effort))
    }
}
