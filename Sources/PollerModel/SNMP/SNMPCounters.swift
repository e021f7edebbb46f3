/// What a transport counted since it started.
package struct SNMPCounters: Sendable, Hashable, Codable {
    /// Messages sent, retransmissions among them.
    package var requests = 0
    /// Those of them that repeat one whose time ran out.
    package var retransmissions = 0
    /// Answers that matched a request.
    package var answers = 0
    /// Requests whose time ran out, each attempt counted.
    package var timeouts = 0
    /// Answers nobody waited for: late, doubled, from elsewhere.
    package var unmatched = 0
    /// Packets that were no SNMP messages.
    package var malformed = 0
    /// Answers the kernel dropped because the receive buffer was full.
    package var kernelDrops = 0
    /// What was given to the kernel to be sent, and what came from it.
    package var bytesSent = 0
    package var bytesReceived = 0
    /// Exchanges that go on now, and that wait for their turn.
    package var underWay = 0
    package var waiting = 0
    /// Exchanges that may be in flight at once: as many as the receive buffer holds answers of.
    package var window = 0
    /// Bytes of the receive buffer that the kernel granted, and that were asked for.
    package var receiveBuffer = 0
    package var wantedReceiveBuffer = 0

    package init() {}
}
