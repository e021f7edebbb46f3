import Glibc
import PollerModel

/// One attempt to connect to a TCP port, closed with the object. Sends no data.
final class Connection {
    enum Outcome: Equatable {
        case pending
        case accepted
        case refused
        /// The kernel gave up; other attempts may still succeed.
        case lapsed
        case unreachable(SystemError)
    }

    let descriptor: Int32

    /// Opens the socket.
    init(isV6: Bool) throws(SystemError) {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(isV6 ? AF_INET6 : AF_INET, Int32(type), 0)
        guard descriptor >= 0 else { throw .last }
        self.descriptor = descriptor
        // Closing resets the connection, so that no port is left in TIME_WAIT (socket(7)). Where
        // the kernel refused that, the ping would be just as true.
        var abort = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
    }

    deinit { close(descriptor) }

    /// Begins to connect.
    func begin(to address: IPAddress, port: UInt16) -> Outcome {
        let name = SocketAddress(address, port: port)
        let result = name.withPointer { connect(descriptor, $0, $1) }
        return result == 0 ? .accepted : Self.outcome(of: errno)
    }

    /// What became of it, once the descriptor is ready for writing.
    func outcome() -> Outcome {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else {
            return .unreachable(.last)
        }
        return Self.outcome(of: code)
    }

    private static func outcome(of code: Int32) -> Outcome {
        switch code {
        case 0: .accepted
        // Accepted, and closed by the other end before we looked.
        case ECONNRESET, EPIPE: .accepted
        case ECONNREFUSED: .refused
        case EINPROGRESS, EINTR: .pending
        case ETIMEDOUT: .lapsed
        default: .unreachable(SystemError(code))
        }
    }
}
