import PollerModel
import Testing

@testable import PollerSNMP

private let moment = Moment(
    wall: Timestamp(seconds: 1_700_000_000), monotonic: MonotonicTime(milliseconds: 1))
private let uptime = OID([1, 3, 6, 1, 2, 1, 1, 3, 0])

/// An agent that answers from a table, as its rules say.
private struct ScriptedAgent {
    var values: [OID: SNMPValue] = [:]
    var largest = Int.max
    var broken: Set<OID> = []
    var saysIndex = true
    var isVersion1 = false
    var answersShort = false
    private(set) var questions: [Question] = []

    mutating func answer(_ question: Question) -> Reply {
        questions.append(question)
        let refuse = { (status: Int, index: Int) in
            Reply(errorStatus: status, errorIndex: index, varbinds: [], receivedAt: moment)
        }
        if question.objects.count > largest {
            return answersShort
                ? Reply(errorStatus: 0, errorIndex: 0, varbinds: [], receivedAt: moment)
                : refuse(1, 0)
        }
        if let position = question.objects.firstIndex(where: { broken.contains($0) }) {
            return refuse(5, saysIndex ? position + 1 : 0)
        }
        if isVersion1, let position = question.objects.firstIndex(where: { values[$0] == nil }) {
            return refuse(2, position + 1)
        }
        return Reply(
            errorStatus: 0, errorIndex: 0,
            varbinds: question.objects.map { VarBind($0, values[$0] ?? .noSuchInstance) },
            receivedAt: moment)
    }
}

private func object(_ number: UInt32) -> OID { OID([1, 3, 6, 1, 9, number]) }

@Suite struct GetConversationTests {
    /// Groups of the given sizes: objects 1, 2, 3, … in order.
    private func groups(_ sizes: [Int]) -> [[OID]] {
        var next: UInt32 = 0
        return sizes.map { size in
            (0..<size).map { _ in
                next += 1
                return object(next)
            }
        }
    }

    /// Holds the whole conversation.
    private func talk(
        _ groups: [[OID]], companion: OID? = uptime, limit: Int = 10, _ agent: inout ScriptedAgent
    ) -> (SNMPGetResponse, limit: Int) {
        let target = SNMPTarget(
            host: .address(IPAddress(bytes: [127, 0, 0, 1])), credentials: .community(Secret("x")))
        var conversation = GetConversation(
            SNMPGetRequest(target: target, groups: groups, companion: companion), objectLimit: limit
        )
        var question = conversation.begin()
        while let asked = question { question = conversation.hear(agent.answer(asked)) }
        return (conversation.outcome(SNMPEffort()), conversation.objectLimit)
    }

    private func agent(objects: Int) -> ScriptedAgent {
        var agent = ScriptedAgent()
        agent.values[uptime] = .timeTicks(100)
        for number in 1...objects {
            agent.values[object(UInt32(number))] = .gauge32(UInt32(number))
        }
        return agent
    }

    /// The gauges of a response; nil for anything else.
    private func numbers(_ response: SNMPGetResponse) -> [[UInt32?]] {
        response.groups.map { group in
            ((try? group.get().values) ?? []).map {
                if case .success(.gauge32(let number)) = $0 { number } else { nil }
            }
        }
    }

    @Test func `groups stay whole and messages full`() {
        var agent = agent(objects: 12)
        let (response, _) = talk(groups([4, 4, 4]), &agent)
        #expect(agent.questions.map(\.objects.count) == [9, 5])
        #expect(numbers(response) == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
        #expect(response.groups.allSatisfy { (try? $0.get().companion) == .timeTicks(100) })
    }

    @Test
    func `only the messages behind the first are large, and no answer is larger than a frame`() {
        var agent = agent(objects: 200)
        let (response, _) = talk(groups([Int](repeating: 2, count: 100)), limit: 60, &agent)
        #expect(agent.questions.first?.objects.count == 11)
        let behind = agent.questions.dropFirst().map(\.objects.count)
        #expect(behind.first == 59 && behind.allSatisfy { $0 <= 61 })
        #expect(numbers(response).joined().compactMap { $0 } == (1...200).map { UInt32($0) })
    }

    @Test func `a silence to a large message is tried with a smaller one`() {
        let target = SNMPTarget(
            host: .address(IPAddress(bytes: [127, 0, 0, 1])), credentials: .community(Secret("x")))
        var agent = agent(objects: 60)
        var conversation = GetConversation(
            SNMPGetRequest(
                target: target, groups: groups([Int](repeating: 2, count: 30)), companion: uptime),
            objectLimit: 40)
        var question = conversation.begin()
        while let asked = question {
            question =
                asked.objects.count > 21
                ? conversation.fail(.noAnswer(attempts: 3, milliseconds: 4_500))
                : conversation.hear(agent.answer(asked))
        }
        #expect(conversation.objectLimit == 20 && conversation.largestAnswered == 20)
        let values = numbers(conversation.outcome(SNMPEffort()))
        #expect(values.joined().compactMap { $0 } == (1...60).map { UInt32($0) })
    }

    @Test func `an agent that falls silent in the middle teaches nothing of sizes`() {
        let target = SNMPTarget(
            host: .address(IPAddress(bytes: [127, 0, 0, 1])), credentials: .community(Secret("x")))
        var agent = agent(objects: 100)
        var conversation = GetConversation(
            SNMPGetRequest(target: target, groups: groups([Int](repeating: 2, count: 50))),
            objectLimit: 60)
        var question = conversation.begin()
        question = question.flatMap { conversation.hear(agent.answer($0)) }
        while question != nil {
            question = conversation.fail(.noAnswer(attempts: 3, milliseconds: 4_500))
        }
        #expect(conversation.largestAnswered == 10 && conversation.smallestRefused == nil)
    }

    @Test func `a group larger than a message is cut`() {
        var agent = agent(objects: 25)
        let (response, _) = talk(groups([25]), &agent)
        #expect(agent.questions.map(\.objects.count) == [11, 11, 6])
        #expect(numbers(response) == [(1...25).map { UInt32($0) }])
    }

    @Test(arguments: [true, false])
    func `an agent that takes little is asked for little`(answersShort: Bool) {
        var agent = agent(objects: 8)
        agent.largest = 3
        agent.answersShort = answersShort
        let (response, limit) = talk(groups([4, 4]), &agent)
        #expect(numbers(response) == [[1, 2, 3, 4], [5, 6, 7, 8]])
        #expect(limit == 2)
        #expect(agent.questions.suffix(4).allSatisfy { $0.objects.count <= 3 })
    }

    @Test(arguments: [true, false])
    func `an object the agent stumbles over costs only itself`(saysIndex: Bool) {
        var agent = agent(objects: 6)
        agent.broken = [object(3)]
        agent.saysIndex = saysIndex
        let (response, limit) = talk(groups([3, 3]), &agent)
        #expect(numbers(response) == [[1, 2, nil], [4, 5, 6]])
        #expect(limit == 10)
    }

    @Test func `a single refused object takes the companion from no other message`() throws {
        var agent = agent(objects: 6)
        agent.broken = [object(3)]
        let (response, _) = talk(groups([3, 3]), &agent)
        #expect(try response.groups.allSatisfy { try $0.get().companion == .timeTicks(100) })
    }

    @Test func `an object that no message can hold costs only itself`() throws {
        let target = SNMPTarget(
            host: .address(IPAddress(bytes: [127, 0, 0, 1])), credentials: .community(Secret("x")))
        var agent = agent(objects: 6)
        var conversation = GetConversation(
            SNMPGetRequest(target: target, groups: groups([3, 3]), companion: uptime))
        var question = conversation.begin()
        while let asked = question {
            question =
                asked.objects.contains(object(3))
                ? conversation.give(up: asked) : conversation.hear(agent.answer(asked))
        }
        let response = conversation.outcome(SNMPEffort())
        #expect(numbers(response) == [[1, 2, nil], [4, 5, 6]])
        let values = try response.groups[0].get().values
        #expect(values[2] == .failure(.notEncodable(object: object(3))))
    }

    @Test func `SNMPv1's noSuchName becomes a missing instance`() throws {
        var agent = agent(objects: 4)
        agent.isVersion1 = true
        agent.values[object(2)] = nil
        agent.values[uptime] = nil
        let (response, _) = talk(groups([2, 2]), &agent)
        #expect(numbers(response) == [[1, nil], [3, 4]])
        let values = try response.groups[0].get().values
        #expect(values[1] == .success(.noSuchInstance))
        #expect(try response.groups[0].get().companion == nil)
    }

    @Test func `an agent that refuses everything is given up within a bound`() {
        var agent = agent(objects: 40)
        agent.largest = 0
        let (response, _) = talk(groups([Int](repeating: 4, count: 10)), &agent)
        #expect(numbers(response).allSatisfy { $0.isEmpty })
        #expect(agent.questions.count <= 16 + 4 * 40)
    }

    @Test func `an answer about another object is not taken`() {
        let target = SNMPTarget(
            host: .address(IPAddress(bytes: [127, 0, 0, 1])), credentials: .community(Secret("x")))
        var conversation = GetConversation(SNMPGetRequest(target: target, groups: [[object(1)]]))
        _ = conversation.begin()
        let next = conversation.hear(
            Reply(
                errorStatus: 0, errorIndex: 0, varbinds: [VarBind(object(2), .gauge32(7))],
                receivedAt: moment))
        #expect(next == nil)
        guard case .failure(.malformed) = conversation.outcome(SNMPEffort()).groups[0] else {
            Issue.record("the wrong object was taken")
            return
        }
    }

    @Test func `after a silence nothing more is asked`() {
        let target = SNMPTarget(
            host: .address(IPAddress(bytes: [127, 0, 0, 1])), credentials: .community(Secret("x")))
        var conversation = GetConversation(
            SNMPGetRequest(target: target, groups: groups([8, 8, 8])))
        _ = conversation.begin()
        let silence = SNMPFailure.noAnswer(attempts: 3, milliseconds: 4_500)
        #expect(conversation.fail(silence) == nil)
        #expect(conversation.outcome(SNMPEffort()).groups.allSatisfy { $0 == .failure(silence) })
    }

    @Test func `a request for nothing asks nothing`() {
        var agent = ScriptedAgent()
        let (response, _) = talk([], &agent)
        #expect(agent.questions.isEmpty && response.groups.isEmpty)
    }
}

@Suite struct WalkConversationTests {
    private let root = OID([1, 3, 6, 1, 9])

    private func conversation(version: SNMPVersion = .v2c, rowLimit: Int = 100) -> WalkConversation
    {
        WalkConversation(
            SNMPWalkRequest(
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [127, 0, 0, 1])), version: version,
                    credentials: .community(Secret("x"))), root: root, rowLimit: rowLimit))
    }

    private func reply(_ arcs: [UInt32], end: Bool = false) -> Reply {
        var varbinds = arcs.map { VarBind(object($0), .gauge32($0)) }
        if end { varbinds.append(VarBind(object(arcs.last ?? 0), .endOfMibView)) }
        return Reply(errorStatus: 0, errorIndex: 0, varbinds: varbinds, receivedAt: moment)
    }

    private func refusal(_ status: Int) -> Reply {
        Reply(errorStatus: status, errorIndex: 0, varbinds: [], receivedAt: moment)
    }

    @Test func `a walk goes on from its last row and stops behind the subtree`() throws {
        var walk = conversation()
        #expect(walk.begin() == Question(kind: .getBulk(maxRepetitions: 25), objects: [root]))
        #expect(walk.hear(reply([1, 2]))?.objects == [object(2)])
        let behind = Reply(
            errorStatus: 0, errorIndex: 0,
            varbinds: [VarBind(object(3), .gauge32(3)), VarBind(OID([1, 3, 6, 1, 10]), .null)],
            receivedAt: moment)
        #expect(walk.hear(behind) == nil)
        #expect(
            try walk.outcome(SNMPEffort()).get().rows.map(\.oid) == [
                object(1), object(2), object(3),
            ])
    }

    @Test(arguments: [[2, 2], [2, 1], [1, 3, 2]] as [[UInt32]])
    func `an object that does not increase ends the walk with an error`(arcs: [UInt32]) {
        var walk = conversation()
        _ = walk.begin()
        #expect(walk.hear(reply(arcs)) == nil)
        guard case .failure(.notIncreasing) = walk.outcome(SNMPEffort()) else {
            Issue.record("the loop was not seen")
            return
        }
    }

    @Test func `an object before the subtree is no end of it`() {
        var walk = conversation()
        _ = walk.begin()
        let before = Reply(
            errorStatus: 0, errorIndex: 0,
            varbinds: [VarBind(OID([1, 3, 6, 1, 2, 1]), .gauge32(3))], receivedAt: moment)
        #expect(walk.hear(before) == nil)
        guard case .failure(.notIncreasing) = walk.outcome(SNMPEffort()) else {
            Issue.record("the walk ended as if all were well")
            return
        }
    }

    @Test(arguments: [(3, 3, false), (3, 4, true)])
    func `the row limit holds on both sides`(limit: Int, rows: UInt32, isCut: Bool) throws {
        var walk = conversation(rowLimit: limit)
        _ = walk.begin()
        #expect(walk.hear(reply(Array(1...rows), end: true)) == nil)
        let outcome = try walk.outcome(SNMPEffort()).get()
        #expect(outcome.rows.count == 3 && (outcome.cut == .rows(3)) == isCut)
    }

    @Test func `a walk holds no more bytes than its limit`() throws {
        var walk = conversation(rowLimit: 1_000_000)
        let text = [UInt8](repeating: 0x61, count: 60_000)
        var question = walk.begin()
        var number: UInt32 = 0
        while question != nil {
            number += 1
            question = walk.hear(
                Reply(
                    errorStatus: 0, errorIndex: 0,
                    varbinds: [VarBind(object(number), .octets(text))], receivedAt: moment))
        }
        let outcome = try walk.outcome(SNMPEffort()).get()
        #expect(outcome.cut == .bytes(SNMPWalkRequest.byteLimit))
        #expect(outcome.rows.count == SNMPWalkRequest.byteLimit / (60_000 + 6 * 4))
    }

    @Test func `a walk does not go on for ever`() throws {
        var walk = conversation()
        _ = walk.begin()
        var now = moment
        var number: UInt32 = 0
        var question: Question?
        repeat {
            number += 1
            question = walk.hear(
                Reply(
                    errorStatus: 0, errorIndex: 0,
                    varbinds: [VarBind(object(number), .gauge32(1))], receivedAt: now))
            now = now.advanced(milliseconds: 4_000)
        } while question != nil
        let limit = SNMPWalkRequest.millisecondLimit
        #expect(try walk.outcome(SNMPEffort()).get().cut == .milliseconds(limit))
        #expect(Int64(number) == limit / 4_000 + 2)
    }

    @Test func `SNMPv1 walks with GETNEXT and ends with noSuchName`() throws {
        var walk = conversation(version: .v1)
        #expect(walk.begin()?.kind == .getNext)
        #expect(walk.hear(reply([1]))?.kind == .getNext)
        #expect(walk.hear(refusal(2)) == nil)
        #expect(try walk.outcome(SNMPEffort()).get().rows.count == 1)
    }

    @Test func `tooBig makes the messages smaller, down to GETNEXT`() {
        var walk = conversation()
        _ = walk.begin()
        var kinds: [Question.Kind] = []
        for _ in 0..<5 { if let kind = walk.hear(refusal(1))?.kind { kinds.append(kind) } }
        #expect(
            kinds == [
                .getBulk(maxRepetitions: 12), .getBulk(maxRepetitions: 6),
                .getBulk(maxRepetitions: 3), .getBulk(maxRepetitions: 1), .getNext,
            ])
    }

    @Test func `an agent that leaves GETBULK unanswered is walked with GETNEXT`() {
        var walk = conversation()
        _ = walk.begin()
        #expect(walk.fail(.noAnswer(attempts: 3, milliseconds: 1))?.kind == .getNext)
        #expect(walk.fail(.noAnswer(attempts: 3, milliseconds: 1)) == nil)
    }

    @Test(arguments: [5, 16, 99])
    func `other errors end the walk`(status: Int) {
        var walk = conversation()
        _ = walk.begin()
        #expect(walk.hear(refusal(status)) == nil)
        #expect((try? walk.outcome(SNMPEffort()).get()) == nil)
    }
}

@Suite struct TimerWheelTests {
    @Test(arguments: [1, 9, 10, 11, 1_500, 10_240, 10_241, 60_000] as [Int64])
    func `a timer rings at its deadline or one tick later, never before`(delay: Int64) {
        let start = MonotonicTime(milliseconds: 123_456)
        var wheel = TimerWheel(now: start)
        let deadline = start.advanced(milliseconds: delay)
        wheel.set(7, at: deadline)
        var rang: Int64?
        for elapsed in Int64(0)...(delay + 30) {
            let due = wheel.due(at: start.advanced(milliseconds: elapsed))
            if !due.isEmpty { rang = rang ?? elapsed }
        }
        #expect(rang.map { (delay...(delay + 20)).contains($0) } == true, "\(rang ?? -1)")
        #expect(wheel.count == 0)
    }

    @Test func `a long pause rings everything once`() {
        let start = MonotonicTime(milliseconds: 0)
        var wheel = TimerWheel(now: start)
        for key in 0..<1_000 { wheel.set(key, at: start.advanced(milliseconds: Int64(key * 37))) }
        let due = wheel.due(at: start.advanced(milliseconds: 100_000))
        #expect(Set(due.map(\.key)).count == 1_000)
        #expect(wheel.due(at: start.advanced(milliseconds: 200_000)).isEmpty)
    }
}
