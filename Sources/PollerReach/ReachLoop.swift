import Glibc
import Logging
import PollerModel

/// The pinger's thread. Everything here belongs to it.
final class ReachLoop {
    /// How long to leave a kernel alone whose buffers or descriptors are used up.
    static let blockedMilliseconds: Int64 = 10
    /// Pings of one kind begun before anything else gets its turn: some fail or succeed at once.
    static let beginsPerTurn = 256

    private let mailbox: ReachMailbox
    private let timekeeper: any Timekeeper
    private let echoes: EchoPings
    private let connects: ConnectPings

    init(
        mailbox: ReachMailbox, timekeeper: any Timekeeper, counters: ReachCounters, logger: Logger
    ) {
        self.mailbox = mailbox
        self.timekeeper = timekeeper
        echoes = EchoPings(timekeeper: timekeeper, counters: counters, logger: logger)
        connects = ConnectPings(timekeeper: timekeeper, counters: counters)
    }

    /// Runs until the mailbox says stop.
    func run() {
        var polled: ArraySlice<pollfd> = []
        while true {
            let (orders, isStopping) = mailbox.take(backlog: echoes.backlog + connects.backlog)
            for order in orders {
                if order.request.method == .icmp { echoes.add(order) } else { connects.add(order) }
            }
            guard !isStopping else { break }
            echoes.turn()
            connects.turn(polled)
            polled = wait()
        }
        echoes.stop()
        connects.stop()
    }

    /// Sleeps until something happens: an order, an answer, a deadline. Returns what it says of
    /// the connections.
    private func wait() -> ArraySlice<pollfd> {
        var descriptors = [pollfd(fd: mailbox.wakeup, events: Int16(POLLIN), revents: 0)]
        descriptors += echoes.descriptors
        let firstConnection = descriptors.count
        descriptors += connects.descriptors
        let result = poll(&descriptors, nfds_t(descriptors.count), patience)
        // An interrupted or failed poll says nothing, and only means an early turn.
        return result < 0 ? [] : descriptors[firstConnection...]
    }

    /// Milliseconds until the next deadline, rounded up; -1 without one.
    private var patience: Int32 {
        if echoes.isReady || connects.isReady { return 0 }
        let now = timekeeper.now.monotonic
        var waits = [echoes.nextDeadline, connects.nextDeadline].compactMap { deadline in
            deadline.map { max(0, ($0.microseconds - now.microseconds + 999) / 1_000) }
        }
        if echoes.isBlocked || connects.isBlocked { waits.append(Self.blockedMilliseconds) }
        return waits.min().map { Int32(clamping: $0) } ?? -1
    }
}
