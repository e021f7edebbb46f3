/// A ping of one host: whom, how, and how long to wait.
package struct PingRequest: Sendable, Hashable {
    /// What `timeoutMilliseconds` may be; who takes one from a person or a file checks it.
    package static let timeoutMillisecondsRange: ClosedRange<Int64> = 50...10_000
    /// What `retries` may be.
    package static let retriesRange: ClosedRange<Int> = 0...10
    /// As long as an answer from the other side of the earth takes.
    package static let defaultTimeoutMilliseconds: Int64 = 400
    /// One lost packet is no outage.
    package static let defaultRetries = 1

    /// The host, by IPv4 or IPv6.
    package let address: IPAddress
    /// What it has to answer to.
    package let method: PingMethod
    /// How long one attempt may stay without an answer before the next is made.
    package let timeoutMilliseconds: Int64
    /// How often an unanswered attempt is made again.
    package let retries: Int

    /// - Precondition: `timeoutMilliseconds` and `retries` lie in their ranges.
    package init(
        address: IPAddress, method: PingMethod = .icmp,
        timeoutMilliseconds: Int64 = defaultTimeoutMilliseconds, retries: Int = defaultRetries
    ) {
        precondition(
            Self.timeoutMillisecondsRange.contains(timeoutMilliseconds),
            "a time-out of a ping is 50...10000 ms")
        precondition(Self.retriesRange.contains(retries), "a ping is repeated 0...10 times")
        self.address = address
        self.method = method
        self.timeoutMilliseconds = timeoutMilliseconds
        self.retries = retries
    }

    /// The longest a ping can take once it has begun.
    package var patienceMilliseconds: Int64 { timeoutMilliseconds * Int64(retries + 1) }
}

/// A host that answered.
package struct PingAnswer: Sendable, Hashable {
    /// From the attempt that was answered to its answer.
    package let microseconds: Int64
    /// Attempts made until then, 1 at least.
    package let attempts: Int

    /// An answer after so many microseconds, 0 or more, to one of so many attempts.
    package init(microseconds: Int64, attempts: Int) {
        self.microseconds = microseconds
        self.attempts = attempts
    }
}

/// What a transport of pings counted since it started.
package struct PingCounters: Sendable, Hashable, Codable {
    /// Attempts made, repeated ones among them.
    package var attempts = 0
    /// Pings that were answered.
    package var answers = 0
    /// Attempts whose time ran out.
    package var timeouts = 0
    /// Echo replies nobody waited for: late, doubled, from elsewhere.
    package var unmatched = 0

    /// All 0.
    package init() {}
}

/// The way to hosts that need not speak SNMP. One implementation sends; tests have one that plays
/// a network.
package protocol PingTransport: Sendable {
    /// Pings one host. No answer is a result here.
    func ping(_ request: PingRequest) async -> Result<PingAnswer, PingFailure>
}
