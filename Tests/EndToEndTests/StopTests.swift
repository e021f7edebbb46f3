import Foundation
import PollerModel
import TestSupport
import Testing

/// SIGTERM, whatever is under way.
@Suite struct StopTests {
    /// `Composition.shutdownSeconds`, and some for a busy machine.
    private static let limit = Duration.seconds(15)

    /// SIGTERM, and how long the end took.
    private func stop(_ daemon: Daemon) async throws -> (end: Program.Result, took: Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        let end = try await daemon.stop()
        return (end, clock.now - start)
    }

    @Test func `a device that is being added keeps nobody waiting`() async throws {
        let silent = try SilentAgent()
        let daemon = try await Daemon()
        let adding = try Program(
            Daemon.product("pollerctl"),
            [
                "add-device", "127.0.0.1", "--port", "\(silent.port)", "--community", "public",
                "--timeout", "60000", "--retries", "10",
            ], environment: ["POLLERD_SOCKET": daemon.folder.path + "/pollerd.sock"])
        try await waitUntil("the agent is asked") { silent.hasRequest }
        let (end, took) = try await stop(daemon)
        #expect(end.status == 0 && took < Self.limit, "\(took): \(end.errors)")
        let added = try await adding.finish()
        #expect(added.status == 1 && added.errors.contains("the poller is stopping"))
    }

    @Test func `a device that is being pinged keeps nobody waiting`() async throws {
        let silent = try SilentPort()
        let daemon = try await Daemon()
        let adding = try Program(
            Daemon.product("pollerctl"),
            [
                "add-device", "127.0.0.1", "--community", "public", "--availability", "ping",
                "--ping", "tcp:\(silent.port)", "--ping-timeout", "10000", "--ping-retries", "10",
            ], environment: ["POLLERD_SOCKET": daemon.folder.path + "/pollerd.sock"])
        try await waitUntil("the host is pinged") { adding.errorsSoFar.contains("✓ resolve") }
        let (end, took) = try await stop(daemon)
        #expect(end.status == 0 && took < Self.limit, "\(took): \(end.errors)")
        let added = try await adding.finish()
        #expect(added.status == 1 && added.errors.contains("the poller is stopping"))
    }

    @Test func `somebody who asks and never reads keeps nobody waiting`() async throws {
        let daemon = try await Daemon()
        let slow = try SlowBrowser(port: daemon.port)
        try await waitUntil("the daemon takes no more from it") { try slow.isStuck() }
        let (end, took) = try await stop(daemon)
        #expect(end.status == 0 && took < Self.limit, "\(took): \(end.errors)")
        #expect(end.errors.contains("pollerd has stopped"))
        withExtendedLifetime(slow) {}
    }
}

/// A browser that asks again and again, and reads no answer.
private final class SlowBrowser: Sendable {
    private let socket: LoopbackSocket
    private var descriptor: Int32 { socket.descriptor }

    init(port: UInt16) throws {
        socket = try LoopbackSocket(.tcp)
        var small: Int32 = 2_048
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVBUF, &small, socklen_t(MemoryLayout<Int32>.size))
        try socket.connect(to: port)
    }

    /// Sends requests until no more fit. What they ask for is many times what all buffers on the
    /// way back hold, so the daemon is stuck in an answer.
    func isStuck() throws -> Bool {
        let requests = Array(
            String(repeating: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 100).utf8)
        for _ in 0..<1_000 {
            let sent = send(
                descriptor, requests, requests.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            if sent < 0, errno == EAGAIN { return true }
            guard sent > 0 else { throw Unexpected(String(cString: strerror(errno))) }
            if sent < requests.count { return true }
        }
        return false
    }
}
