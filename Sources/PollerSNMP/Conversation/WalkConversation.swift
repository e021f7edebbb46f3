import PollerModel

/// A walk of one subtree: GETBULK where the version has it, GETNEXT otherwise and for agents
/// that leave GETBULK unanswered.
struct WalkConversation: Conversation, Sendable {
    /// Rows asked for in one message; 25 rows of a counter column fit an Ethernet frame.
    static let initialRepetitions = 25

    private let root: OID
    private let rowLimit: Int
    private var repetitions: Int
    private var rows: [VarBind] = []
    private var isCut = false
    private var failure: SNMPFailure?

    init(_ request: SNMPWalkRequest) {
        root = request.root
        rowLimit = max(1, request.rowLimit)
        repetitions = request.target.version == .v1 ? 0 : Self.initialRepetitions
    }

    mutating func begin() -> Question? { next() }

    private func next() -> Question {
        Question(
            kind: repetitions > 0 ? .getBulk(maxRepetitions: repetitions) : .getNext,
            objects: [rows.last?.oid ?? root])
    }

    mutating func hear(_ reply: Reply) -> Question? {
        switch SNMPFailure.ErrorStatus(rawValue: reply.errorStatus) {
        case nil where reply.errorStatus == 0: break
        // The end of the tree, as SNMPv1 says it.
        case .noSuchName?: return nil
        case .tooBig? where repetitions > 0:
            repetitions /= 2
            return next()
        case let status?:
            failure = .errorStatus(status, object: rows.last?.oid ?? root)
            return nil
        case nil:
            failure = .malformed(detail: "unknown error-status \(reply.errorStatus)")
            return nil
        }
        guard !reply.varbinds.isEmpty else {
            failure = .malformed(detail: "an answer without objects")
            return nil
        }
        for varbind in reply.varbinds {
            guard varbind.oid.hasPrefix(root), varbind.value != .endOfMibView else { return nil }
            guard varbind.oid > rows.last?.oid ?? root else {
                failure = .notIncreasing(object: varbind.oid)
                return nil
            }
            guard rows.count < rowLimit else {
                isCut = true
                return nil
            }
            rows.append(varbind)
        }
        return next()
    }

    mutating func fail(_ failure: SNMPFailure) -> Question? {
        if case .noAnswer = failure, repetitions > 0 {
            repetitions = 0
            return next()
        }
        self.failure = failure
        return nil
    }

    func outcome(_ effort: SNMPEffort) -> Result<SNMPWalkResponse, SNMPFailure> {
        if let failure { return .failure(failure) }
        return .success(SNMPWalkResponse(rows: rows, isCut: isCut, effort: effort))
    }
}
