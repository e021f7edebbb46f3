import Glibc

/// One connection, closed with the object. Blocks, but never longer than its deadlines: they
/// hold for one exchange, from `begin` on.
final class CachedSocket {
    /// rrdcached writes no line longer than its RRD_CMD_MAX, which is 4096.
    static let longestLine = 8 << 10
    /// A file of 64 MiB, the largest we make, fits into one answer.
    static let largestAnswer = 80 << 20
    /// Time-outs that one exchange may last, however often a byte comes meanwhile.
    static let longestExchange = 12
    private static let chunkBytes = 64 << 10

    private let descriptor: Int32
    private let isNetwork: Bool
    private let timeoutMilliseconds: Int64
    private var chunk = [UInt8](repeating: 0, count: chunkBytes)
    private var buffer: [UInt8] = []
    /// Where in `buffer` begins what nobody has read.
    private var start = 0
    private var received = 0
    private var exchangeEnd = ContinuousClock.now

    /// Connects.
    init(_ address: CachedAddress, timeoutMilliseconds: Int64) throws(CachedFailure) {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        descriptor = socket(address.family, Int32(type), 0)
        guard descriptor >= 0 else { throw .unreachable(errno) }
        self.timeoutMilliseconds = timeoutMilliseconds
        isNetwork = address.family != AF_UNIX
        begin()
        // The result and errno together, before anything else can set it.
        let code = address.withName { connect(descriptor, $0, $1) == 0 ? 0 : errno }
        guard let code else { throw .unreachable(ENAMETOOLONG) }
        if code == EINPROGRESS || code == EINTR {
            try wait(for: POLLOUT)
            var outcome: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &outcome, &size) == 0,
                outcome == 0
            else { throw .unreachable(outcome == 0 ? errno : outcome) }
        } else if code != 0 {
            throw .unreachable(code)
        }
        // Each request is written at once; waiting for more would only delay it. Where the
        // kernel refuses that, it is slower and just as true.
        if isNetwork { set(TCP_NODELAY) }
    }

    deinit { close(descriptor) }

    private func set(_ option: Int32) {
        var on: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Whether all that came was read.
    var isRead: Bool { start == buffer.count }

    /// Whether it is open and silent, as it must be between two exchanges.
    var isIdle: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return isRead && poll(&entry, 1, 0) == 0
    }

    /// Begins an exchange.
    func begin() {
        received = 0
        exchangeEnd = .now + .milliseconds(timeoutMilliseconds * Int64(Self.longestExchange))
        // rrdcached writes its status line alone; with acknowledgements put off, the rest of the
        // answer would follow 40 ms later.
        if isNetwork { set(TCP_QUICKACK) }
    }

    func send(_ bytes: [UInt8]) throws(CachedFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: POLLOUT)
            case EPIPE, ECONNRESET: throw .closed
            case let code: throw .unreachable(code)
            }
        }
    }

    /// The next line without its line feed.
    func line() throws(CachedFailure) -> ArraySlice<UInt8> {
        var looked = start
        while true {
            if let end = buffer[looked...].firstIndex(of: 0x0a) {
                guard end - start <= Self.longestLine else { break }
                defer { start = end + 1 }
                return buffer[start..<end]
            }
            guard buffer.count - start <= Self.longestLine else { break }
            looked = buffer.count - start
            try receive()
        }
        throw .nonsense(what: "a line of more than \(Self.longestLine) bytes")
    }

    /// The next bytes, whatever they are.
    func bytes(_ count: Int) throws(CachedFailure) -> ArraySlice<UInt8> {
        guard count <= Self.largestAnswer else { throw Self.tooMuch }
        while buffer.count - start < count { try receive() }
        defer { start += count }
        return buffer[start..<(start + count)]
    }

    private static var tooMuch: CachedFailure {
        .nonsense(what: "an answer of more than \(largestAnswer) bytes")
    }

    /// Adds what comes next to the buffer, which then begins with what nobody has read.
    private func receive() throws(CachedFailure) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        // Also where something always comes, so that there is nothing to wait for.
        guard ContinuousClock.now < exchangeEnd else { throw silence }
        while true {
            let count = chunk.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            if count > 0 {
                buffer += chunk[..<count]
                received += count
                guard received <= Self.largestAnswer else { throw Self.tooMuch }
                return
            }
            if count == 0 { throw .closed }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: POLLIN)
            case ECONNRESET: throw .closed
            case let code: throw .unreachable(code)
            }
        }
    }

    private var silence: CachedFailure { .silent(milliseconds: timeoutMilliseconds) }

    private func wait(for events: Int32) throws(CachedFailure) {
        let end = min(.now + .milliseconds(timeoutMilliseconds), exchangeEnd)
        while true {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { throw silence }
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            // Rounded up, so that the last millisecond is not spent spinning.
            let milliseconds = Int32(
                clamping: left.components.seconds * 1_000
                    + left.components.attoseconds / 1_000_000_000_000_000 + 1)
            let count = poll(&entry, 1, milliseconds)
            // What the kernel has to say of a broken connection, the next call says.
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw .unreachable(errno) }
        }
    }
}
