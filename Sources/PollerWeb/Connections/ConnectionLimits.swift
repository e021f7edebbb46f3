import NIOCore

/// What one client may take of us: time, memory and connections.
package struct ConnectionLimits: Sendable {
    /// From the first byte of a request to the end of its header.
    var header = TimeAmount.seconds(10)
    /// From the end of the header to the end of the body.
    var body = TimeAmount.seconds(30)
    /// Between requests, and before the first.
    var idle = TimeAmount.seconds(60)
    /// How long a client may take to read a little of what waits for it.
    var stall = TimeAmount.seconds(30)
    /// How long a connection whose end we decided on is still read from: closed at once, it would
    /// take our last answer away from the client (RFC 9112 §9.6).
    var linger = TimeAmount.seconds(2)
    /// Bytes of a request's address and header fields.
    var headerBytes = 16 << 10
    var headerFields = 100
    var bodyBytes = WebContext.largestBody
    var connections = 512
    /// Of one IPv4 address, or of one IPv6 network of 64 bits, which one client may have whole.
    var connectionsOfAddress = 32

    package init() {}
}
