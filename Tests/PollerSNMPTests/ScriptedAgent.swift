import PollerModel
import Testing

@testable import PollerSNMP

let moment = Moment(
    wall: Timestamp(seconds: 1_700_000_000), monotonic: MonotonicTime(milliseconds: 1))
let uptime = OID([1, 3, 6, 1, 2, 1, 1, 3, 0])

/// An agent that answers from a table, as its rules say.
struct ScriptedAgent {
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

func object(_ number: UInt32) -> OID { OID([1, 3, 6, 1, 9, number]) }
