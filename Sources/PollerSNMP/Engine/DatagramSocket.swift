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
        guard endpoint.address_length == 4 || endpoint.address_length == 16 else { return nil }
        let bytes = withUnsafeBytes(of: endpoint.address) {
            Array($0.prefix(Int(endpoint.address_length)))
        }
        self.init(address: IPAddress(bytes: bytes), port: endpoint.port)
    }

    var forSending: cnetsnmp_endpoint {
        var endpoint = cnetsnmp_endpoint()
        withUnsafeMutableBytes(of: &endpoint.address) { $0.copyBytes(from: address.bytes) }
        endpoint.address_length = UInt8(address.bytes.count)
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

    let descriptor: Int32
    /// What the kernel granted (it counts twice what it gives).
    let grantedReceiveBuffer: Int
    /// Answers the kernel dropped on this socket because the buffer was full.
    private(set) var kernelDrops: UInt32 = 0
    private var outgoing: [(bytes: [UInt8], to: Endpoint)] = []

    init(isV6: Bool) throws(NetworkError) {
        var granted: Int32 = 0
        let result = cnetsnmp_socket_open(isV6, Self.wantedReceiveBuffer, &granted)
        guard result >= 0 else { throw NetworkError(code: -result) }
        descriptor = result
        grantedReceiveBuffer = Int(granted)
    }

    deinit { close(descriptor) }

    func queue(_ bytes: [UInt8], to endpoint: Endpoint) { outgoing.append((bytes, endpoint)) }

    var hasOutgoing: Bool { !outgoing.isEmpty }

    /// Sends what was queued, as far as the kernel takes it. `failed` hears of destinations
    /// that cannot be reached; their datagrams are dropped.
    func flush(
        failed: (Endpoint, NetworkError) -> Void, refused: (Endpoint, NetworkError) -> Void
    ) {
        var attempts = 0
        while !outgoing.isEmpty {
            let result = sendBatch()
            if result > 0 {
                outgoing.removeFirst(result)
                attempts = 0
                continue
            }
            let error = NetworkError(code: Int32(-result))
            if error.code == EAGAIN || error.code == ENOBUFS { return }
            // An ICMP error of an earlier datagram surfaces at the next call, whomever that
            // concerns: it is taken off the queue, and the same datagram is tried once more.
            let hasDrained = drainErrors(refused)
            attempts += 1
            if attempts > 1 || !hasDrained && error.code != EINTR {
                failed(outgoing.removeFirst().to, error)
                attempts = 0
            }
        }
    }

    private func sendBatch() -> Int {
        let batch = outgoing.prefix(Int(CNETSNMP_BATCH))
        var arena: [UInt8] = []
        for message in batch { arena += message.bytes }
        return arena.withUnsafeBufferPointer { buffer in
            var offset = 0
            let messages = batch.map { message in
                defer { offset += message.bytes.count }
                return cnetsnmp_outgoing(
                    bytes: buffer.baseAddress.map { $0 + offset },
                    length: UInt32(message.bytes.count), to: message.to.forSending)
            }
            return Int(cnetsnmp_send(descriptor, messages, UInt32(messages.count)))
        }
    }

    /// Receives one batch; `body` sees each datagram with its age, followed by zero bytes.
    /// Returns how many there were.
    func receive(
        into receiver: OpaquePointer,
        _ body: (UnsafeBufferPointer<UInt8>, Endpoint, _ ageMilliseconds: Int64) -> Void
    ) throws(NetworkError) -> Int {
        var datagrams = [cnetsnmp_datagram](
            repeating: cnetsnmp_datagram(), count: Int(CNETSNMP_BATCH))
        let count = cnetsnmp_receive(receiver, descriptor, &datagrams, &kernelDrops)
        guard count >= 0 else { throw NetworkError(code: -count) }
        for datagram in datagrams.prefix(Int(count)) where !datagram.is_truncated {
            guard let from = Endpoint(datagram.from) else { continue }
            body(
                UnsafeBufferPointer(start: datagram.bytes, count: Int(datagram.length)), from,
                datagram.age_nanoseconds / 1_000_000)
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
