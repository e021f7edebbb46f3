import Foundation
package import Logging
package import PollerModel

/// Pings any number of hosts by ICMP and TCP, on one thread of its own.
package final class Pinger: PingTransport, Sendable {
    /// What was counted since the start.
    package var counters: PingCounters { counts.values }
    private let counts = ReachCounters()
    private let mailbox: ReachMailbox
    private let ended = Ended()

    /// Starts the thread. Sockets for echoes are opened with the first ping that needs them.
    ///
    /// - Throws: `.unreachable` with the kernel's words when the thread cannot be woken.
    package init(timekeeper: some Timekeeper, logger: Logger) throws(PingFailure) {
        let mailbox: ReachMailbox
        do {
            mailbox = try ReachMailbox()
        } catch {
            throw .unreachable(detail: "no pair of sockets: \(error.words)")
        }
        self.mailbox = mailbox
        Thread.detachNewThread { [counts, ended] in
            Thread.current.name = "reach"
            ReachLoop(mailbox: mailbox, timekeeper: timekeeper, counters: counts, logger: logger)
                .run()
            ended.signal()
        }
    }

    /// Ends all pings with `.stopped` and the thread with them; later ones end at once.
    package func stop() async {
        mailbox.stop()
        await ended.wait()
    }

    /// Pings one host. Takes no longer than the request's patience once its turn has come; pings
    /// wait for their turn while as many are under way as `EchoTable.largestCount` and
    /// `ConnectPings.largestConnectionCount` say. Cancelling the task does not end it sooner.
    package func ping(_ request: PingRequest) async -> Result<PingAnswer, PingFailure> {
        await withCheckedContinuation { continuation in
            mailbox.post(Order(request: request) { continuation.resume(returning: $0) })
        }
    }
}
