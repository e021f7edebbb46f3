import PollerModel

/// What is learned of one agent: how much it takes in a message, how fast it answers, and whether
/// it knows GETBULK. Decisions only; no clocks and no sockets.
struct AgentHabits: Hashable, Sendable {
    /// Objects in a message to an agent nobody knows yet (as in net-snmp's and Cacti's
    /// defaults); the companion object is not counted.
    static let initialObjects = 10
    /// Sixty 64-bit counters are about as much as an Ethernet frame holds.
    static let mostObjects = 60
    static let growth = 1.5
    /// Messages are made larger after so many polls in a row that would have filled them.
    static let pollsToGrow = 3
    /// What was too much once is tried again after so many.
    static let pollsToRetry = 1_000
    /// No retransmission sooner than this, however fast the agent was.
    static let shortestTimeout: Int64 = 200
    /// An agent that left GETBULK unanswered is asked with it again after this.
    static let bulkPauseMilliseconds: Int64 = 86_400_000
    /// An agent that left SNMPv2c unanswered is asked with it again after this: sooner, because
    /// until then it has no 64-bit counters.
    static let version1PauseMilliseconds: Int64 = 3_600_000

    private(set) var objects = initialObjects
    private(set) var ceiling = mostObjects
    /// Objects of the largest message that was ever answered.
    private var proven = 0
    private(set) var usesBulk = true
    private(set) var smoothed: Double?
    private(set) var variation: Double?
    private var goodPolls = 0
    private var bulkRefusedAt: MonotonicTime?
    /// When the agent answered SNMPv1 and not SNMPv2c; nil for one that speaks SNMPv2c.
    private var version1At: MonotonicTime?

    init() {}

    init(_ habits: SNMPHabits, now: MonotonicTime) {
        ceiling = min(max(1, habits.largestMessage), Self.mostObjects)
        objects = min(max(1, habits.objectsPerMessage), ceiling)
        proven = objects
        usesBulk = habits.usesBulk
        if !usesBulk { bulkRefusedAt = now }
        if habits.speaksVersion1Only == true { version1At = now }
        if let known = habits.roundTripMilliseconds, known.isFinite, known >= 0 {
            smoothed = known
            variation = max(0, habits.roundTripVariation ?? known / 2)
        }
    }

    var values: SNMPHabits {
        var values = SNMPHabits(
            objectsPerMessage: objects, largestMessage: ceiling, usesBulk: usesBulk,
            roundTripMilliseconds: smoothed, roundTripVariation: variation)
        if version1At != nil { values.speaksVersion1Only = true }
        return values
    }

    /// How a poll went.
    ///
    /// - Parameters:
    ///   - largest: objects of the largest message that was answered.
    ///   - refused: objects of the smallest that was too much; nil when none was.
    ///   - wasFull: whether a larger message would have saved one.
    mutating func learn(largest: Int, refused: Int?, wasFull: Bool) {
        proven = max(proven, largest)
        if let refused {
            // What got through before and is too much now: the agent or the way changed.
            if proven >= refused { proven = max(1, largest) }
            // Half way between the two is tried next, so a few polls find the limit.
            ceiling = max(proven, (proven + refused) / 2)
            objects = min(objects, max(1, proven))
            goodPolls = 0
        } else if wasFull {
            goodPolls += 1
            // Ways and agents get better, too.
            if objects == ceiling, goodPolls >= Self.pollsToRetry {
                ceiling = min(Self.mostObjects, ceiling + max(1, ceiling / 2))
            }
            guard goodPolls >= Self.pollsToGrow, objects < ceiling else { return }
            goodPolls = 0
            objects = min(ceiling, max(objects + 1, Int(Double(objects) * Self.growth)))
        }
    }

    /// RFC 6298 §2, with milliseconds for seconds.
    mutating func learn(roundTrip milliseconds: Double) {
        guard let known = smoothed, let spread = variation else {
            smoothed = milliseconds
            variation = milliseconds / 2
            return
        }
        variation = 0.75 * spread + 0.25 * abs(known - milliseconds)
        smoothed = 0.875 * known + 0.125 * milliseconds
    }

    mutating func learn(bulkIsAnswered: Bool, now: MonotonicTime) {
        usesBulk = bulkIsAnswered
        bulkRefusedAt = bulkIsAnswered ? nil : now
    }

    func asksWithBulk(_ now: MonotonicTime) -> Bool {
        usesBulk
            || bulkRefusedAt.map { now >= $0.advanced(milliseconds: Self.bulkPauseMilliseconds) }
                ?? true
    }

    /// Which version an agent that was asked with SNMPv2c turned out to speak.
    mutating func learn(version: SNMPVersion, now: MonotonicTime) {
        version1At = version == .v1 ? now : nil
    }

    var speaksVersion1Only: Bool { version1At != nil }

    /// Whether an agent that is to be asked with SNMPv2c is asked with SNMPv1.
    func asksWithVersion1(_ now: MonotonicTime) -> Bool {
        version1At.map { now < $0.advanced(milliseconds: Self.version1PauseMilliseconds) } ?? false
    }

    /// How long attempt `attempt` (1, 2, …) waits for its answer: what the agent usually needs,
    /// doubled each time, and never more than `configured`. The last attempt has the rest of what
    /// all would have had at `configured`, so a fast agent that is slow for once is still heard.
    func timeout(attempt: Int, of attempts: Int, configured: Int64) -> Int64 {
        guard attempt <= attempts else { return configured }
        let spent = (1..<max(1, attempt)).reduce(Int64(0)) { sum, number in
            sum + usual(attempt: number, configured: configured)
        }
        guard attempt < attempts else { return configured * Int64(attempts) - spent }
        return usual(attempt: attempt, configured: configured)
    }

    private func usual(attempt: Int, configured: Int64) -> Int64 {
        guard let smoothed, let variation else { return configured }
        let first = max(Double(Self.shortestTimeout), smoothed + 4 * variation)
        let backedOff = first * Double(1 << min(attempt - 1, 20))
        return min(configured, Int64(min(backedOff, Double(configured))))
    }
}
