/// What came back in place of an answer, while a request waited for one in vain.
package enum StrayAnswer: Hashable, Sendable {
    /// A datagram that is no SNMP message, or a part of one.
    case unreadable(bytes: Int)
    /// A message of another community or version, or one that is no response.
    case unfitting
    /// A response under an id that no request had.
    case otherRequest
    /// The response came from there, which is not where the request went.
    case otherPlace(IPAddress, port: UInt16)
    /// The response came so long after its request was first sent.
    case late(milliseconds: Int64)

    /// Of several, the one with the greatest rank says most.
    package var rank: Int {
        switch self {
        case .unreadable: 0
        case .unfitting: 1
        case .otherRequest: 2
        case .otherPlace: 3
        case .late: 4
        }
    }

    /// Of the one whose words have an address.
    static let codeOfOtherPlace = "answer_from_elsewhere"

    /// Stable name of the reason, for scripts.
    package var code: String {
        switch self {
        case .unreadable: "answer_unreadable"
        case .unfitting: "answer_unfitting"
        case .otherRequest: "answer_other_id"
        case .otherPlace: Self.codeOfOtherPlace
        case .late: "answer_late"
        }
    }

    var summary: String {
        switch self {
        case .unreadable: "what the agent answers is no SNMP message"
        case .unfitting: "the agent's messages are no answers to the requests"
        case .otherRequest: "the agent answers under other request ids"
        case .otherPlace: "the answers come from another address or port"
        case .late: "the agent answers after the time-out"
        }
    }

    func words(attempts: Int, milliseconds: Int64) -> String {
        let asked =
            "\(attempts) \(attempts == 1 ? "request" : "requests") within \(milliseconds) ms"
        return switch self {
        case .unreadable(let bytes):
            "what the agent answered to \(asked) is no whole SNMP message (\(bytes) bytes)"
        case .unfitting:
            "what the agent sent after \(asked) is no answer: its community, its version or its "
                + "kind is another"
        case .otherRequest:
            "the agent answered \(asked) under a request id that is not theirs"
        case .otherPlace(let address, let port):
            "the answer to \(asked) came from \(address), port \(port), which was not asked"
        case .late(let late):
            "the agent needs more time than it is given: an answer came after \(late) ms, and "
                + "\(asked) were waited for"
        }
    }

    var fix: String {
        switch self {
        case .unreadable:
            "see what answers on that port (tcpdump -X udp port PORT): another service, or a "
                + "firmware whose SNMP is broken, which an update may mend"
        case .unfitting:
            "see what answers on that port (tcpdump -X udp port PORT), and compare community and "
                + "version with the agent's"
        case .otherRequest:
            "update the device's firmware, or take the SNMP proxy on the way out: an answer has the "
                + "id of its request (RFC 3416 §4)"
        case .otherPlace:
            "add the device by the address it answers from (pollerctl device edit NAME --host ADDRESS), or let "
                + "answers from others count with --any-source"
        case .late(let late):
            Self.patience(for: late).map {
                "wait longer for it: pollerctl device edit NAME --timeout \($0)"
            } ?? "ask it for less, or less often: no time-out is so long"
        }
    }

    /// A time-out that leaves as much again, in whole half seconds; nil where that is none.
    private static func patience(for milliseconds: Int64) -> Int64? {
        let wanted = (2 * milliseconds + 499) / 500 * 500
        return SNMPTarget.timeoutMillisecondsRange.contains(wanted) ? wanted : nil
    }
}
