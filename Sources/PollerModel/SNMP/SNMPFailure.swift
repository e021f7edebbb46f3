/// Why an exchange with an agent gave nothing: what was tried, what was seen, what to do.
///
/// Boxed, so that a value that may fail is not larger, nor dearer to copy, for the failures that
/// hardly ever happen.
package indirect enum SNMPFailure: Error, Hashable, Sendable {
    /// The resolver's own words in `detail`.
    case nameNotResolved(name: String, detail: String)
    /// The kernel knows no way to the address; its words in `detail`.
    case noRoute(detail: String)
    /// The host answered that nothing listens on the port (ICMP port unreachable).
    case portClosed(port: UInt16)
    case noAnswer(attempts: Int, milliseconds: Int64)
    /// The same with SNMPv3, whose agents answer also to those whom they do not know.
    case noAnswerToUser(attempts: Int, milliseconds: Int64)
    /// Nothing that came back to any attempt was the answer.
    case strayAnswer(StrayAnswer, attempts: Int, milliseconds: Int64)
    /// The agent answered that the request as a whole failed (RFC 3416 §3, error-status).
    case errorStatus(ErrorStatus, object: OID?)
    /// Answers arrived, but none of them fitted the request.
    case malformed(detail: String)
    /// The agent named an object that does not follow the one before it, so that the walk
    /// would not end.
    case notIncreasing(object: OID)
    /// The agent answers, but shows nothing at all.
    case viewEmpty
    /// The agent answered, but has no value of an object without which the device counts as down.
    case objectAbsent(object: OID)
    /// A REPORT: the agent has no such user (RFC 3414 §3.2, usmStatsUnknownUserNames).
    case unknownUser(name: String)
    /// A REPORT: the digest was wrong (usmStatsWrongDigests).
    case wrongAuthentication(SNMPUser.Authentication)
    /// The agent takes the user and its authentication, but not what is encrypted: a REPORT
    /// (usmStatsDecryptionErrors), or silence where an unencrypted message is answered.
    case wrongPrivacy(SNMPUser.Privacy, isReported: Bool)
    /// A REPORT: the user may not use this level (usmStatsUnsupportedSecLevels).
    case levelNotSupported(SNMPUser.Level)
    /// A REPORT: the clocks differ, also after they were compared (usmStatsNotInTimeWindows).
    case notInTimeWindow
    /// The agent names another engine with each answer.
    case engineChanging
    /// A REPORT that says something else.
    case reported(object: OID)
    /// This machine's library lacks a protocol of the user's; its name.
    case protocolMissing(String)
    /// This machine cannot ask, whatever the agent and the network are like.
    case localFault(detail: String)
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
        case .noAnswer, .noAnswerToUser: "no_answer"
        case .strayAnswer(let stray, _, _): stray.code
        case .errorStatus(.authorizationError, _), .errorStatus(.noAccess, _): "access_refused"
        case .errorStatus: "error_status"
        case .malformed: "malformed_answer"
        case .notIncreasing: "walk_not_increasing"
        case .viewEmpty: "view_empty"
        case .objectAbsent: "object_absent"
        case .unknownUser: "unknown_user"
        case .wrongAuthentication: "wrong_authentication"
        case .wrongPrivacy: "wrong_privacy"
        case .levelNotSupported: "level_not_supported"
        case .notInTimeWindow: "not_in_time_window"
        case .engineChanging: "engine_changing"
        case .reported: "reported"
        case .protocolMissing: "protocol_missing"
        case .localFault: "local_fault"
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
        case .noAnswer, .noAnswerToUser: "nothing answered"
        case .strayAnswer(let stray, _, _): stray.summary
        case .errorStatus: "the agent answered with an error"
        case .malformed: "the agent's answers did not fit the request"
        case .notIncreasing: "the agent's table does not end"
        case .unknownUser: "the agent does not know the user"
        case .wrongAuthentication: "the authentication passphrase or protocol is wrong"
        case .wrongPrivacy: "the privacy passphrase or protocol is wrong"
        case .levelNotSupported: "the agent refuses the security level"
        case .reported: "the agent reported an error"
        case .localFault: "this machine cannot ask"
        case .notInTimeWindow, .engineChanging, .protocolMissing: words
        case .notEncodable: "an object cannot be asked for"
        case .objectAbsent: "the agent lacks an object that is asked for"
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
        case .noAnswerToUser(let attempts, let milliseconds):
            "nothing answered \(attempts) \(attempts == 1 ? "request" : "requests") of SNMPv3 "
                + "within \(milliseconds) ms"
        case .strayAnswer(let stray, let attempts, let milliseconds):
            stray.words(attempts: attempts, milliseconds: milliseconds)
        case .errorStatus(let status, let object):
            "the agent answered with error \(status)"
                + (object.map { " for \($0)" } ?? "")
        case .malformed(let detail):
            "the agent's answers did not fit the request: \(detail)"
        case .notIncreasing(let object):
            "the agent's table does not end: it answered \(object) out of order"
        case .viewEmpty:
            "the agent answers, but shows nothing at all"
        case .objectAbsent(let object):
            "the agent answers, but has no value of "
                + (object == WellKnownObject.sysDescr ? "sysDescr.0" : "\(object)")
        case .unknownUser(let name):
            "the agent answered that it has no user \(name) (usmStatsUnknownUserNames)"
        case .wrongAuthentication(let kind):
            "the agent answered that the \(kind.rawValue) digest is wrong (usmStatsWrongDigests): "
                + "the authentication passphrase or protocol is not the agent's"
        case .wrongPrivacy(let kind, let isReported):
            isReported
                ? "the agent answered that it cannot decrypt (usmStatsDecryptionErrors): the "
                    + "privacy protocol \(kind.rawValue) or its passphrase is not the agent's"
                : "the agent answers the user without encryption and is silent to messages "
                    + "encrypted with \(kind.rawValue): the privacy passphrase or protocol is not "
                    + "the agent's"
        case .levelNotSupported(let level):
            "the agent answered that the user may not ask with \(level.rawValue) "
                + "(usmStatsUnsupportedSecLevels)"
        case .notInTimeWindow:
            "the agent answered that the request is not in its time window "
                + "(usmStatsNotInTimeWindows), also after its clock was read"
        case .engineChanging:
            "the agent names another engineID with each answer"
        case .reported(let object):
            "the agent reported \(object)"
        case .localFault(let detail):
            "this machine cannot ask: \(detail)"
        case .protocolMissing(let name):
            "this machine's libsnmp has no \(name)"
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
        case .noAnswerToUser:
            "three likely causes: the device is off, or its agent has no SNMPv3; the agent's "
                + "access list does not allow this machine; a firewall drops UDP on the way"
        case .strayAnswer(let stray, _, _): stray.fix
        case .viewEmpty, .errorStatus(.authorizationError, _), .errorStatus(.noAccess, _):
            "allow the community or user to read this part of the tree on the device"
        case .objectAbsent:
            "allow the community or user to read it on the device, or let another answer count "
                + "with --availability snmp or getnext"
        case .errorStatus, .malformed, .notIncreasing:
            "update the device's firmware, or report its make and model with this sentence"
        case .unknownUser:
            "create the user on the device, or give the right name with --v3-user"
        case .wrongAuthentication:
            "compare passphrase and protocol (--auth) with the user's on the device"
        case .wrongPrivacy:
            "compare privacy passphrase and protocol (--priv) with the user's on the device; for "
                + "AES-192 and AES-256 devices differ in how they lengthen the key: try the other "
                + "of AES192 and AES192C, AES256 and AES256C"
        case .levelNotSupported:
            "give the level the user has on the device with --v3-level"
        case .notInTimeWindow:
            "check that no two devices answer at this address, and that the device's engineBoots "
                + "is not stuck at its maximum"
        case .engineChanging:
            "check that no two devices answer at this address"
        case .reported:
            "look the object up in the SNMP-USER-BASED-SM-MIB, or report it with the device's model"
        case .localFault:
            "see this machine's addresses (ip address), and the device's --source-address"
        case .protocolMissing:
            "give the user another protocol on the device, with --auth or --priv"
        case .notEncodable:
            "correct the object in the catalogue, then run pollerd --check"
        case .overloaded:
            "poll fewer devices or less often"
        case .stopped:
            "try again when pollerd runs"
        }
    }

    /// Whether all attempts went by without the answer.
    package var isTimeout: Bool {
        switch self {
        case .noAnswer, .noAnswerToUser, .strayAnswer: true
        default: false
        }
    }

    /// Whether the agent answered, and refused the user of SNMPv3.
    package var concernsUser: Bool {
        switch self {
        case .unknownUser, .wrongAuthentication, .wrongPrivacy, .levelNotSupported,
            .notInTimeWindow, .engineChanging, .reported, .protocolMissing:
            true
        default: false
        }
    }

    /// Whether nothing else can be asked of the agent either.
    package var concernsWholeAgent: Bool {
        switch self {
        case .nameNotResolved, .noRoute, .portClosed, .noAnswer, .noAnswerToUser, .strayAnswer,
            .localFault:
            true
        default: concernsUser
        }
    }

    /// Whether the agent itself answered, with something that is of no use.
    package var isFromAgent: Bool {
        switch self {
        case .errorStatus, .malformed, .notIncreasing, .viewEmpty, .objectAbsent: true
        default: false
        }
    }

    /// Whether the agent was not asked, for a fault of this machine.
    package var concernsThisMachine: Bool {
        switch self {
        case .overloaded, .stopped, .localFault, .protocolMissing: true
        default: false
        }
    }
}
