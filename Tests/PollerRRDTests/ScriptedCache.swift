import Foundation
import TestSupport

/// Something that listens where an rrdcached should, and answers as a test says.
final class ScriptedCache: Sendable {
    /// What becomes of one connection.
    struct Connection: Sendable {
        /// Each is sent once something has been asked.
        var answers: [[UInt8]] = []
        var end = End.closes

        enum End: Sendable {
            case closes
            /// Stays open and says nothing; does not read either.
            case holds
            /// Sends one byte after the other, without a line feed.
            case drips
        }
    }

    let port: UInt16
    private let socket: LoopbackSocket

    /// - Parameter connections: one after the other; further ones are like the last.
    init(_ connections: Connection...) throws {
        (socket, port) = try LoopbackSocket.listening()
        // The thread has the socket too: were it closed meanwhile, its number could be another
        // test's, whose connections it would take in.
        Thread.detachNewThread { [socket] in
            var number = 0
            var held: [Int32] = []
            // Ends when the listening socket is shut down.
            while case let peer = accept(socket.descriptor, nil, nil), peer >= 0 {
                let script = connections[min(number, connections.count - 1)]
                number += 1
                if Self.serve(peer, script) { held.append(peer) } else { close(peer) }
            }
            for peer in held { close(peer) }
        }
    }

    deinit { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }

    /// Returns whether the connection stays open.
    private static func serve(_ peer: Int32, _ script: Connection) -> Bool {
        var request = [UInt8](repeating: 0, count: 1 << 20)
        for answer in script.answers {
            guard read(peer, &request, request.count) > 0 else { return false }
            guard send(answer, to: peer) else { return false }
        }
        switch script.end {
        case .closes: return false
        case .holds: return true
        case .drips:
            while send([UInt8(ascii: "1")], to: peer) { usleep(5_000) }
            return false
        }
    }

    private static func send(_ bytes: [UInt8], to peer: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(
                    peer, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
