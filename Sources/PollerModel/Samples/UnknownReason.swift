/// Why a value is not known. A value is never lost without one of these.
package enum UnknownReason: Error, Hashable, Sendable {
    /// The agent gave nothing.
    case noAnswer(SNMPFailure)
    /// The agent has no such object (any more).
    case absent(object: OID, exception: String)
    case wrongType(object: OID, got: String)
    /// A 64-bit counter, which the agent cannot answer with SNMPv1.
    case needsVersion2(object: OID)
    case notFinite(object: OID)
    /// A text, or a word that the catalogue gives no number.
    case notNumeric(object: OID, text: String)
    /// A number by which the agent says that it has no value.
    case notOffered(object: OID, value: Double)
    /// No such value can be true.
    case outOfBounds(object: OID, value: Double, bound: Double)
    /// Nothing comes of the objects a value is computed from: a total of 0, most often.
    case notComputable(object: OID)
    /// A counter needs a second sample before there is a rate.
    case firstSample
    /// sysUpTime started again, so the counters may have too.
    case agentRestarted
    /// The agent had just started, and had not counted yet.
    case agentStarting
    /// A 64-bit counter ran backwards: it was reset.
    case counterReset(from: UInt64, to: UInt64)
    /// The device says that it began to count anew (ifCounterDiscontinuityTime, RFC 2863).
    case discontinuity
    /// A 32-bit counter ran backwards, and may have wrapped more than once meanwhile.
    case wrapAmbiguous(seconds: Double)
    /// More than the interface can carry.
    case rateAboveLimit(rate: Double, limit: Double)
    /// The wall clock was set between the two samples.
    case clockSet(seconds: Double)
    /// The sample's time is not after the newest in the file.
    case notAfterLast
    /// The table may have changed since it was read: nobody knows whose value this is.
    case tableUnread(table: String)
    /// The device moved the row to another index.
    case rowMoved(table: String)
    /// The device does not list the row any more.
    case rowGone(table: String)
    case notWritten(StoreFailure)
    /// A scale field of the row is missing.
    case scaleMissing(field: String)

    /// Whether there was a value, and it was not believed.
    package var isRefusal: Bool {
        switch self {
        case .outOfBounds, .counterReset, .discontinuity, .wrapAmbiguous, .rateAboveLimit: true
        default: false
        }
    }

    /// Stable name of the reason, for scripts.
    package var code: String {
        switch self {
        case .noAnswer(let failure): failure.code
        case .absent: "object_absent"
        case .wrongType: "wrong_type"
        case .needsVersion2: "needs_snmp_2c"
        case .notFinite: "not_finite"
        case .notNumeric: "not_numeric"
        case .notOffered: "not_offered"
        case .outOfBounds: "out_of_bounds"
        case .notComputable: "not_computable"
        case .firstSample: "first_sample"
        case .agentRestarted: "agent_restarted"
        case .agentStarting: "agent_starting"
        case .counterReset: "counter_reset"
        case .discontinuity: "counter_discontinuity"
        case .wrapAmbiguous: "wrap_ambiguous"
        case .rateAboveLimit: "rate_above_limit"
        case .clockSet: "clock_set"
        case .notAfterLast: "not_after_last"
        case .tableUnread: "table_unread"
        case .rowMoved: "row_moved"
        case .rowGone: "row_gone"
        case .notWritten(let failure): failure.code
        case .scaleMissing: "scale_missing"
        }
    }

    /// One sentence for a person.
    package var words: String {
        switch self {
        case .noAnswer(let failure): failure.words
        case .absent(let object, let exception):
            "the device has no object \(object) (\(exception))"
        case .wrongType(let object, let got): "the device answered \(object) with a \(got)"
        case .needsVersion2(let object):
            "SNMPv1 cannot carry the 64-bit counter \(object)"
        case .notFinite(let object): "the device answered \(object) with no finite number"
        case .notNumeric(let object, let text):
            "the device answered \(object) with “\(text)”, which is no number"
        case .notOffered(let object, let value):
            "the device answered \(object) with \(value.plainText), by which it says that it has "
                + "no value"
        case .outOfBounds(let object, let value, let bound):
            "the device answered \(object) with \(value.plainText), which is "
                + (value < bound ? "below" : "above")
                + " \(bound.plainText) and cannot be true"
        case .notComputable(let object):
            "the value cannot be computed from what the device answered (\(object) and others), "
                + "for example because a total is 0"
        case .firstSample: "waiting for the second sample: a counter shows a rate from then on"
        case .agentRestarted: "the agent restarted since the sample before"
        case .agentStarting:
            "the agent had just started at the sample before, and had not counted yet"
        case .counterReset(let from, let to): "the counter was reset (from \(from) to \(to))"
        case .discontinuity:
            "the device says that it began to count anew since the sample before"
        case .wrapAmbiguous(let seconds):
            "the 32-bit counter may have wrapped more than once within \(Int(seconds)) s"
        case .rateAboveLimit(let rate, let limit):
            "a rate of \(rate.rounded().plainText) a second is more than the interface carries "
                + "(\(limit.rounded().plainText))"
        case .clockSet(let seconds):
            "this machine's clock was set by \(Int(seconds)) s since the sample before"
        case .notAfterLast:
            "this machine's clock is behind the newest sample in the file"
        case .tableUnread(let table):
            "the device may have renumbered its table \(table), and it could not be read again "
                + "yet: nobody knows whose value this is"
        case .rowMoved(let table):
            "the device renumbered its table \(table); the next sample comes from the new index"
        case .rowGone(let table): "the device does not list it in its table \(table) any more"
        case .notWritten(let failure): failure.words
        case .scaleMissing(let field): "the device's row has no \(field) to scale the value with"
        }
    }
}
