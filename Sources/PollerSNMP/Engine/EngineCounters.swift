package import Synchronization

/// What the engine counted since it started; written by its thread, read by anyone.
package final class EngineCounters: Sendable {
    /// Messages sent, retransmissions among them.
    package let requests = Atomic(0)
    /// Answers that matched a request.
    package let answers = Atomic(0)
    /// Requests whose time ran out, each attempt counted.
    package let timeouts = Atomic(0)
    /// Answers nobody waited for: late, doubled, from elsewhere.
    package let unmatched = Atomic(0)
    /// Packets that were no SNMP messages.
    package let malformed = Atomic(0)
    /// Answers the kernel dropped because the receive buffer was full.
    package let kernelDrops = Atomic(0)
    /// Exchanges that may be in flight at once.
    package let window = Atomic(0)

    package init() {}
}
