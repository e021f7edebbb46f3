import Foundation
import Synchronization

/// A UDP port from which every datagram goes on to another, and back, so much later and changed.
package final class SlowWay: Sendable {
    package let port: UInt16
    private let front: LoopbackSocket
    private let back: LoopbackSocket
    private let client = Mutex(sockaddr_in())
    private let isStopped = Atomic(false)

    /// - Parameter change: what becomes of what comes back.
    package init(
        to destination: UInt16, milliseconds: Int,
        change: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) throws {
        port = try Ports.freeUDP()
        front = try LoopbackSocket(.udp)
        back = try LoopbackSocket(.udp)
        try front.bind(to: port)
        try back.connect(to: destination)
        // So that the threads see the end.
        var patience = timeval(tv_sec: 0, tv_usec: 50_000)
        for socket in [front, back] {
            setsockopt(
                socket.descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
                socklen_t(MemoryLayout<timeval>.size))
        }
        forward(from: front, milliseconds / 2) { [self] bytes, sender in
            client.withLock { $0 = sender }
            _ = send(back.descriptor, bytes, bytes.count, 0)
        }
        forward(from: back, milliseconds - milliseconds / 2) { [self] bytes, _ in
            let bytes = change(bytes)
            var address = client.withLock { $0 }
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        front.descriptor, bytes, bytes.count, 0, $0,
                        socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    /// Ends its threads, which hold on to it.
    package func stop() { isStopped.store(true, ordering: .relaxed) }

    private func forward(
        from socket: LoopbackSocket, _ milliseconds: Int,
        _ body: @escaping @Sendable ([UInt8], sockaddr_in) -> Void
    ) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while !isStopped.load(ordering: .relaxed) {
                var sender = sockaddr_in()
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let count = withUnsafeMutablePointer(to: &sender) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        recvfrom(socket.descriptor, &buffer, buffer.count, 0, $0, &length)
                    }
                }
                guard count > 0 else { continue }
                let (bytes, from) = (Array(buffer.prefix(count)), sender)
                DispatchQueue.global().asyncAfter(
                    deadline: .now() + .milliseconds(milliseconds)
                ) { body(bytes, from) }
            }
        }
    }
}
