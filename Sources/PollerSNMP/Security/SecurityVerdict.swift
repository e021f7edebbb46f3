import PollerModel

/// What an SNMPv3 message says beside its PDU.
struct SecurityNews: Hashable, Sendable {
    enum Report: Hashable, Sendable {
        case level, timeWindow, user, engineID, digest, decryption
        case other(OID)
    }

    var level: SNMPUser.Level = .noAuthNoPriv
    /// nil for answers that are no REPORT.
    var report: Report?
    var engineID: [UInt8] = []
    var isClockBehind = false
    var isOtherEngine = false
    /// The message proved a clock that the agent was not known to have.
    var hasHeardClock = false
    /// As the message gave it, unproven: only an answer to a discovery has it here.
    var clock = EngineClock(boots: 0, seconds: 0)
}

/// What becomes of a question after a message about it that is not its answer.
enum SecurityVerdict: Hashable, Sendable {
    /// The question is sent again: the agent's clock is known now.
    case ask
    /// The agent's clock is forgotten, because it went back, and the question sent again.
    case forgetClock
    /// The engine is looked for again.
    case discover
    case fail(SNMPFailure)
    /// It proves nothing: the true answer may still come.
    case ignore

    /// How often a question may be sent again because of what the agent said of its security.
    static let largestRounds = 3

    /// - Parameters:
    ///   - rounds: how often that happened already.
    ///   - isFresh: whether the engine was looked for just now.
    static func of(
        _ news: SecurityNews, user: SNMPUser, rounds: Int, isFresh: Bool
    ) -> SecurityVerdict {
        if news.isClockBehind {
            return rounds < largestRounds ? .forgetClock : .fail(.notInTimeWindow)
        }
        if news.isOtherEngine || news.report == .engineID {
            let isChanging = rounds >= largestRounds || (isFresh && rounds > 0)
            return isChanging ? .fail(.engineChanging) : .discover
        }
        switch news.report {
        case nil, .engineID?: return .ignore
        case .timeWindow?:
            // Anybody could send this one; the agent proves it with a digest (RFC 3414 §3.2 7).
            guard news.level != .noAuthNoPriv else { return .ignore }
            return rounds < largestRounds ? .ask : .fail(.notInTimeWindow)
        case .user?: return .fail(.unknownUser(name: user.name))
        case .digest?:
            return .fail(
                user.authentication.map { .wrongAuthentication($0.kind) } ?? .notInTimeWindow)
        case .decryption?:
            return .fail(
                user.privacy.map { .wrongPrivacy($0.kind, isReported: true) }
                    ?? .levelNotSupported(user.level))
        case .level?: return .fail(.levelNotSupported(user.level))
        case .other(let object)?: return .fail(.reported(object: object))
        }
    }
}
