/// Where a connection is between its requests and our answers, and what that means: what it is
/// waited for, and when it has to end. It decides; `ConnectionGuard` does.
struct ConnectionWatch {
    /// What the client owes us, each with a time of its own (`ConnectionLimits`).
    enum Wait: Equatable {
        case idle, header, body, stall, linger
    }

    private enum Reading { case nothing, header, body }

    /// Of a body; more is not passed on.
    let largestBody: Int
    private var reading = Reading.nothing
    private var bodyBytes = 0
    /// Requests whose answers have not ended.
    private(set) var openAnswers = 0
    /// Whether nothing more is read or answered; what was answered may still be on its way.
    private(set) var isFinished = false
    /// Whether all that was answered is on its way.
    private(set) var isClosing = false
    /// Whether what comes is no request any more.
    private(set) var isBroken = false
    /// Whether the connection ends behind the last open answer.
    private(set) var endsBehindAnswer = false
    var isStalled = false

    init(largestBody: Int) { self.largestBody = largestBody }

    /// nil while it is our turn.
    var wait: Wait? {
        if isClosing { return .linger }
        if isStalled { return .stall }
        if isFinished { return .idle }
        switch (reading, openAnswers) {
        case (.nothing, 0): return .idle
        case (.header, 0): return .header
        case (.body, 0), (.body, 1): return .body
        // What comes behind a request that is being answered waits for us.
        default: return nil
        }
    }

    /// Whether a body is under way whose request has not been answered.
    var isBodyAwaited: Bool { reading == .body && openAnswers > 0 }

    // MARK: What the client sends

    mutating func readBytes() {
        if reading == .nothing { reading = .header }
    }

    /// - Parameters:
    ///   - declaredLength: of the body; nil when it is not said.
    ///   - endsConnection: whether the client wants no more than this answer.
    mutating func readHeader(declaredLength: Int?, endsConnection: Bool) {
        reading = .body
        bodyBytes = 0
        openAnswers += 1
        if endsConnection || declaredLength.map({ $0 > largestBody }) == true {
            endsBehindAnswer = true
        }
    }

    /// Whether this part of a body is passed on: the one that exceeds the limit is, so that whoever
    /// reads the body learns of it; those behind it are not.
    mutating func readBody(bytes: Int) -> Bool {
        guard bodyBytes <= largestBody else { return false }
        bodyBytes += bytes
        if bodyBytes > largestBody { endsBehindAnswer = true }
        return true
    }

    mutating func readEnd() { reading = .nothing }

    /// The rest of what the client sends cannot be told apart from the next request.
    mutating func breakBody() {
        isBroken = true
        reading = .nothing
        endsBehindAnswer = true
    }

    // MARK: What we answer

    /// Whether the connection has to end now.
    mutating func endAnswer() -> Bool {
        openAnswers -= 1
        return openAnswers == 0 && endsBehindAnswer
    }

    mutating func finish() { isFinished = true }

    mutating func close() {
        isFinished = true
        isClosing = true
    }
}
