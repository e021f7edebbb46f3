/// The connection to an rrdcached: made when it is needed, and after a failure not again before
/// a while has passed, so that ten thousand files do not each wait for a host that is down. Only
/// one thread may use it.
final class CachedConnection {
    /// How it deals with failures.
    struct Limits {
        /// How long rrdcached may be silent, or not take what is sent.
        var timeoutMilliseconds: Int64 = 5_000
        /// After the first failure in a row; each further one doubles it.
        var firstPauseMilliseconds: Int64 = 1_000
        var longestPauseMilliseconds: Int64 = 30_000
    }

    let address: CachedAddress
    private let limits: Limits
    private var socket: CachedSocket?
    private var pause: CachedPause
    private var rest: (end: ContinuousClock.Instant, words: String)?

    init(_ address: CachedAddress, limits: Limits = Limits()) {
        self.address = address
        self.limits = limits
        pause = CachedPause(limits)
    }

    /// Sees to it that there is a connection.
    ///
    /// - Returns: whether it is a new one. What was known of the other end may hold no more.
    func open() throws(CachedFailure) -> Bool {
        // One that was closed meanwhile, by a restart for example, is no failure.
        if let socket, socket.isIdle { return false }
        socket = nil
        if let rest, ContinuousClock.now < rest.end { throw .resting(before: rest.words) }
        do {
            socket = try CachedSocket(address, timeoutMilliseconds: limits.timeoutMilliseconds)
        } catch {
            throw failed(error)
        }
        return true
    }

    /// Sends a request and reads what `read` takes of the answer, on the connection that `open`
    /// found; there is none after a failure. Requests of one exchange together must be small
    /// enough for the kernel to keep, unless nothing is answered before all is sent.
    func exchange<Answer>(
        _ request: [UInt8], _ read: (CachedSocket) throws(CachedFailure) -> Answer
    ) throws(CachedFailure) -> Answer {
        guard let socket else { throw .closed }
        do {
            socket.begin()
            try socket.send(request)
            let answer = try read(socket)
            guard socket.isRead else {
                throw CachedFailure.nonsense(what: "it answers more than was asked")
            }
            pause.reset()
            rest = nil
            return answer
        } catch let failure as CachedFailure {
            throw failed(failure)
        } catch {
            preconditionFailure("only this is thrown above: \(error)")
        }
    }

    private func failed(_ failure: CachedFailure) -> CachedFailure {
        socket = nil
        rest = (.now + .milliseconds(pause.next()), failure.words)
        return failure
    }
}

/// How long to leave an rrdcached alone after failures in a row.
struct CachedPause {
    private let first: Int64
    private let longest: Int64
    private var following: Int64

    init(_ limits: CachedConnection.Limits) {
        first = limits.firstPauseMilliseconds
        longest = limits.longestPauseMilliseconds
        following = first
    }

    mutating func next() -> Int64 {
        defer { following = min(2 * following, longest) }
        return following
    }

    mutating func reset() { following = first }
}
