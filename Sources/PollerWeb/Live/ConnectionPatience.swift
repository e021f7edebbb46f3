import Glibc
import NIOCore

/// How long a connection may be dead before the kernel says so. Without it, what is sent to a
/// machine that was switched off is repeated for a quarter of an hour (tcp_retries2, man 7 tcp).
enum ConnectionPatience {
    static let milliseconds: Int32 = 15_000
    /// `TCP_USER_TIMEOUT` of linux/tcp.h, which Glibc's module does not show.
    private static let option: Int32 = 18

    static func limit(_ channel: any Channel) async {
        guard let socket = channel as? any SocketOptionProvider
        else { return }
        // A kernel that does not take it finds out later, as it does of every connection.
        try? await socket.unsafeSetSocketOption(
            level: .init(rawValue: Int32(IPPROTO_TCP)), name: .init(rawValue: option),
            value: milliseconds
        ).get()
    }
}
