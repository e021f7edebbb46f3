import Foundation
import PollerModel

/// What a request got.
struct HTTPAnswer {
    let status: Int
    /// From the first byte sent to the last received.
    let seconds: Double
    let body: [UInt8]
    /// Of a field; names in lower case.
    let fields: [String: String]
}

/// Asks a daemon over many connections at a time, on the calling thread: one request after the
/// other on each. Only what our own server sends is understood (RFC 9112 with Content-Length).
final class HTTPLoop {
    private let lanes: [HTTPLane]

    /// In which nothing comes before it is given up.
    private static let silenceMilliseconds: Int32 = 30_000

    init(_ daemon: HTTPAddress, connections: Int) throws {
        lanes = try (0..<connections).map { _ in try HTTPLane(daemon) }
    }

    /// - Parameter fields: of each request, as lines.
    /// - Returns: the answers in the order in which they came.
    func run(
        _ paths: [String], fields: [String] = [],
        meanwhile page: (path: String, lane: HTTPLane)? = nil
    ) throws -> (answers: [HTTPAnswer], pages: [HTTPAnswer]) {
        var rest = paths[...]
        var (answers, pages): ([HTTPAnswer], [HTTPAnswer]) = ([], [])
        for lane in lanes { if let path = rest.popFirst() { try lane.ask(path, fields) } }
        if let page { try page.lane.ask(page.path, []) }
        while answers.count < paths.count {
            for lane in try ready(page?.lane) {
                guard let answer = try lane.hear() else { continue }
                if let page, lane === page.lane {
                    pages.append(answer)
                    if answers.count < paths.count { try lane.ask(page.path, []) }
                } else {
                    answers.append(answer)
                    if let path = rest.popFirst() { try lane.ask(path, fields) }
                }
            }
        }
        // The page that is under way belongs to the time of the others.
        if let page {
            while page.lane.isWaiting { if let last = try page.lane.hear() { pages.append(last) } }
        }
        return (answers, pages)
    }

    /// Those that have something to hear.
    private func ready(_ other: HTTPLane?) throws -> [HTTPLane] {
        let waiting = (lanes + [other].compactMap { $0 }).filter(\.isWaiting)
        var polled = waiting.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        guard poll(&polled, nfds_t(polled.count), Self.silenceMilliseconds) > 0 else {
            throw BenchFailure(words: "the daemon does not answer")
        }
        return zip(waiting, polled).filter { $1.revents != 0 }.map(\.0)
    }
}

/// Where a daemon listens.
struct HTTPAddress {
    let host: String
    let port: UInt16

    /// - Parameter text: `http://127.0.0.1:8080`
    init(_ text: String) throws {
        guard let url = URL(string: text), url.scheme == "http", let host = url.host(),
            IPAddress(host) != nil
        else { throw BenchFailure(words: "“\(text)” is not like http://127.0.0.1:8080") }
        self.host = host
        port = UInt16(url.port ?? 80)
    }
}

/// One connection.
final class HTTPLane {
    let descriptor: Int32
    private(set) var isWaiting = false
    private let host: String
    private let clock = ContinuousClock()
    private var asked: ContinuousClock.Instant
    private var heard: [UInt8] = []

    init(_ daemon: HTTPAddress) throws {
        host = daemon.host
        asked = clock.now
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = daemon.port.bigEndian
        inet_pton(AF_INET, daemon.host, &address.sin_addr)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            throw BenchFailure(
                words: "\(daemon.host):\(daemon.port): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    func ask(_ path: String, _ fields: [String]) throws {
        let lines = ["GET \(path) HTTP/1.1", "Host: \(host)"] + fields
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        asked = clock.now
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        else { throw BenchFailure(words: "the daemon closed a connection") }
        isWaiting = true
        heard = []
    }

    /// Takes what has come; nil while the answer is not whole.
    func hear() throws -> HTTPAnswer? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw BenchFailure(words: "the daemon closed a connection") }
        heard += buffer.prefix(count)
        guard let head = heard.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: heard[..<head.lowerBound], as: UTF8.self)
            .split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first,
            let status = Int(status)
        else { throw BenchFailure(words: "the daemon does not speak HTTP") }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = status == 304 ? 0 : fields["content-length"].flatMap { Int($0) }
        guard let length else { throw BenchFailure(words: "an answer has no Content-Length") }
        guard heard.count >= head.upperBound + length else { return nil }
        isWaiting = false
        return HTTPAnswer(
            status: status, seconds: (clock.now - asked) / .seconds(1),
            body: Array(heard[head.upperBound...]), fields: fields)
    }
}
