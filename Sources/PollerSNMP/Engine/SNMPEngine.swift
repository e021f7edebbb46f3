import Foundation
package import Logging
package import PollerModel

/// SNMP over UDP to any number of agents, on one thread of its own.
///
/// net-snmp encodes and decodes; sockets, request ids, retries and deadlines are ours, so that
/// no fault of one agent or of the library turns into silence about another.
package final class SNMPEngine: SNMPTransport, Sendable {
    package var counters: SNMPCounters { counts.values }
    private let counts = EngineCounters()
    private let mailbox: EngineMailbox
    private let resolver: NameResolver
    private let keyRing = KeyRing()
    private let notes = KnowledgeNotes()
    private let ended = Ended()

    /// Starts the engine's thread. `SNMPLibrary.start` must have been called.
    ///
    /// - Parameter knowledge: what was learned of agents before.
    /// - Throws: the kernel's words when no socket can be opened.
    package init(
        timekeeper: some Timekeeper, logger: Logger, knowledge: SNMPKnowledge = SNMPKnowledge()
    ) throws(SNMPFailure) {
        do {
            mailbox = try EngineMailbox()
        } catch {
            throw .noRoute(detail: "no eventfd: \(error.words)")
        }
        resolver = NameResolver(timekeeper: timekeeper)
        let starting = LoopStart(
            mailbox: mailbox, timekeeper: timekeeper, counters: counts, logger: logger,
            knowledge: knowledge, notes: notes)
        Thread.detachNewThread { [ended] in
            Thread.current.name = "snmp"
            starting.run()
            ended.signal()
        }
        if let failure = starting.failure() { throw .noRoute(detail: failure.words) }
    }

    /// Ends all exchanges with `.stopped` and the thread with them.
    package func stop() async {
        resolver.stop()
        keyRing.stop()
        mailbox.stop()
        await ended.wait()
    }

    package func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress {
        switch host {
        case .address(let address): address
        case .name(let name): try await resolver.resolve(name)
        }
    }

    package func get(_ request: SNMPGetRequest) async -> SNMPGetResponse {
        let address: IPAddress
        let keys: SecurityKeys?
        do throws(SNMPFailure) {
            address = try await resolve(request.target.host)
            keys = try await self.keys(for: request.target)
        } catch {
            return SNMPGetResponse(
                groups: request.groups.map { _ in .failure(error) }, effort: SNMPEffort())
        }
        let talk = GetTalk(request)
        let effort = await hold(talk, with: request.target, at: address, keys)
        return talk.conversation.outcome(effort)
    }

    package func walk(_ request: SNMPWalkRequest) async throws(SNMPFailure) -> SNMPWalkResponse {
        let address = try await resolve(request.target.host)
        let keys = try await keys(for: request.target)
        let talk = WalkTalk(request)
        let effort = await hold(talk, with: request.target, at: address, keys)
        return try talk.conversation.outcome(effort).get()
    }

    /// Has the engine's thread hold a conversation. What it costs to begin one and to make
    /// something of its outcome stays with whoever asks.
    private func hold(
        _ talk: some Talk & Sendable, with target: SNMPTarget, at address: IPAddress,
        _ keys: SecurityKeys?
    ) async -> SNMPEffort {
        let exchange = Exchange(
            target: target, address: address, keys: keys, talk: talk,
            trace: SNMPTrace.current)
        await withCheckedContinuation { continuation in
            exchange.waiter = continuation
            mailbox.post(exchange)
        }
        return exchange.effort
    }

    package func takeKnowledge() -> SNMPKnowledge { notes.take() }

    /// nil for communities.
    private func keys(for target: SNMPTarget) async throws(SNMPFailure) -> SecurityKeys? {
        guard case .user(let user) = target.credentials else { return nil }
        return try await keyRing.keys(of: user)
    }
}
