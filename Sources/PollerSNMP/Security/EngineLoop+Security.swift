import Logging
import PollerModel
import Synchronization

/// The half of the loop that speaks SNMPv3: it finds engines, and takes REPORTs for what they are.
extension EngineLoop {
    /// How long an encrypted answer may still come after an unencrypted one did.
    static let graceMilliseconds: Int64 = 300

    /// Where an engine was known before the start, and to whom.
    struct FormerKey: Hashable {
        let endpoint: Endpoint
        let user: String
    }

    /// The agent as the exchange's user sees it; nil for communities.
    func secureAgent(
        for exchange: Exchange, _ agent: Agent
    ) throws(SNMPFailure) -> SecureAgent? {
        guard let user = exchange.user, let keys = exchange.keys else { return nil }
        if let known = agent.secure(for: user) { return known }
        guard let secure = SecureAgent(user, keys: keys) else {
            let names = [user.authentication?.kind.rawValue, user.privacy?.kind.rawValue]
            throw .protocolMissing(names.compactMap { $0 }.joined(separator: " or "))
        }
        let former = FormerKey(endpoint: exchange.endpoint, user: user.name)
        if let known = formerEngines.removeValue(forKey: former) {
            secure.recall(known, now: timekeeper.now)
        }
        agent.keep(secure)
        return secure
    }

    func hearSecure(
        _ packet: UnsafeBufferPointer<UInt8>, id: Int32, from: Endpoint, receivedAt: Moment
    ) {
        guard let exchange = inFlight[id], isTrusted(from, by: exchange),
            let purpose = exchange.purpose(of: id),
            let agent = exchange.secure, let user = exchange.user
        else {
            counters.unmatched.add(1, ordering: .relaxed)
            traceIgnored(bytes: packet.count, id: id, at: receivedAt.monotonic)
            return noteUnmatched(id, isResponse: true, from: from, at: receivedAt)
        }
        SNMPLibrary.attend(to: exchange.endpoint)
        let now = now.monotonic
        if purpose == .discovery {
            return hearEngine(packet, for: exchange, agent, receivedAt)
        }
        let heard = agent.decode(packet, arenas: &arenas, now: now)
        if let trace = exchange.trace {
            let message = heard.message
            traceHeard(
                message?.isResponse == true ? .response : .report, .v3, bytes: packet.count,
                errorStatus: message?.isResponse == true ? message?.errorStatus : nil,
                of: exchange, at: receivedAt.monotonic, trace)
        }
        if let message = heard.message, message.isResponse {
            return hearAnswer(message, heard.news, id, for: exchange, agent, user, receivedAt)
        }
        let isFresh = agent.discoveredAt.map {
            now < $0.advanced(milliseconds: SecureAgent.rediscoveryMilliseconds)
        }
        let verdict = SecurityVerdict.of(
            heard.news, user: user, rounds: exchange.rounds, isFresh: isFresh ?? false)
        if purpose == .withoutPrivacy, heard.news.report == .level {
            return noteAnswerWithoutPrivacy(exchange)
        }
        // A message from before the clock was learned is late, not wrong: those after it, which
        // are made anew each time, know better.
        if verdict == .ask || verdict == .forgetClock, id != exchange.newestID { return }
        act(on: verdict, exchange, agent, receivedAt)
    }

    private func hearEngine(
        _ packet: UnsafeBufferPointer<UInt8>, for exchange: Exchange, _ agent: SecureAgent,
        _ receivedAt: Moment
    ) {
        let (now, bytes) = (now.monotonic, packet.count)
        let news = SNMPLibrary.decodeSecure(packet, arenas: &arenas, agent: nil, elapsed: 0).news
        if let trace = exchange.trace {
            traceHeard(
                .report, .v3, bytes: bytes, of: exchange, at: receivedAt.monotonic, trace)
        }
        guard exchange.isDiscovering, !news.engineID.isEmpty else {
            counters.unmatched.add(1, ordering: .relaxed)
            return
        }
        counters.answers.add(1, ordering: .relaxed)
        // Another exchange with the agent may have found it meanwhile.
        guard !agent.engineID.isEmpty || agent.setEngine(news.engineID, clock: news.clock, now: now)
        else {
            let length = news.engineID.count
            return give(.malformed(detail: "an engineID of \(length) bytes"), to: exchange)
        }
        exchange.countWait(until: receivedAt.monotonic)
        ask(exchange)
    }

    private func hearAnswer(
        _ message: SNMPLibrary.Message, _ news: SecurityNews, _ id: Int32,
        for exchange: Exchange, _ agent: SecureAgent, _ user: SNMPUser, _ receivedAt: Moment
    ) {
        let isWithoutPrivacy = exchange.purpose(of: id) == .withoutPrivacy
        let level: SNMPUser.Level = isWithoutPrivacy ? .authNoPriv : user.level
        // Less protected than asked for is no answer (RFC 3412 §7.2 10).
        guard message.requestID == exchange.requestID, news.level == level, !news.isOtherEngine
        else {
            counters.unmatched.add(1, ordering: .relaxed)
            return
        }
        if isWithoutPrivacy { return noteAnswerWithoutPrivacy(exchange) }
        agent.isProven = true
        if agent.isNews, !agent.engineID.isEmpty {
            notes.add(agent.record(exchange.endpoint, at: receivedAt))
        }
        take(message, id: id, for: exchange, receivedAt: receivedAt)
    }

    private func act(
        on verdict: SecurityVerdict, _ exchange: Exchange, _ agent: SecureAgent,
        _ receivedAt: Moment
    ) {
        switch verdict {
        case .ignore:
            counters.unmatched.add(1, ordering: .relaxed)
            return
        case .fail(let failure):
            agent.isProven = false
            return give(failure, to: exchange)
        case .ask: break
        case .forgetClock:
            logger.warning(
                """
                the SNMPv3 engine at \(exchange.endpoint.address) tells an earlier time than it did: \
                it was reset or replaced, its clock runs wrong, or somebody plays old messages
                """,
                metadata: [
                    "event": "snmp.engine_time_back", "address": "\(exchange.endpoint.address)",
                ])
            agent.forgetClock()
        case .discover: agent.forgetEngine()
        }
        exchange.rounds += 1
        exchange.countWait(until: receivedAt.monotonic)
        ask(exchange)
    }

    // MARK: What a silence to encrypted messages means

    /// Asks the same without encryption: an agent that cannot decrypt says nothing at all.
    func askWithoutPrivacy(_ exchange: Exchange, _ agent: SecureAgent) {
        guard let question = exchange.question else { return }
        let id = freshID()
        let now = now.monotonic
        let isQueued = exchange.socket?.queue(to: exchange.endpoint) { room in
            agent.encode(
                question, level: .authNoPriv, messageID: id, requestID: exchange.requestID,
                now: now, layout: &layout, into: room)
        }
        // Else the encrypted question is on its way, and will not be answered differently.
        guard isQueued == true else { return }
        if let trace = exchange.trace {
            traceSent(question, as: .withoutPrivacy, of: exchange, trace)
        }
        register(id, .withoutPrivacy, exchange)
        exchange.effort.messages += 1
        counters.requests.add(1, ordering: .relaxed)
    }

    /// The encrypted question is sent a last time, and has as long as the other one needed.
    private func noteAnswerWithoutPrivacy(_ exchange: Exchange) {
        counters.answers.add(1, ordering: .relaxed)
        guard !exchange.isAnsweredWithoutPrivacy else { return }
        exchange.isAnsweredWithoutPrivacy = true
        let now = now.monotonic
        let needed = now.milliseconds - exchange.sentAt.milliseconds
        ask(exchange)
        let patience = min(
            exchange.target.timeoutMilliseconds, max(Self.graceMilliseconds, 2 * needed))
        exchange.deadline = now.advanced(milliseconds: patience)
        wheel.set(Int(exchange.newestID), at: exchange.deadline)
    }
}
