import Foundation
import Logging
import PollerModel

/// Makes the loop on its own thread, and tells whoever started it how that went.
final class LoopStart: @unchecked Sendable {
    // @unchecked: `outcome` is only touched under `condition`.
    private let condition = NSCondition()
    private var outcome: NetworkError??

    private let mailbox: EngineMailbox
    private let timekeeper: any Timekeeper
    private let counters: EngineCounters
    private let logger: Logger
    private let knowledge: SNMPKnowledge
    private let notes: KnowledgeNotes

    init(
        mailbox: EngineMailbox, timekeeper: any Timekeeper, counters: EngineCounters,
        logger: Logger, knowledge: SNMPKnowledge, notes: KnowledgeNotes
    ) {
        self.mailbox = mailbox
        self.timekeeper = timekeeper
        self.counters = counters
        self.logger = logger
        self.knowledge = knowledge
        self.notes = notes
    }

    /// Runs the loop until it stops. On the engine's thread.
    func run() {
        do {
            let loop = try EngineLoop(
                mailbox: mailbox, timekeeper: timekeeper, counters: counters, logger: logger,
                knowledge: knowledge, notes: notes)
            report(nil)
            loop.run()
        } catch {
            report(error)
        }
    }

    private func report(_ failure: NetworkError?) {
        condition.withLock {
            outcome = .some(failure)
            condition.signal()
        }
    }

    /// Waits until the sockets are open or cannot be: a few microseconds.
    func failure() -> NetworkError? {
        condition.withLock {
            while outcome == nil { condition.wait() }
            return outcome.flatMap { $0 }
        }
    }
}

/// The end of a thread, for whoever waits for it.
final class Ended: @unchecked Sendable {
    // @unchecked: all properties are only touched under `lock`.
    private let lock = NSLock()
    private var hasEnded = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func signal() {
        let woken = lock.withLock {
            hasEnded = true
            defer { waiting = [] }
            return waiting
        }
        for continuation in woken { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOver = lock.withLock {
                if !hasEnded { waiting.append(continuation) }
                return hasEnded
            }
            if isOver { continuation.resume() }
        }
    }
}
