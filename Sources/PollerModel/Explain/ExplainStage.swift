/// The stages between what somebody wants to have measured and what he sees of it, in their order.
package enum ExplainStage: String, Sendable, Hashable, Codable, CaseIterable {
    /// The catalogue has its template and its profile.
    case defined
    case enabled = "device_enabled"
    case scheduled
    case resolved
    case sent
    case answered
    case authenticated
    case present = "value_present"
    /// The value is of the right type, and of the row it is meant for.
    case identified = "type_and_index"
    case converted
    case bounded = "within_bounds"
    case journaled
    case written
    case inRange = "in_range"
    case drawn

    /// For people.
    package var title: String {
        switch self {
        case .defined: "defined"
        case .enabled: "device enabled"
        case .scheduled: "scheduled"
        case .resolved: "name resolved"
        case .sent: "request sent"
        case .answered: "answered"
        case .authenticated: "accepted by the agent"
        case .present: "value present"
        case .identified: "type and row as expected"
        case .converted: "converted"
        case .bounded: "within bounds"
        case .journaled: "accepted by the journal"
        case .written: "written to the file"
        case .inRange: "in the shown range"
        case .drawn: "drawn"
        }
    }
}

extension SNMPFailure {
    /// The stage at which an exchange ended.
    package var stage: ExplainStage {
        switch self {
        case .nameNotResolved: .resolved
        case .noRoute, .localFault, .protocolMissing, .notEncodable, .overloaded, .stopped: .sent
        case .portClosed, .noAnswer, .noAnswerToUser, .strayAnswer: .answered
        case .unknownUser, .wrongAuthentication, .wrongPrivacy, .levelNotSupported,
            .notInTimeWindow, .engineChanging, .reported,
            .errorStatus(.authorizationError, _), .errorStatus(.noAccess, _):
            .authenticated
        case .viewEmpty, .errorStatus, .malformed, .notIncreasing, .objectAbsent: .present
        }
    }
}

extension UnknownReason {
    /// The stage at which a value was lost.
    package var stage: ExplainStage {
        switch self {
        case .noAnswer(let failure): failure.stage
        case .absent, .notOffered, .needsVersion2: .present
        case .wrongType, .notFinite, .notNumeric, .tableUnread, .rowMoved, .rowGone,
            .scaleMissing:
            .identified
        case .notComputable, .firstSample, .agentRestarted, .agentStarting, .counterReset,
            .discontinuity, .wrapAmbiguous, .clockSet:
            .converted
        case .outOfBounds, .rateAboveLimit: .bounded
        case .notAfterLast, .notWritten: .journaled
        }
    }

    /// Whether the next samples put it right by themselves.
    package var passes: Bool {
        switch self {
        case .firstSample, .agentRestarted, .agentStarting, .counterReset, .discontinuity,
            .clockSet, .rowMoved:
            true
        default: false
        }
    }

    /// What a person can do about it.
    ///
    /// - Parameter device: how commands name the device.
    package func fix(device: String) -> String {
        switch self {
        case .noAnswer(let failure): failure.fix
        case .absent:
            "allow the community or user to read it on the device; if the device has lost it, look "
                + "what it has with pollerctl device offers \(device)"
        case .needsVersion2:
            "ask it with a newer version: pollerctl device edit \(device) --snmp 2c; if it speaks "
                + "SNMPv1 only, delete it and add it with --snmp 1, so that its 32-bit counters are "
                + "read"
        case .wrongType, .notNumeric, .notFinite:
            "the template does not fit this device: see what it answers with pollerctl device walk "
                + "\(device) OID, and report it with make and model"
        case .notOffered: "nothing: the device has no such value at present"
        case .outOfBounds:
            "look whether the device is right (pollerctl device walk \(device) OID); bounds are in "
                + "the data template, of which a site may have its own (pollerctl template clone)"
        case .notComputable:
            "look at the objects it is computed from: pollerctl device walk \(device) OID"
        case .firstSample: "wait for the next poll, or ask now: pollerctl device poll \(device)"
        case .agentRestarted, .agentStarting, .counterReset, .discontinuity, .clockSet, .rowMoved:
            "nothing: the next sample has a value again"
        case .wrapAmbiguous:
            "poll it more often, or let the device count with 64 bits (SNMP 2c or 3)"
        case .rateAboveLimit:
            "if the interface is faster than it says, the device's ifSpeed is wrong; after two such "
                + "samples in a row the rate is believed"
        case .notAfterLast:
            "set this machine's clock right (timedatectl), or wait until it has caught up"
        case .tableUnread, .rowGone: "read the tables again: pollerctl device reindex \(device)"
        case .scaleMissing:
            "read the tables again: pollerctl device reindex \(device); if that does not help, the "
                + "template does not fit this device: report it with make and model"
        case .notWritten(let failure): failure.fix
        }
    }
}

extension StoreFailure {
    /// What a person can do about it.
    package var fix: String {
        switch self {
        case .refused: "see the log for the row, and report it"
        case .failed: "check the disk and the permissions of the state folder: pollerctl doctor"
        case .clockDoubted:
            "set this machine's clock right (timedatectl); the log says how long it is doubted"
        case .overloaded: "look at the disk (iostat -x 5): it does not keep up"
        case .stopped: "start pollerd"
        }
    }
}
