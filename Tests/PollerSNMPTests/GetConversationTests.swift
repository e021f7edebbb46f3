import PollerModel
import Testing

@testable import PollerSNMP

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
