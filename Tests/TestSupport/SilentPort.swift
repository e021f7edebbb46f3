import Foundation

/// A TCP port on 127.0.0.1 that listens and takes no connection in: its queue is full, so the
/// kernel drops what else comes.
package final class SilentPort: Sendable {
    package let port: UInt16
    private let listener: LoopbackSocket
    private let first: LoopbackSocket

    package init() throws {
        port = try Ports.freeTCP()
        listener = try LoopbackSocket(.tcp)
        try listener.bind(to: port)
        // A queue of length 0 holds one (listen(2), net/ipv4/tcp_input.c).
        guard listen(listener.descriptor, 0) == 0 else { throw Unexpected("listen failed") }
        first = try LoopbackSocket(.tcp)
        try first.connect(to: port)
    }

    /// Makes room for one more.
    package func takeOne() {
        close(accept(listener.descriptor, nil, nil))
    }
}
