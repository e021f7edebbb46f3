import PollerModel
import Synchronization

/// The half of the loop that holds the exchanges: asks, hears, asks again, gives up.
extension EngineLoop {
    /// Asks the next question, or ends the exchange.
    func proceed(_ exchange: Exchange, _ question: Question?) {
        var next = question
        while let question = next {
            exchange.question = question
            exchange.requestID = freshID()
            exchange.attempts = 0
            exchange.rounds = 0
            exchange.forgetStrays()
            if send(question, of: exchange) {
                if exchange.target.retries == 0 { askInVersion1(exchange) }
                return
            }
            release(exchange)
            next = exchange.talk.give(up: question)
        }
        finish(exchange)
    }

    /// Sends the exchange's question once more.
    func ask(_ exchange: Exchange) {
        guard let question = exchange.question, !send(question, of: exchange) else { return }
        release(exchange)
        proceed(exchange, exchange.talk.give(up: question))
    }

    /// Returns false for what cannot be put on the wire.
    private func send(_ question: Question, of exchange: Exchange) -> Bool {
        guard queue(question, for: exchange) else { return false }
        exchange.attempts += 1
        exchange.effort.messages += 1
        if exchange.attempts > 1 {
            exchange.effort.retransmissions += 1
            counters.retransmissions.add(1, ordering: .relaxed)
        }
        counters.requests.add(1, ordering: .relaxed)
        exchange.sentAt = now.monotonic
        if let trace = exchange.trace {
            traceSent(
                question, as: exchange.isDiscovering ? .discovery : .question, of: exchange, trace)
        }
        if exchange.attempts == 1 { exchange.firstSentAt = now.monotonic }
        let habits = exchange.agent?.habits ?? AgentHabits()
        let patience = habits.timeout(
            attempt: exchange.attempts, of: exchange.target.retries + 1,
            configured: exchange.target.timeoutMilliseconds)
        exchange.deadline = now.monotonic.advanced(milliseconds: jittered(patience))
        wheel.set(Int(exchange.newestID), at: exchange.deadline)
        return true
    }

    private func queue(_ question: Question, for exchange: Exchange) -> Bool {
        guard let socket = exchange.socket else { return false }
        SNMPLibrary.attend(to: exchange.endpoint)
        if let community = exchange.community {
            // Under the same id each time, so that a late answer counts.
            if !exchange.has(.question) { register(exchange.requestID, .question, exchange) }
            return socket.queue(to: exchange.endpoint) { room in
                SNMPLibrary.encode(
                    question, requestID: exchange.requestID, version: exchange.version,
                    community: community, layout: &layout, into: room)
            }
        }
        guard let agent = exchange.secure, let user = exchange.user else { return false }
        let id = freshID()
        guard !agent.engineID.isEmpty else {
            register(id, .discovery, exchange)
            return socket.queue(to: exchange.endpoint) { room in
                SNMPLibrary.discovery(messageID: id, requestID: exchange.requestID, into: room)
            }
        }
        register(id, .question, exchange)
        return socket.queue(to: exchange.endpoint) { room in
            agent.encode(
                question, level: user.level, messageID: id, requestID: exchange.requestID,
                now: now.monotonic, layout: &layout, into: room)
        }
    }

    /// From now on, answers with this id belong to the exchange.
    func register(_ id: Int32, _ purpose: Exchange.Purpose, _ exchange: Exchange) {
        exchange.add(Exchange.Ticket(id: id, purpose: purpose))
        inFlight[id] = exchange
    }

    /// Nothing is awaited for the exchange any more.
    private func release(_ exchange: Exchange) {
        for ticket in exchange.tickets { inFlight[ticket.id] = nil }
        exchange.removeTickets()
        exchange.isAnsweredWithoutPrivacy = false
        exchange.isAnsweredInVersion1 = false
    }

    /// Random, so that nobody off the path can guess an answer; never 0, never in use.
    func freshID() -> Int32 {
        while true {
            let id = Int32(truncatingIfNeeded: random.next() & 0x7fff_ffff)
            if id != 0, inFlight[id] == nil { return id }
        }
    }

    /// A tenth less or not, so that agents behind one lost link are not asked again all at once.
    private func jittered(_ milliseconds: Int64) -> Int64 {
        let tenth = milliseconds / 10
        return milliseconds - Int64(random.next() % UInt64(max(0, tenth) + 1))
    }

    // MARK: Answers

    func hear(_ packet: UnsafeBufferPointer<UInt8>, from: Endpoint, receivedAt: Moment) {
        guard let head = SNMPLibrary.head(of: packet) else {
            counters.malformed.add(1, ordering: .relaxed)
            return note(.unreadable(bytes: packet.count), from: from)
        }
        if head.isVersion3 {
            hearSecure(packet, id: head.messageID, from: from, receivedAt: receivedAt)
            return
        }
        let message: SNMPLibrary.Message
        do {
            SNMPLibrary.attend(to: from)
            message = try SNMPLibrary.decode(packet, arenas: &arenas)
        } catch {
            counters.malformed.add(1, ordering: .relaxed)
            return note(.unreadable(bytes: packet.count), from: from)
        }
        // Late, doubled and forged answers end here: an unknown id, another source, another
        // community. The exchange keeps waiting for the true one.
        guard message.isResponse, let exchange = inFlight[message.requestID],
            isTrusted(from, by: exchange), let community = exchange.community,
            SNMPLibrary.isCommunity(community, of: arenas),
            let purpose = exchange.purpose(of: message.requestID),
            message.version == (purpose == .olderVersion ? .v1 : exchange.version)
        else {
            counters.unmatched.add(1, ordering: .relaxed)
            traceIgnored(
                bytes: packet.count, id: message.requestID, at: receivedAt.monotonic)
            return noteUnmatched(
                message.requestID, isResponse: message.isResponse, from: from, at: receivedAt)
        }
        if let trace = exchange.trace {
            traceHeard(
                .response, message.version, bytes: packet.count, errorStatus: message.errorStatus,
                of: exchange, at: receivedAt.monotonic, trace)
        }
        if purpose == .olderVersion {
            counters.answers.add(1, ordering: .relaxed)
            exchange.isAnsweredInVersion1 = true
            return
        }
        take(message, id: message.requestID, for: exchange, receivedAt: receivedAt)
    }

    /// So that who waits in vain can be told what came instead.
    private func note(_ stray: StrayAnswer, from: Endpoint) {
        for exchange in agents[from]?.underWay ?? [] { exchange.note(stray) }
    }

    /// Notes a message that is nobody's answer for what it is.
    func noteUnmatched(_ id: Int32, isResponse: Bool, from: Endpoint, at time: Moment) {
        if let exchange = inFlight[id] {
            // Nobody off the path can guess the id.
            exchange.note(
                isTrusted(from, by: exchange)
                    ? .unfitting : .otherPlace(from.address, port: from.port))
        } else if agents[from]?.isLate(id, at: time.monotonic) != true {
            note(isResponse ? .otherRequest : .unfitting, from: from)
        }
    }

    /// Whether an answer from there may be the exchange's.
    func isTrusted(_ from: Endpoint, by exchange: Exchange) -> Bool {
        exchange.endpoint == from || !exchange.target.checksSource
    }

    func take(
        _ message: SNMPLibrary.Message, id: Int32, for exchange: Exchange, receivedAt: Moment
    ) {
        counters.answers.add(1, ordering: .relaxed)
        learnRoundTrip(exchange, id: id, receivedAt.monotonic)
        exchange.countWait(until: receivedAt.monotonic)
        exchange.agent?.noteAnswer(to: exchange)
        release(exchange)
        let reply = Reply(
            errorStatus: message.errorStatus, errorIndex: message.errorIndex,
            varbinds: SNMPLibrary.varbinds(
                in: arenas, expected: exchange.question?.objects ?? []),
            receivedAt: receivedAt)
        proceed(exchange, exchange.talk.hear(reply))
    }

    /// Which of several sendings an answer belongs to is not known; then it is at most the time
    /// since the first, so that the engine's patience grows with an agent that has become slow.
    private func learnRoundTrip(_ exchange: Exchange, id: Int32, _ time: MonotonicTime) {
        let isOnly = exchange.attempts == 1 && id == exchange.newestID
        let sentAt = isOnly ? exchange.sentAt : exchange.firstSentAt
        let microseconds = Double(max(0, time.microseconds - sentAt.microseconds))
        gathering.learn(roundTripMicroseconds: microseconds)
        guard let agent = exchange.agent else { return }
        agent.forgetLate()
        agent.habits.learn(roundTrip: microseconds / 1_000)
        agent.isKnown = true
        if exchange.version == .v2c, agent.habits.speaksVersion1Only {
            agent.habits.learn(version: .v2c, now: now.monotonic)
        }
    }

    // MARK: Failures

    func timedOut(_ exchange: Exchange) {
        if let trace = exchange.trace { traceEnd(.timeout, nil, of: exchange, trace) }
        if exchange.isAnsweredWithoutPrivacy, let privacy = exchange.user?.privacy {
            exchange.secure?.isProven = false
            return give(.wrongPrivacy(privacy.kind, isReported: false), to: exchange)
        }
        if let agent = exchange.secure, !agent.isProven, exchange.user?.privacy != nil,
            !exchange.isDiscovering, !exchange.has(.withoutPrivacy)
        {
            // The encrypted one first: an agent answers in order.
            ask(exchange)
            // Unless it could not be made again, which has ended the exchange.
            if !exchange.tickets.isEmpty { askWithoutPrivacy(exchange, agent) }
            return
        }
        guard exchange.attempts > exchange.target.retries else {
            ask(exchange)
            if exchange.attempts > exchange.target.retries { askInVersion1(exchange) }
            return
        }
        if exchange.isAnsweredInVersion1 {
            exchange.version = .v1
            exchange.agent?.habits.learn(version: .v1, now: now.monotonic)
            exchange.agent?.isKnown = true
            release(exchange)
            exchange.countWait(until: now.monotonic)
            return proceed(exchange, exchange.question)
        }
        exchange.secure?.isProven = false
        give(silence(of: exchange), to: exchange)
    }

    /// Why the exchange has no answer, and none is awaited any more.
    private func silence(of exchange: Exchange) -> SNMPFailure {
        let (attempts, patience) = (exchange.attempts, exchange.target.patienceMilliseconds)
        let late = exchange.agent?.tellLate()
        exchange.agent?.giveUp(on: exchange)
        if let stray = late ?? exchange.stray {
            return .strayAnswer(stray, attempts: attempts, milliseconds: patience)
        }
        return exchange.user == nil
            ? .noAnswer(attempts: attempts, milliseconds: patience)
            : .noAnswerToUser(attempts: attempts, milliseconds: patience)
    }

    /// Beside the last attempt with SNMPv2c, an agent that is not known to speak it is asked the
    /// same with SNMPv1: some old agents leave unanswered what they do not know. What it answers
    /// then counts only if it stays silent to the newer version.
    private func askInVersion1(_ exchange: Exchange) {
        guard exchange.version == .v2c, let agent = exchange.agent,
            !agent.isKnown || agent.habits.speaksVersion1Only, !exchange.has(.olderVersion),
            let community = exchange.community,
            let question = exchange.question, question.kind == .get || question.kind == .getNext
        else { return }
        let id = freshID()
        let isQueued = exchange.socket?.queue(to: exchange.endpoint) { room in
            SNMPLibrary.encode(
                question, requestID: id, version: .v1, community: community, layout: &layout,
                into: room)
        }
        guard isQueued == true else { return }
        if let trace = exchange.trace {
            traceSent(question, as: .olderVersion, of: exchange, trace)
        }
        register(id, .olderVersion, exchange)
        exchange.effort.messages += 1
        counters.requests.add(1, ordering: .relaxed)
    }

    func give(_ failure: SNMPFailure, to exchange: Exchange) {
        if let trace = exchange.trace { traceEnd(.failure, failure, of: exchange, trace) }
        release(exchange)
        exchange.countWait(until: now.monotonic)
        proceed(exchange, exchange.talk.fail(failure))
    }
}
