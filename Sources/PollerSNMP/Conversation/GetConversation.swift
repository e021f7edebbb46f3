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

    /// Objects of one group that travel together: those of `positions` in `objects` that have
    /// no value yet.
    private struct Unit {
        let group: Int
        var positions: Range<Int>
        var count: Int
    }

    private struct Group {
        let positions: Range<Int>
        var companion: SNMPValue?
        var receivedAt: Moment?
        var failure: SNMPFailure?
    }

    private var companion: OID?
    /// Whether the next message goes without the companion, because one object with it did not
    /// get through.
    private var isNextAlone = false
    private var isAccompanied = false
    /// Those of all groups, one group after the other.
    private let objects: [OID]
    /// `bytesBefore[i]` is what the answers to the objects before the i-th take.
    private let bytesBefore: [Int]
    /// `values[i]` answers `objects[i]`.
    private var values: [Value?]
    private var groups: [Group]
    private var waiting: [Unit]
    private var asked: [Unit] = []
    /// What the last message asked for, the companion first.
    private var askedObjects: [OID] = []
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
        self.objectLimit = max(1, objectLimit)
        companion = request.companion
        let objects = request.groups.flatMap { $0 }
        var bytesBefore = [0]
        bytesBefore.reserveCapacity(objects.count + 1)
        for object in objects {
            bytesBefore.append(bytesBefore[bytesBefore.count - 1] + Self.size(of: object))
        }
        var start = 0
        let groups = request.groups.map { group in
            defer { start += group.count }
            return Group(positions: start..<(start + group.count))
        }
        self.groups = groups
        // Taken from the end, so the first group comes last.
        waiting = groups.indices.reversed().map {
            let positions = groups[$0].positions
            return Unit(group: $0, positions: positions, count: positions.count)
        }
        values = Array(repeating: nil, count: objects.count)
        self.objects = objects
        self.bytesBefore = bytesBefore
        // Each answer settles an object or halves a message, so this is never reached by an
        // agent that makes sense.
        questionsLeft = 16 + 4 * objects.count
    }

    /// What the answer to an object takes, at most five bytes an arc.
    private static func size(of object: OID) -> Int {
        object.arcs.reduce(bytesPerObject) {
            $0 + ($1 < 128 ? 1 : $1 < 16_384 ? 2 : $1 < 2_097_152 ? 3 : 5)
        }
    }

    /// Before it begins.
    mutating func adapt(objectLimit: Int) { self.objectLimit = max(1, objectLimit) }

    mutating func begin() -> Question? { next() }

    /// Fills a message with whole units; a unit that is larger than a message is cut.
    private mutating func next() -> Question? {
        asked.removeAll(keepingCapacity: true)
        let limit = isFirst ? min(objectLimit, AgentHabits.initialObjects) : objectLimit
        isFirst = false
        var free = isNextAlone ? 1 : limit
        var bytes = Self.largestAnswer
        while let unit = waiting.last {
            let (start, end) = (unit.positions.lowerBound, unit.positions.upperBound)
            let size = bytesBefore[end] - bytesBefore[start]
            if unit.count == 0 {
                waiting.removeLast()
            } else if unit.count <= free, size <= bytes || asked.isEmpty {
                waiting.removeLast()
                asked.append(unit)
                free -= unit.count
                bytes -= size
            } else if asked.isEmpty {
                let middle = unit.positions.filter(isOpen)[free - 1] + 1
                asked.append(Unit(group: unit.group, positions: start..<middle, count: free))
                waiting[waiting.count - 1].positions = middle..<end
                waiting[waiting.count - 1].count -= free
                wasFull = true
                break
            } else {
                if unit.count > free { wasFull = true }
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
        askedObjects = []
        askedObjects.reserveCapacity(askedCount + 1)
        if isAccompanied, let companion { askedObjects.append(companion) }
        for unit in asked {
            for position in unit.positions where isOpen(position) {
                askedObjects.append(objects[position])
            }
        }
        return Question(kind: .get, objects: askedObjects)
    }

    private func isOpen(_ position: Int) -> Bool {
        if case nil = values[position] { true } else { false }
    }

    private var askedCount: Int { asked.reduce(0) { $0 + $1.count } }

    mutating func hear(_ reply: Reply) -> Question? {
        guard reply.errorStatus == 0 else { return refused(reply) }
        guard reply.varbinds.count == askedObjects.count else {
            // Some agents answer short instead of saying tooBig.
            return shrink(
                or: .malformed(
                    detail: "\(reply.varbinds.count) objects answered for \(askedObjects.count)"))
        }
        for position in askedObjects.indices
        where reply.varbinds[position].oid != askedObjects[position] {
            let (answer, object) = (reply.varbinds[position].oid, askedObjects[position])
            settleAsked(.failure(.malformed(detail: "\(answer) answered for \(object)")))
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
            for member in unit.positions where isOpen(member) {
                values[member] = .success(reply.varbinds[position].value)
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
        let status = SNMPFailure.ErrorStatus(rawValue: reply.errorStatus)
        switch status {
        case nil:
            settleAsked(
                .failure(.malformed(detail: "unknown error-status \(reply.errorStatus)")))
            return next()
        case .tooBig?:
            return shrink(or: .errorStatus(.tooBig, object: askedObjects.first))
        case let status?:
            guard askedObjects.indices.contains(reply.errorIndex - 1) else {
                return bisect(or: .errorStatus(status, object: nil))
            }
            let object = askedObjects[reply.errorIndex - 1]
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
        for index in asked.indices where position >= 0 {
            if position < asked[index].count {
                let unit = asked[index]
                let member = unit.positions.filter(isOpen)[position]
                values[member] = value
                groups[unit.group].receivedAt = receivedAt
                asked[index].count -= 1
                break
            }
            position -= asked[index].count
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
            for member in unit.positions where isOpen(member) { values[member] = value }
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
            for member in unit.positions where isOpen(member) {
                values[member] = .failure(failure)
            }
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
                values: values[group.positions].map { $0 ?? .failure(group.failure ?? missing) },
                companion: group.companion, receivedAt: receivedAt))
    }
}
