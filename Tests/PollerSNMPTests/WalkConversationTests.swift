import PollerModel
import Testing

@testable import PollerSNMP

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

    @Test(arguments: [[2, 2], [1, 2, 1], [1, 3, 2, 3]] as [[UInt32]])
    func `an object that comes again ends the walk, and what was read before it is kept`(
        arcs: [UInt32]
    ) throws {
        var walk = conversation()
        _ = walk.begin()
        #expect(walk.hear(reply(arcs)) == nil)
        let outcome = try walk.outcome(SNMPEffort()).get()
        #expect(outcome.cut == .failed(.notIncreasing(object: object(arcs[arcs.count - 1]))))
        #expect(outcome.rows.map(\.oid) == Set(arcs).sorted().map { object($0) })
    }

    @Test func `an agent that is out of order is followed as long as it tells something new`()
        throws
    {
        var walk = conversation()
        _ = walk.begin()
        #expect(walk.hear(reply([2, 1, 4]))?.objects == [object(4)])
        #expect(walk.hear(reply([3]))?.objects == [object(3)])
        #expect(walk.hear(reply([2])) == nil)
        let outcome = try walk.outcome(SNMPEffort()).get()
        #expect(outcome.rows.map(\.oid) == [1, 2, 3, 4].map { object($0) })
    }

    @Test func `an error of one message is asked past, three in a row are not`() throws {
        let error = Reply(errorStatus: 5, errorIndex: 1, varbinds: [], receivedAt: moment)
        var walk = conversation()
        _ = walk.begin()
        #expect(walk.hear(error)?.kind == .getBulk(maxRepetitions: 12))
        #expect(walk.hear(reply([1]))?.objects == [object(1)])
        for _ in 1...WalkConversation.mostErrors { #expect(walk.hear(error) != nil) }
        #expect(walk.hear(error) == nil)
        let outcome = try walk.outcome(SNMPEffort()).get()
        #expect(outcome.rows.map(\.oid) == [object(1)])
        #expect(outcome.cut == .failed(.errorStatus(.genErr, object: object(1))))
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

    @Test(arguments: [16, 99])
    func `other errors end the walk`(status: Int) {
        var walk = conversation()
        _ = walk.begin()
        #expect(walk.hear(refusal(status)) == nil)
        #expect((try? walk.outcome(SNMPEffort()).get()) == nil)
    }
}
