import Foundation
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerReach

/// Pings of real sockets. Time-outs are long where an answer is expected, because the machine may
/// be busy.
@Suite struct PingerTests {
    @Test(.enabled(if: Permitted.icmp, "this machine permits no ICMP echoes"))
    func `127.0.0.1 answers an echo`() async throws {
        try await withPinger { pinger in
            let answer = try await pinger.ping(patient(loopback)).get()
            #expect(answer.attempts == 1)
            #expect((0..<5_000_000).contains(answer.microseconds))
            #expect(pinger.counters.answers == 1 && pinger.counters.attempts == 1)
        }
    }

    @Test(.enabled(if: Permitted.icmpV6, "this machine permits no ICMPv6 echoes"))
    func `the IPv6 loopback address answers an echo`() async throws {
        try await withPinger { pinger in
            let answer = try await pinger.ping(patient(loopbackV6)).get()
            #expect(answer.attempts == 1)
        }
    }

    @Test(.enabled(if: Permitted.icmp, "this machine permits no ICMP echoes"))
    func `two hundred hosts answer at once`() async throws {
        try await withPinger { pinger in
            let failures = await withTaskGroup(of: PingFailure?.self) { group in
                for host in 1...200 {
                    let address = IPAddress(bytes: [127, 0, 1, UInt8(host)])
                    group.addTask { await pinger.ping(patient(address)).failure }
                }
                return await group.reduce(into: [PingFailure]()) { $0 += $1.map { [$0] } ?? [] }
            }
            #expect(Set(failures) == [])
            #expect(pinger.counters.answers == 200)
        }
    }

    @Test(.enabled(if: Permitted.icmp, "this machine permits no ICMP echoes"))
    func `more hosts than echoes fit under way answer one after the other`() async throws {
        try await withPinger { pinger in
            let answers = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<(EchoTable.largestCount * 2 + 1) {
                    let address = IPAddress(
                        bytes: [127, 0, UInt8(number / 250 + 2), UInt8(number % 250 + 1)])
                    group.addTask { await pinger.ping(patient(address)).failure == nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(answers == EchoTable.largestCount * 2 + 1)
        }
    }

    @Test(.enabled(if: Permitted.icmp, "this machine permits no ICMP echoes"))
    func `an answer from another address does not count`() async throws {
        try await withPinger { pinger in
            let request = PingRequest(address: anyAddress, timeoutMilliseconds: 100, retries: 1)
            let (result, elapsed) = await timed { await pinger.ping(request) }
            #expect(result.failure == .noAnswer(attempts: 2, milliseconds: 200))
            #expect(elapsed >= .milliseconds(200))
            #expect(pinger.counters.unmatched == 2)
            #expect(pinger.counters.timeouts == 2 && pinger.counters.answers == 0)
        }
    }

    @Test(.enabled(if: Permitted.icmp, "this machine permits no ICMP echoes"))
    func `a host to which the kernel sends nothing is unreachable at once`() async throws {
        try await withPinger { pinger in
            let broadcast = IPAddress(bytes: [255, 255, 255, 255])
            for method in [PingMethod.icmp, .tcp(port: 23)] {
                let result = await pinger.ping(patient(broadcast, method))
                #expect(result.failure?.code == "ping_unreachable")
            }
            #expect(pinger.counters.timeouts == 0)
        }
    }

    @Test(.enabled(if: !Permitted.icmp, "this machine permits ICMP echoes"))
    func `a machine that permits no echoes says so at once, and connects all the same`()
        async throws
    {
        let port = try Ports.freeTCP()
        try await withPinger { pinger in
            let echo = await pinger.ping(patient(loopback))
            #expect(echo.failure?.code == "ping_not_permitted")
            let connection = await pinger.ping(patient(loopback, .tcp(port: port)))
            #expect(connection.failure == .refused(port: port))
        }
    }

    @Test(arguments: [true, false])
    func `a port that listens answers, whichever way it is asked`(isClosed: Bool) async throws {
        let (listener, port) = try LoopbackSocket.listening()
        try await withPinger { pinger in
            let method: PingMethod = isClosed ? .tcpClosed(port: port) : .tcp(port: port)
            let answer = try await pinger.ping(patient(loopback, method)).get()
            #expect(answer.attempts == 1)
        }
        withExtendedLifetime(listener) {}
    }

    @Test func `a closed port is refused, or answers where that is asked for`() async throws {
        let port = try Ports.freeTCP()
        try await withPinger { pinger in
            let refused = await pinger.ping(patient(loopback, .tcp(port: port)))
            #expect(refused.failure == .refused(port: port))
            let answer = try await pinger.ping(patient(loopback, .tcpClosed(port: port))).get()
            #expect(answer.attempts == 1)
        }
    }

    @Test(.enabled(if: Permitted.hasLoopbackV6, "this machine has no IPv6"))
    func `a closed port is refused over IPv6`() async throws {
        let port = try Ports.freeTCP()
        try await withPinger { pinger in
            let refused = await pinger.ping(patient(loopbackV6, .tcp(port: port)))
            #expect(refused.failure == .refused(port: port))
        }
    }

    @Test(arguments: [0, 2])
    func `a silent port times out after all attempts`(retries: Int) async throws {
        let silent = try SilentPort()
        try await withPinger { pinger in
            for method in [PingMethod.tcp(port: silent.port), .tcpClosed(port: silent.port)] {
                let request = PingRequest(
                    address: loopback, method: method, timeoutMilliseconds: 100, retries: retries)
                let (result, elapsed) = await timed { await pinger.ping(request) }
                let patience = request.patienceMilliseconds
                #expect(
                    result.failure == .noAnswer(attempts: retries + 1, milliseconds: patience))
                #expect(elapsed >= .milliseconds(patience))
            }
        }
    }

    @Test func `a port that takes connections in later is answered by a later attempt`()
        async throws
    {
        let silent = try SilentPort()
        try await withPinger { pinger in
            async let result = pinger.ping(
                PingRequest(
                    address: loopback, method: .tcp(port: silent.port), timeoutMilliseconds: 5_000,
                    retries: 10))
            try await waitUntil("the second attempt", seconds: 50) { pinger.counters.attempts >= 2 }
            silent.takeOne()
            let answer = try await result.get()
            #expect(answer.attempts >= 2)
        }
    }

    @Test func `connections over the limit wait until others have ended`() async throws {
        let silent = try SilentPort()
        try await withPinger { pinger in
            let count = ConnectPings.largestConnectionCount + 1
            let request = PingRequest(
                address: loopback, method: .tcp(port: silent.port), timeoutMilliseconds: 300,
                retries: 0)
            let (failures, elapsed) = await timed {
                await withTaskGroup(of: PingFailure?.self) { group in
                    for _ in 0..<count { group.addTask { await pinger.ping(request).failure } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(
                failures
                    == [PingFailure?](
                        repeating: .noAnswer(attempts: 1, milliseconds: 300), count: count))
            #expect(elapsed >= .milliseconds(600))
        }
    }

    @Test func `stopping ends what is under way and refuses what comes after`() async throws {
        let silent = try SilentPort()
        try await withPinger { pinger in
            let method = PingMethod.tcp(port: silent.port)
            async let connecting = pinger.ping(patient(loopback, method))
            async let echoing = pinger.ping(patient(anyAddress))
            // Without permission the echo has ended already.
            let expected = Permitted.icmp ? 2 : 1
            try await waitUntil("both attempts") { pinger.counters.attempts == expected }
            await pinger.stop()
            #expect(await connecting.failure == .stopped)
            let echo = await echoing.failure
            #expect(echo == .stopped || !Permitted.icmp)
            #expect(await pinger.ping(patient(loopback)).failure == .stopped)
            await pinger.stop()
        }
    }

    @Test func `the mailbox holds as many pings as its limit and refuses the next`() throws {
        let mailbox = try ReachMailbox()
        let failures = Mutex<[PingFailure]>([])
        let order = Order(request: PingRequest(address: loopback)) { result in
            failures.withLock { $0 += result.failure.map { [$0] } ?? [] }
        }
        let limit = ReachMailbox.largestWaitingCount
        for _ in 0..<limit { mailbox.post(order) }
        #expect(failures.withLock { $0 } == [])
        mailbox.post(order)
        #expect(failures.withLock { $0 } == [.overloaded(waiting: limit)])
        // What the thread has taken and not begun counts as well.
        #expect(mailbox.take(backlog: 0).orders.count == limit)
        mailbox.post(order)
        #expect(failures.withLock { $0.count } == 2)
        #expect(mailbox.take(backlog: 0).orders.isEmpty)
        mailbox.post(order)
        #expect(failures.withLock { $0.count } == 2)
    }
}

private func patient(_ address: IPAddress, _ method: PingMethod = .icmp) -> PingRequest {
    PingRequest(address: address, method: method, timeoutMilliseconds: 10_000, retries: 1)
}

private func timed<Value>(_ body: () async throws -> Value) async rethrows -> (Value, Duration) {
    let clock = ContinuousClock()
    let start = clock.now
    let value = try await body()
    return (value, start.duration(to: clock.now))
}
