import CNetSNMP
import Glibc
import PollerModel

/// An address and a port, as the engine sends to and hears from.
struct Endpoint: Hashable {
    let address: IPAddress
    let port: UInt16

    init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    init?(_ endpoint: cnetsnmp_endpoint) {
        let address: IPAddress? = withUnsafeBytes(of: endpoint.address) { bytes in
            switch endpoint.address_length {
            case 4:
                IPAddress(v4: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
            case 16:
                IPAddress(
                    v6High: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
            default: nil
            }
        }
        guard let address else { return nil }
        self.init(address: address, port: endpoint.port)
    }

    var forSending: cnetsnmp_endpoint {
        var endpoint = cnetsnmp_endpoint()
        withUnsafeMutableBytes(of: &endpoint.address) { bytes in
            if address.isV4 {
                bytes.storeBytes(
                    of: UInt32(truncatingIfNeeded: address.low).bigEndian, as: UInt32.self)
            } else {
                bytes.storeBytes(of: address.high.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
        }
        endpoint.address_length = address.isV4 ? 4 : 16
        endpoint.port = port
        return endpoint
    }
}

/// A system call that failed: its errno.
struct NetworkError: Error, Hashable {
    let code: Int32
    var words: String { String(cString: strerror(code)) }

    /// Errors that say something about one destination, not about the socket. A path with a
    /// smaller MTU is no obstacle: the kernel cuts the next attempt to fit.
    func concernsDestination(isICMP: Bool) -> Bool {
        if code == EMSGSIZE { return !isICMP }
        return [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EACCES, EPERM, EINVAL, ENETDOWN]
            .contains(code)
    }
}

/// A UDP socket of one family and the batches that go through it. The one place that calls the
/// datagram half of CNetSNMP; belongs to the engine's thread.
final class DatagramSocket {
    /// Bytes of answers the kernel may hold while the engine is busy; Debian's default limit
    /// cuts this to 208 KiB unless the sysctl drop-in is installed.
    static let wantedReceiveBuffer: Int32 = 4 << 20
    /// Bytes that may wait for the kernel to take them; more are dropped as if the network had.
    static let largestBacklog = 16 << 20
    /// Errors of other datagrams that may surface before one is blamed for its own.
    static let mostErrorsBefore = 8
    private static let batch = Int(CNETSNMP_BATCH)

    let descriptor: Int32
    /// What the kernel granted (it counts twice what it gives).
    let grantedReceiveBuffer: Int
    /// Answers the kernel dropped on this socket because the buffer was full.
    private(set) var kernelDrops: UInt32 = 0

    /// How many exchanges go through it at the moment.
    var exchanges = 0

    /// A message that waits to be sent: where it lies in `bytes`.
    private struct Outgoing {
        let offset: Int
        let length: Int
        let to: Endpoint
    }

    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
    private var used = 0
    private var outgoing: [Outgoing] = []
    /// How many of those have gone.
    private var sent = 0
    private var sentBytes = 0
    private let messages = UnsafeMutableBufferPointer<cnetsnmp_outgoing>.allocate(capacity: batch)
    private let datagrams = UnsafeMutableBufferPointer<cnetsnmp_datagram>.allocate(capacity: batch)

    /// - Parameter source: an address of this machine that messages are sent from.
    init(isV6: Bool, source: IPAddress? = nil) throws(NetworkError) {
        var granted: Int32 = 0
        var from = source.map { Endpoint(address: $0, port: 0).forSending } ?? cnetsnmp_endpoint()
        let result = cnetsnmp_socket_open(isV6, &from, Self.wantedReceiveBuffer, &granted)
        guard result >= 0 else {
            bytes.deallocate()
            messages.deallocate()
            datagrams.deallocate()
            throw NetworkError(code: -result)
        }
        descriptor = result
        grantedReceiveBuffer = Int(granted)
    }

    deinit {
        close(descriptor)
        bytes.deallocate()
        messages.deallocate()
        datagrams.deallocate()
    }

    /// Adds a message that `compose` writes into the buffer it is given: it returns the length,
    /// or nil when the message does not fit. Returns whether there is one.
    func queue(to endpoint: Endpoint, _ compose: (UnsafeMutableRawBufferPointer) -> Int?) -> Bool {
        // Larger ones are rare, and cost a second try.
        for capacity in [4_096, Int(CNETSNMP_DATAGRAM_SIZE)] {
            reserve(capacity)
            let room = UnsafeMutableRawBufferPointer(rebasing: bytes[used..<(used + capacity)])
            guard let length = compose(room) else { continue }
            guard used + length <= Self.largestBacklog else { return true }
            outgoing.append(Outgoing(offset: used, length: length, to: endpoint))
            used += length
            return true
        }
        return false
    }

    /// Bytes of the message that was queued last.
    var newestByteCount: Int { outgoing.last?.length ?? 0 }

    private func reserve(_ count: Int) {
        guard used + count > bytes.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(2 * bytes.count, used + count), alignment: 8)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<used]))
        bytes.deallocate()
        bytes = larger
    }

    var hasOutgoing: Bool { !outgoing.isEmpty }
    /// Whether messages wait until the kernel has room for them in this socket. Where a queue
    /// behind it is full, there is nothing to wait for but time.
    private(set) var awaitsRoom = false

    /// Sends what was queued, as far as the kernel takes it. `failed` hears of destinations
    /// that cannot be reached; their datagrams are dropped.
    func flush(
        failed: (Endpoint, NetworkError) -> Void, refused: (Endpoint, NetworkError) -> Void
    ) {
        var attempts = 0
        awaitsRoom = false
        while sent < outgoing.count {
            let result = sendBatch()
            if result > 0 {
                for position in sent..<(sent + result) { sentBytes += outgoing[position].length }
                sent += result
                attempts = 0
                continue
            }
            let error = NetworkError(code: Int32(-result))
            if error.code == EAGAIN || error.code == ENOBUFS {
                awaitsRoom = error.code == EAGAIN
                return moveUp()
            }
            // An ICMP error of an earlier datagram surfaces at the next call, whomever that
            // concerns: it is taken off the queue, and the same datagram is tried once more.
            let hasDrained = drainErrors(refused)
            attempts += 1
            if attempts > Self.mostErrorsBefore || !hasDrained && error.code != EINTR {
                let endpoint = outgoing[sent].to
                sent += 1
                attempts = 0
                failed(endpoint, error)
            }
        }
        outgoing.removeAll(keepingCapacity: true)
        sent = 0
        used = 0
    }

    /// Bytes that went since this was asked last.
    func takeSentBytes() -> Int {
        defer { sentBytes = 0 }
        return sentBytes
    }

    /// Forgets what has gone, once that is more than what waits.
    private func moveUp() {
        guard sent > outgoing.count / 2 else { return }
        let gone = outgoing[sent].offset
        outgoing = outgoing[sent...].map {
            Outgoing(offset: $0.offset - gone, length: $0.length, to: $0.to)
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[gone..<used])
        bytes.copyMemory(from: rest)
        used -= gone
        sent = 0
    }

    private func sendBatch() -> Int {
        let count = min(Self.batch, outgoing.count - sent)
        for position in 0..<count {
            let message = outgoing[sent + position]
            messages[position] = cnetsnmp_outgoing(
                bytes: bytes.baseAddress?.advanced(by: message.offset)
                    .assumingMemoryBound(to: UInt8.self),
                length: UInt32(message.length), to: message.to.forSending)
        }
        return Int(cnetsnmp_send(descriptor, messages.baseAddress, UInt32(count)))
    }

    /// The largest number of datagrams that `receive` takes at once.
    static var mostReceived: Int { batch }

    /// Receives one batch; `body` sees each datagram with its age, followed by zero bytes; an empty
    /// one in place of what was longer than a datagram can be. Returns how many there were.
    func receive(
        into receiver: OpaquePointer,
        _ body: (UnsafeBufferPointer<UInt8>, Endpoint, _ ageMicroseconds: Int64) -> Void
    ) throws(NetworkError) -> Int {
        let count = cnetsnmp_receive(receiver, descriptor, datagrams.baseAddress, &kernelDrops)
        guard count >= 0 else { throw NetworkError(code: -count) }
        for datagram in datagrams.prefix(Int(count)) {
            guard let from = Endpoint(datagram.from) else { continue }
            let length = datagram.is_truncated ? 0 : Int(datagram.length)
            body(
                UnsafeBufferPointer(start: datagram.bytes, count: length), from,
                datagram.age_nanoseconds / 1_000)
        }
        return Int(count)
    }

    /// Empties the error queue; `refused` hears what the network said about destinations.
    @discardableResult
    func drainErrors(_ refused: (Endpoint, NetworkError) -> Void) -> Bool {
        var entry = cnetsnmp_network_error()
        var hasEntries = false
        while cnetsnmp_receive_error(descriptor, &entry) == 1 {
            hasEntries = true
            if let endpoint = Endpoint(entry.to) {
                refused(endpoint, NetworkError(code: entry.error))
            }
        }
        return hasEntries
    }
}
