/// Why an exchange with an agent gave nothing: what was tried, what was seen, what to do.
package enum SNMPFailure: Error, Hashable, Sendable {
    /// The resolver's own words in `detail`.
    case nameNotResolved(name: String, detail: String)
    /// The kernel knows no way to the address; its words in `detail`.
    case noRoute(detail: String)
    /// The host answered that nothing listens on the port (ICMP port unreachable).
    case portClosed(port: UInt16)
    case noAnswer(attempts: Int, milliseconds: Int64)
    /// The agent answered that the request as a whole failed (RFC 3416 §3, error-status).
    case errorStatus(ErrorStatus, object: OID?)
    /// Answers arrived, but none of them fitted the request.
    case malformed(detail: String)
    /// The agent named an object that does not follow the one before it, so that the walk
    /// would not end.
    case notIncreasing(object: OID)
    /// The agent answers, but shows nothing at all.
    case viewEmpty
    /// The request cannot be put on the wire.
    case notEncodable(object: OID)
    /// More exchanges wait than the transport holds.
    case overloaded(waiting: Int)
    /// The transport is stopping.
    case stopped

    /// The error-status of a response PDU (RFC 3416 §3).
    package enum ErrorStatus: Int, Sendable, Hashable {
        case tooBig = 1
        case noSuchName
        case badValue
        case readOnly
        case genErr
        case noAccess
        case wrongType
        case wrongLength
        case wrongEncoding
        case wrongValue
        case noCreation
        case inconsistentValue
        case resourceUnavailable
        case commitFailed
        case undoFailed
        case authorizationError
        case notWritable
        case inconsistentName
    }

    /// Stable name of the reason, for scripts.
    package var code: String {
        switch self {
        case .nameNotResolved: "name_not_resolved"
        case .noRoute: "no_route"
        case .portClosed: "port_closed"
        case .noAnswer: "no_answer"
        case .errorStatus(.authorizationError, _), .errorStatus(.noAccess, _): "access_refused"
        case .errorStatus: "error_status"
        case .malformed: "malformed_answer"
        case .notIncreasing: "walk_not_increasing"
        case .viewEmpty: "view_empty"
        case .notEncodable: "not_encodable"
        case .overloaded: "transport_overloaded"
        case .stopped: "transport_stopped"
        }
    }

    /// What all failures of this kind have in common.
    package var summary: String {
        switch self {
        case .nameNotResolved: "the name was not resolved"
        case .noRoute: "the request could not be sent"
        case .portClosed: "the host answered that the UDP port is closed"
        case .noAnswer: "nothing answered"
        case .errorStatus: "the agent answered with an error"
        case .malformed: "the agent's answers did not fit the request"
        case .notIncreasing: "the agent's table does not end"
        case .notEncodable: "an object cannot be asked for"
        case .viewEmpty, .overloaded, .stopped: words
        }
    }

    /// One sentence: what was tried and what was seen.
    package var words: String {
        switch self {
        case .nameNotResolved(let name, let detail):
            "the name \(name) was not resolved: \(detail)"
        case .noRoute(let detail):
            "the request could not be sent: \(detail)"
        case .portClosed(let port):
            "the host answered that UDP port \(port) is closed"
        case .noAnswer(let attempts, let milliseconds):
            "nothing answered \(attempts) \(attempts == 1 ? "request" : "requests") within "
                + "\(milliseconds) ms"
        case .errorStatus(let status, let object):
            "the agent answered with error \(status)"
                + (object.map { " for \($0)" } ?? "")
        case .malformed(let detail):
            "the agent's answers did not fit the request: \(detail)"
        case .notIncreasing(let object):
            "the agent's table does not end: it answered \(object) out of order"
        case .viewEmpty:
            "the agent answers, but shows nothing at all"
        case .notEncodable(let object):
            "\(object) cannot be asked for: no SNMP message can hold it"
        case .overloaded(let waiting):
            "\(waiting) requests already wait to be sent"
        case .stopped:
            "the poller is stopping"
        }
    }

    /// What a person can do about it.
    package var fix: String {
        switch self {
        case .nameNotResolved:
            "check the spelling and the DNS server, or add the device by its address"
        case .noRoute:
            "check the address and this machine's routes (ip route get ADDRESS)"
        case .portClosed:
            "start the SNMP agent on the device, or give the port it listens on with --port"
        case .noAnswer:
            "three likely causes: the community is wrong (agents do not answer to a wrong one); "
                + "the agent's access list does not allow this machine; a firewall drops UDP on "
                + "the way, or the device is off"
        case .viewEmpty, .errorStatus(.authorizationError, _), .errorStatus(.noAccess, _):
            "allow the community to read this part of the tree on the device"
        case .errorStatus, .malformed, .notIncreasing:
            "update the device's firmware, or report its make and model with this sentence"
        case .notEncodable:
            "correct the object in the catalogue, then run pollerd --check"
        case .overloaded:
            "poll fewer devices or less often"
        case .stopped:
            "try again when pollerd runs"
        }
    }

    /// Whether the agent itself gave no sign of life.
    package var isSilence: Bool {
        switch self {
        case .nameNotResolved, .noRoute, .portClosed, .noAnswer: true
        default: false
        }
    }
}
