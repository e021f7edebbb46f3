package import PollerModel

/// What is wrong with a simulated agent. All off at first; "every" counts its requests from 1.
package struct Faults: Hashable, Sendable {
    /// Answers nothing.
    package var isDead = false
    /// Every answer comes so much later.
    package var delayMilliseconds: Int64 = 0
    /// Leaves every so many-th request without an answer.
    package var lossEvery = 0
    /// Answers every so many-th request under another id.
    package var wrongIDEvery = 0
    /// Says tooBig to more objects than this in a message.
    package var tooBigAbove: Int?
    /// Objects at and below these are not there.
    package var hidden: [OID] = []
    /// Starts again after so many seconds: sysUpTime and counters begin at zero.
    package var rebootAfterSeconds: Double?
    /// Ignores GETBULK.
    package var hasNoBulk = false
    /// Answers genErr, without an index, to messages that ask for these.
    package var broken: [OID] = []
    /// Never gets past the end of a table: GETNEXT answers this object again and again.
    package var loop: OID?
    /// What happens to its interfaces, in the order of time.
    package var events: [TableEvent] = [] {
        didSet { events.sort { $0.seconds < $1.seconds } }
    }

    package init() {}

    /// An hour: longer than anybody waits for an answer.
    package static let largestDelayMilliseconds: Int64 = 3_600_000

    /// A spelling that no fault has.
    package struct Mistake: Error, Hashable, Sendable {
        package let words: String
    }

    /// The keys of `set`, with what they mean, for help texts.
    package static let keys: [(key: String, meaning: String)] =
        [
            ("dead", "answers nothing"),
            ("delay=MS", "answers so many milliseconds late"),
            ("loss=N", "leaves every N-th request without an answer"),
            ("wrong-id=N", "answers every N-th request under another id"),
            ("too-big=N", "says tooBig to more than N objects"),
            ("hide=OID", "has nothing at and below OID"),
            ("reboot=SECONDS", "starts again after so many seconds"),
            ("no-bulk", "ignores GETBULK"),
            ("broken=OID", "answers genErr to messages that ask for OID"),
            ("loop=OID", "never gets past OID in a walk"),
        ] + TableEvent.keys

    /// Reads one `key` or `key=value` of `keys`.
    package mutating func set(_ text: String) throws(Mistake) {
        let parts = text.split(separator: "=", maxSplits: 1)
        let key = parts.first.map(String.init) ?? ""
        let value = parts.count > 1 ? String(parts[1]) : nil
        switch key {
        case "dead": isDead = true
        case "no-bulk": hasNoBulk = true
        case "delay":
            let delay = try Self.number(key, value)
            guard delay <= Self.largestDelayMilliseconds else {
                throw Mistake(words: "\(key) is at most \(Self.largestDelayMilliseconds)")
            }
            delayMilliseconds = delay
        case "loss": lossEvery = Int(try Self.number(key, value))
        case "wrong-id": wrongIDEvery = Int(try Self.number(key, value))
        case "too-big": tooBigAbove = Int(try Self.number(key, value))
        case "reboot": rebootAfterSeconds = Double(try Self.number(key, value))
        case "hide": hidden.append(try Self.oid(key, value))
        case "broken": broken.append(try Self.oid(key, value))
        case "loop": loop = try Self.oid(key, value)
        default:
            if let event = try TableEvent(key: key, value: value) { return events.append(event) }
            let known = Self.keys.map { String($0.key.prefix { $0 != "=" }) }
            throw Mistake(
                words: "there is no fault “\(key)”" + Suggestion.phrase(for: key, among: known))
        }
    }

    private static func number(_ key: String, _ value: String?) throws(Mistake) -> Int64 {
        guard let number = value.flatMap({ Int64($0) }), number >= 0 else {
            throw Mistake(words: "\(key) takes a whole number, for example \(key)=3")
        }
        return number
    }

    private static func oid(_ key: String, _ value: String?) throws(Mistake) -> OID {
        guard let oid = value.flatMap({ OID($0) }) else {
            throw Mistake(words: "\(key) takes an OID, for example \(key)=1.3.6.1.2.1.31")
        }
        return oid
    }
}
