import Foundation

/// A client that sends whatever it likes, byte for byte.
package final class RawClient {
    private let socket: LoopbackSocket
    private var received: [UInt8] = []
    /// Whether the server has ended the connection.
    package private(set) var isEnded = false

    package init(_ port: UInt16) throws {
        socket = try LoopbackSocket(.tcp)
        try socket.connect(to: port)
        _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
    }

    package struct Answer: Sendable {
        package let status: Int
        package let head: String
        package let body: String
    }

    /// What does not fit any more, because nobody reads it, is left out.
    @discardableResult
    package func send(_ text: String) -> Int {
        send(Array(text.utf8)[...])
    }

    private func send(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes {
            max(
                0, Foundation.send(socket.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            )
        }
    }

    /// Sends all of it, as fast as it is read.
    package func sendAll(_ text: String) async throws {
        var rest = Array(text.utf8)[...]
        try await waitUntil("\(text.utf8.count) bytes are sent") {
            rest = rest.dropFirst(send(rest.prefix(65_536)))
            return rest.isEmpty
        }
    }

    package func endSending() { shutdown(socket.descriptor, Int32(SHUT_WR)) }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isEnded {
            let count = recv(socket.descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                received += buffer[..<count]
            } else if count == 0 || errno != EAGAIN {
                isEnded = true
            } else {
                return
            }
        }
    }

    /// The next answer, whose length must be told.
    package func answer(_ what: String = "an answer", seconds: Int = 20) async throws -> Answer {
        try await waitFor(what, seconds: seconds) {
            read()
            if let answer = takeAnswer() { return answer }
            if isEnded { throw Unexpected("the connection ended before \(what)") }
            return nil
        }
    }

    private func takeAnswer() -> Answer? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let field = lines.first { $0.lowercased().hasPrefix("content-length:") }
        let length = field.flatMap { Int($0.dropFirst(15).trimmingPrefix(" ")) } ?? 0
        guard received.count >= end.upperBound + length else { return nil }
        let body = String(
            decoding: received[end.upperBound..<end.upperBound + length], as: UTF8.self)
        received.removeFirst(end.upperBound + length)
        return Answer(
            status: Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0, head: head,
            body: body)
    }

    package func waitForEnd(seconds: Int = 20) async throws {
        try await waitUntil("the end of the connection", seconds: seconds) {
            read()
            return isEnded
        }
    }
}
