/// Somebody who looks at the messages of exchanges. Where nobody does, nothing is made for it.
///
/// Bound to a task (`SNMPTrace.current`), it sees all that the task has asked, and nothing of others.
package struct SNMPTrace: Sendable {
    /// Of the task that asks.
    @TaskLocal package static var current: SNMPTrace?

    private let take: @Sendable (Step) -> Void

    /// - Parameter take: called on the transport's thread, in the order of time; must not wait.
    package init(_ take: @escaping @Sendable (Step) -> Void) { self.take = take }

    package func note(_ step: Step) { take(step) }

    /// One message, or that none came. Made of numbers and fixed words: nothing secret, and nothing
    /// that a device wrote, has room in it.
    package struct Step: Sendable, Hashable {
        package enum Direction: String, Sendable, Hashable, Codable {
            case sent, received
            /// Nothing crossed the wire: time was up, or the network refused.
            case none
        }

        package enum Kind: String, Sendable, Hashable, Codable {
            case get, response, report, discovery, timeout, failure
            case getNext = "get-next"
            case getBulk = "get-bulk"
            /// It came from elsewhere, or under another community, and does not count.
            case ignored
        }

        package let at: MonotonicTime
        package let direction: Direction
        package let kind: Kind
        package let version: SNMPVersion
        /// Of the SNMP message; 0 where there is none.
        package let bytes: Int
        /// Objects in it: of an encrypted one those that are asked for.
        package let variables: Int
        /// 1 is the first message of a question; 0 where that means nothing.
        package let attempt: Int
        /// Of a response or a report: since the newest message of its question.
        package let roundTripMicroseconds: Int64?
        /// Of a response (RFC 3416 §3): 0 is noError.
        package let errorStatus: Int?
        /// Stable name of why the exchange failed.
        package let failure: String?

        package init(
            _ kind: Kind, _ direction: Direction, at time: MonotonicTime, version: SNMPVersion,
            bytes: Int = 0, variables: Int = 0, attempt: Int = 0,
            roundTripMicroseconds: Int64? = nil, errorStatus: Int? = nil,
            failure: SNMPFailure? = nil
        ) {
            at = time
            self.kind = kind
            self.direction = direction
            self.version = version
            self.bytes = bytes
            self.variables = variables
            self.attempt = attempt
            self.roundTripMicroseconds = roundTripMicroseconds
            self.errorStatus = errorStatus
            self.failure = failure?.code
        }
    }
}

/// The messages of one poll, as page, command and API show them.
package struct PollTrace: Sendable, Hashable, Codable {
    /// Messages that are shown of one poll.
    package static let mostMessages = 500

    package let device: DeviceID
    package let startedAt: String
    package let milliseconds: Int64
    /// In the order of time.
    package let messages: [Message]
    /// Those behind the limit.
    package let more: Int
    /// Why the poll gave no values; null when it did.
    @ExplicitNull package var failure: String?

    package struct Message: Sendable, Hashable, Codable {
        /// Since the beginning.
        package let microseconds: Int64
        package let direction: SNMPTrace.Step.Direction
        package let kind: SNMPTrace.Step.Kind
        package let version: String
        package let bytes: Int
        package let variables: Int
        package let attempt: Int
        @ExplicitNull package var roundTripMicroseconds: Int64?
        @ExplicitNull package var errorStatus: String?
        @ExplicitNull package var failure: String?

        init(_ step: SNMPTrace.Step, since start: MonotonicTime) {
            microseconds = max(0, step.at.microseconds - start.microseconds)
            direction = step.direction
            kind = step.kind
            version = step.version.rawValue
            bytes = step.bytes
            variables = step.variables
            attempt = step.attempt
            _roundTripMicroseconds = ExplicitNull(wrappedValue: step.roundTripMicroseconds)
            _errorStatus = ExplicitNull(wrappedValue: step.errorStatus.map(Self.name))
            _failure = ExplicitNull(wrappedValue: step.failure)
        }

        private static func name(_ status: Int) -> String {
            status == 0
                ? "noError"
                : SNMPFailure.ErrorStatus(rawValue: status).map { "\($0)" } ?? "\(status)"
        }
    }

    /// - Parameters:
    ///   - steps: at most `mostMessages`, in the order in which they were noted.
    ///   - more: how many came behind them.
    package init(
        of device: DeviceID, from start: Moment, to end: MonotonicTime, _ steps: [SNMPTrace.Step],
        more: Int, failure: SNMPFailure?
    ) {
        self.device = device
        startedAt = start.wall.rfc3339
        milliseconds = end.milliseconds - start.monotonic.milliseconds
        messages = steps.prefix(Self.mostMessages).map { Message($0, since: start.monotonic) }
        self.more = more + max(0, steps.count - Self.mostMessages)
        _failure = ExplicitNull(wrappedValue: failure?.words)
    }
}
