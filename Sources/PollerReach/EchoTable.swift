import PollerModel

/// The echoes under way, and which of them an answer belongs to. Does no I/O.
struct EchoTable {
    /// Echoes under way at most: more would come back at once than a receive buffer of Debian's
    /// default size holds.
    static let largestCount = 1_000

    struct Echo {
        let token: EchoMessage.Token
        var attempts: Attempts
        var address: IPAddress { attempts.request.address }
    }

    private(set) var echoes: [UInt16: Echo] = [:]

    var hasRoom: Bool { echoes.count < Self.largestCount }

    subscript(sequence: UInt16) -> Echo? { echoes[sequence] }

    /// Gives a ping a sequence number and a token that nobody can guess.
    ///
    /// - Precondition: `hasRoom`, so that numbers are left.
    mutating func insert(
        _ order: Order, using generator: inout some RandomNumberGenerator
    ) -> UInt16 {
        precondition(hasRoom, "more echoes than the table holds")
        var sequence = UInt16.random(in: 0...UInt16.max, using: &generator)
        while echoes[sequence] != nil { sequence &+= 1 }
        echoes[sequence] = Echo(
            token: .random(using: &generator), attempts: Attempts(order))
        return sequence
    }

    mutating func made(_ sequence: UInt16, at now: MonotonicTime) {
        echoes[sequence]?.attempts.made(at: now)
    }

    /// Takes off the echo that this answers: the right sequence number, token and address, and an
    /// attempt that was made. nil for late, doubled and forged answers.
    mutating func take(
        answered reply: EchoMessage, from address: IPAddress, at now: MonotonicTime
    ) -> (order: Order, answer: PingAnswer)? {
        guard let echo = echoes[reply.sequence], echo.address == address,
            echo.token == reply.token,
            let answer = echo.attempts.answer(to: Int(reply.attempt), at: now)
        else { return nil }
        echoes[reply.sequence] = nil
        return (echo.attempts.order, answer)
    }

    /// Takes off the echo that the network could not deliver to `address`. An error that quotes
    /// too little for the token counts by the sequence number alone.
    mutating func take(refused quote: EchoQuote, to address: IPAddress) -> Order? {
        guard let echo = echoes[quote.sequence], echo.address == address,
            quote.token == nil || quote.token == echo.token, !echo.attempts.madeAt.isEmpty
        else { return nil }
        echoes[quote.sequence] = nil
        return echo.attempts.order
    }

    mutating func remove(_ sequence: UInt16) -> Order? {
        echoes.removeValue(forKey: sequence)?.attempts.order
    }

    /// What became of the echoes whose deadline has passed.
    struct Expired {
        /// To be sent again.
        var again: [UInt16] = []
        /// Taken off.
        var over: [(order: Order, failure: PingFailure)] = []
    }

    mutating func expire(at now: MonotonicTime) -> Expired {
        var expired = Expired()
        for (sequence, echo) in echoes where echo.attempts.isDue(at: now) {
            if echoes[sequence]?.attempts.expire() == true {
                expired.again.append(sequence)
            } else {
                echoes[sequence] = nil
                expired.over.append((echo.attempts.order, echo.attempts.silence))
            }
        }
        return expired
    }

    /// When the next deadline passes; nil while none runs.
    var nextDeadline: MonotonicTime? { echoes.values.lazy.compactMap(\.attempts.deadline).min() }
}
