import Foundation
import TestSupport

/// A Unix socket that somebody listens on, who is not pollerd.
final class UnixListener: Sendable {
    private let descriptor: Int32

    /// - Parameter answer: is said to each who connects, whatever they ask; nil: nobody is heard.
    init(path: String, answer: String? = nil) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Unexpected("\(path) is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(descriptor, 8) == 0 else {
            throw Unexpected("\(path): \(String(cString: strerror(errno)))")
        }
        guard let answer else { return }
        let listening = descriptor
        Thread.detachNewThread {
            // Ends when the listening socket is shut down.
            while case let peer = accept(listening, nil, nil), peer >= 0 {
                var request = [UInt8](repeating: 0, count: 4_096)
                _ = read(peer, &request, request.count)
                _ = answer.utf8.withContiguousStorageIfAvailable {
                    write(peer, $0.baseAddress, $0.count)
                }
                close(peer)
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }
}
