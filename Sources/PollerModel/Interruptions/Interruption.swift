/// A stretch of time in which something that is measured gave no values, and why: what is said
/// of a gap when the state of that time is long over.
package struct Interruption: Sendable, Hashable {
    /// What gave no values.
    package enum Scope: Sendable, Hashable {
        /// Everything.
        case poller
        /// All that is measured on a device.
        case device(DeviceID)
        /// One data source of a device that answered.
        case source(DataSourceID)
    }

    package let id: InterruptionID
    package let scope: Scope
    /// Of the last value before it.
    package let start: Timestamp
    /// When values began again; nil while it goes on.
    package var end: Timestamp?
    package var reason: Reason
    /// Polls of the device, or samples of the data source, that gave nothing; of one that goes
    /// on, as many as there were when it was last written.
    package var lost: Int

    package init(
        id: InterruptionID, scope: Scope, start: Timestamp, end: Timestamp? = nil,
        reason: Reason, lost: Int = 1
    ) {
        self.id = id
        self.scope = scope
        self.start = start
        self.end = end
        self.reason = reason
        self.lost = lost
    }

    package var code: String { reason.code }
    package var words: String { reason.words }

    /// Whether a part of it lies in the range.
    package func overlaps(_ range: TimeRange) -> Bool {
        start < range.end && (end.map { $0 > range.start } ?? true)
    }
}

package typealias InterruptionID = Identifier<Interruption>

extension Interruption {
    /// Why there were no values. Two are the same when their codes are: the words may hold
    /// numbers that differ from poll to poll.
    package struct Reason: Sendable, Hashable {
        /// In characters as Unicode counts them (scalars).
        package static let longestWords = 300

        /// Stable name, for scripts: that of an `SNMPFailure`, an `UnknownReason` or a
        /// `StoreFailure`, or one of those below.
        package let code: String
        /// One sentence for a person, without a full stop.
        package let words: String

        package init(code: String, words: String) {
            self.code = code
            let scalars = words.unicodeScalars
            self.words =
                scalars.count <= Self.longestWords
                ? words : String(scalars.prefix(Self.longestWords - 1)) + "…"
        }

        package init(_ failure: SNMPFailure) {
            self.init(code: failure.code, words: failure.words)
        }

        package init(_ reason: UnknownReason) {
            self.init(code: reason.code, words: reason.words)
        }

        /// Somebody switched the device off.
        package static let disabled = Reason(
            code: "device.disabled", words: "polling was switched off")
        /// The daemon did not run.
        package static let stopped = Reason(code: "poller.stopped", words: "pollerd did not run")
        /// The store took nothing, whatever it was.
        package static let clockDoubted = Reason(
            code: "clock_doubted", words: "this machine's clock leapt ahead and was not believed")
        /// In place of one that not everybody is told.
        package static let withheld = Reason(
            code: "withheld", words: "whoever runs pollerd can see why")
        package static let storeOverloaded = Reason(
            code: "store_overloaded", words: "more samples came than could be written")
    }
}

/// What becomes of interruptions with a poll.
package enum InterruptionChange: Sendable, Hashable {
    case begin(Interruption.Scope, at: Timestamp, Interruption.Reason)
    /// It goes on, and from now on for another reason.
    case revise(Interruption.Scope, Interruption.Reason, lost: Int)
    case end(Interruption.Scope, at: Timestamp, lost: Int)
}
