import PollerModel

/// A poll: asks for groups of objects in messages of at most `objectLimit` objects, and finds
/// its way round agents that refuse a message as a whole.
///
/// The first message is never larger than one to a stranger, so that a device that is down is
/// told from one that the others are too large for.
struct GetConversation: Conversation, Sendable {
    /// What the answer may hold, so that it fits an Ethernet frame.
    static let largestAnswer = 1_300
    /// What an object takes in an answer besides its OID: heads, and a 64-bit counter.
    private static let bytesPerObject = 16

    private typealias Value = Result<SNMPValue, SNMPFailure>

    /// Objects of one group that travel together: positions in the group.
    private struct Unit {
        let group: Int
        var positions: [Int]
    }

    private struct Group {
        var values: [Value?]
        var companion: SNMPValue?
        var receivedAt: Moment?
        var failure: SNMPFailure?
    }

    let request: SNMPGetRequest
    private var companion: OID?
    /// Whether the next message goes without the companion, because one object with it did not
    /// get through.
    private var isNextAlone = false
    private var isAccompanied = false
    private var waiting: [Unit]
    private var asked: [Unit] = []
    /// What the last message asked for, the companion first.
    private var askedObjects: [OID] = []
    private var groups: [Group]
    private var questionsLeft: Int
    private var isFirst = true
    /// Objects that fit a message to this agent; shrinks when it says tooBig.
    private(set) var objectLimit: Int
    /// Objects of the largest message that was answered.
    private(set) var largestAnswered = 0
    /// Objects of the smallest message that was too large; nil when none was.
    private(set) var smallestRefused: Int?
    /// Whether a message was filled and there was more to ask.
    private(set) var wasFull = false

    init(_ request: SNMPGetRequest, objectLimit: Int = AgentHabits.initialObjects) {
        self.request = request
        self.objectLimit = max(1, objectLimit)
        companion = request.companion
        // Taken from the end, so the first group comes last.
        waiting = request.groups.indices.reversed().map {
            Unit(group: $0, positions: Array(request.groups[$0].indices))
        }
        groups = request.groups.map { Group(values: Array(repeating: nil, count: $0.count)) }
        // Each answer settles an object or halves a message, so this is never reached by an
        // agent that makes sense.
        questionsLeft = 16 + 4 * request.groups.reduce(0) { $0 + $1.count }
    }

    mutating func begin() -> Question? { next() }

    /// Fills a message with whole units; a unit that is larger than a message is cut.
    private mutating func next() -> Question? {
        asked = []
        let limit = isFirst ? min(objectLimit, AgentHabits.initialObjects) : objectLimit
        isFirst = false
        var free = isNextAlone ? 1 : limit
        var bytes = Self.largestAnswer
        while let unit = waiting.last {
            let size = size(of: unit)
            if unit.positions.isEmpty {
                waiting.removeLast()
            } else if unit.positions.count <= free, size <= bytes || asked.isEmpty {
                waiting.removeLast()
                asked.append(unit)
                free -= unit.positions.count
                bytes -= size
            } else if asked.isEmpty {
                asked.append(Unit(group: unit.group, positions: Array(unit.positions.prefix(free))))
                waiting[waiting.count - 1].positions.removeFirst(free)
                wasFull = true
                break
            } else {
                if unit.positions.count > free { wasFull = true }
                break
            }
        }
        guard !asked.isEmpty else { return nil }
        guard questionsLeft > 0 else {
            return giveUp(.malformed(detail: "the agent refused every way of asking"))
        }
        questionsLeft -= 1
        isAccompanied = companion != nil && !isNextAlone
        isNextAlone = false
        askedObjects.removeAll(keepingCapacity: true)
        if isAccompanied, let companion { askedObjects.append(companion) }
        for unit in asked {
            for position in unit.positions {
                askedObjects.append(request.groups[unit.group][position])
            }
        }
        return Question(kind: .get, objects: askedObjects)
    }

    /// What the answer to a unit takes, at most five bytes an arc.
    private func size(of unit: Unit) -> Int {
        unit.positions.reduce(0) { sum, position in
            let arcs = request.groups[unit.group][position].arcs
            return sum + Self.bytesPerObject
                + arcs.reduce(0) { $0 + ($1 < 128 ? 1 : $1 < 16_384 ? 2 : $1 < 2_097_152 ? 3 : 5) }
        }
    }

    private var askedCount: Int { asked.reduce(0) { $0 + $1.positions.count } }

    mutating func hear(_ reply: Reply) -> Question? {
        guard reply.errorStatus == 0 else { return refused(reply) }
        let objects = askedObjects
        guard reply.varbinds.count == objects.count else {
            // Some agents answer short instead of saying tooBig.
            return shrink(
                or: .malformed(
                    detail: "\(reply.varbinds.count) objects answered for \(objects.count)"))
        }
        for (varbind, object) in zip(reply.varbinds, objects) where varbind.oid != object {
            settleAsked(.failure(.malformed(detail: "\(varbind.oid) answered for \(object)")))
            return next()
        }
        settle(reply)
        return next()
    }

    private mutating func settle(_ reply: Reply) {
        largestAnswered = max(largestAnswered, askedCount)
        var position = 0
        var companionValue: SNMPValue?
        if isAccompanied {
            companionValue = reply.varbinds[0].value
            position = 1
        }
        for unit in asked {
            for member in unit.positions {
                groups[unit.group].values[member] = .success(reply.varbinds[position].value)
                position += 1
            }
            // The parts of a large group share the clock of whichever brought one.
            if let companionValue, companionValue.isPresent {
                groups[unit.group].companion = companionValue
            }
            groups[unit.group].receivedAt = reply.receivedAt
        }
    }

    /// The agent refused the message as a whole (RFC 1157 §4.1.2, RFC 3416 §4.2.1).
    private mutating func refused(_ reply: Reply) -> Question? {
        let objects = askedObjects
        let status = SNMPFailure.ErrorStatus(rawValue: reply.errorStatus)
        switch status {
        case nil:
            settleAsked(
                .failure(.malformed(detail: "unknown error-status \(reply.errorStatus)")))
            return next()
        case .tooBig?:
            return shrink(or: .errorStatus(.tooBig, object: objects.first))
        case let status?:
            guard objects.indices.contains(reply.errorIndex - 1) else {
                return bisect(or: .errorStatus(status, object: nil))
            }
            let object = objects[reply.errorIndex - 1]
            // SNMPv1's way to say that there is no such object.
            let value: Value =
                status == .noSuchName
                ? .success(.noSuchInstance) : .failure(.errorStatus(status, object: object))
            drop(at: reply.errorIndex - 1, value: value, receivedAt: reply.receivedAt)
            return next()
        }
    }

    /// Settles one object of the message, and asks for the others again.
    private mutating func drop(at position: Int, value: Value, receivedAt: Moment) {
        var position = position
        if isAccompanied {
            if position == 0 { companion = nil }
            position -= 1
        }
        if position >= 0 {
            for index in asked.indices {
                guard position >= asked[index].positions.count else {
                    let member = asked[index].positions.remove(at: position)
                    groups[asked[index].group].values[member] = value
                    groups[asked[index].group].receivedAt = receivedAt
                    break
                }
                position -= asked[index].positions.count
            }
        }
        waiting += asked.reversed()
    }

    /// Asks again in messages of half the size, from now on.
    private mutating func shrink(or failure: SNMPFailure) -> Question? {
        let count = askedCount
        guard let half = halve(or: failure) else { return next() }
        smallestRefused = min(smallestRefused ?? count, count)
        objectLimit = half
        return next()
    }

    /// Asks again in two halves, to find the object the agent stumbles over.
    private mutating func bisect(or failure: SNMPFailure) -> Question? {
        guard let half = halve(or: failure) else { return next() }
        let limit = objectLimit
        objectLimit = half
        defer { objectLimit = limit }
        return next()
    }

    /// Takes the message back and returns half its size. nil for a single object: that is asked
    /// again without its companion, and then given up.
    private mutating func halve(or failure: SNMPFailure) -> Int? {
        let count = askedCount
        if count == 1, !isAccompanied {
            settleAsked(.failure(failure))
            return nil
        }
        waiting += asked.reversed()
        isNextAlone = count == 1
        return count == 1 ? nil : count / 2
    }

    /// Gives every object of the message the same value.
    private mutating func settleAsked(_ value: Value) {
        for unit in asked {
            for member in unit.positions { groups[unit.group].values[member] = value }
            if case .failure(let failure) = value { groups[unit.group].failure = failure }
        }
    }

    /// The agent answered before, so a silence to a larger message may be about its size.
    mutating func fail(_ failure: SNMPFailure) -> Question? {
        if failure.isTimeout, askedCount > AgentHabits.initialObjects {
            return shrink(or: failure)
        }
        return giveUp(failure)
    }

    mutating func give(up question: Question) -> Question? {
        bisect(or: .notEncodable(object: question.objects[question.objects.count - 1]))
    }

    /// After a silence nothing more is asked: a device that is down costs one message and its
    /// retries, however much there was to ask.
    private mutating func giveUp(_ failure: SNMPFailure) -> Question? {
        // It was not the size.
        if failure.isTimeout { smallestRefused = nil }
        for unit in asked + waiting {
            for member in unit.positions { groups[unit.group].values[member] = .failure(failure) }
            groups[unit.group].failure = failure
        }
        asked = []
        waiting = []
        return nil
    }

    func outcome(_ effort: SNMPEffort) -> SNMPGetResponse {
        SNMPGetResponse(groups: groups.map(answer), effort: effort)
    }

    /// A group of which not one object was answered failed as a whole.
    private func answer(_ group: Group) -> Result<SNMPGroupAnswer, SNMPFailure> {
        guard let receivedAt = group.receivedAt else {
            return .failure(group.failure ?? .malformed(detail: "no object was asked for"))
        }
        let missing = SNMPFailure.malformed(detail: "the object was not asked for")
        return .success(
            SNMPGroupAnswer(
                values: group.values.map { $0 ?? .failure(group.failure ?? missing) },
                companion: group.companion, receivedAt: receivedAt))
    }
}
