import PollerModel
import PollerSNMP
import PollerSimulator
import Synchronization
import TestSupport
import Testing

@Suite struct TraceTests {
    private final class Recorder: Sendable {
        private let steps = Mutex<[SNMPTrace.Step]>([])
        var trace: SNMPTrace { SNMPTrace { step in self.steps.withLock { $0.append(step) } } }
        var taken: [SNMPTrace.Step] { steps.withLock { $0 } }
    }

    private func agent(_ change: (inout Faults) -> Void = { _ in }) -> Agent {
        var faults = Faults()
        change(&faults)
        return Agent(
            community: "c4nary-community",
            tree: InterfaceFormula.tree(device: 1, interfaces: 4), faults: faults)
    }

    private func traced(
        _ agent: Agent, version: SNMPVersion = .v2c, community: String = "c4nary-community",
        timeout: Int64 = 3_000, groups: [[OID]] = [[sysName]]
    ) async throws -> (steps: [SNMPTrace.Step], response: SNMPGetResponse) {
        let recorder = Recorder()
        let response = try await withEngine { engine in
            try await withAgents([agent]) { ports in
                let target = target(
                    ports[0], version: version, community: community, timeout: timeout)
                let request = SNMPGetRequest(
                    target: target, groups: groups, companion: WellKnownObject.sysUpTime)
                // Somebody else's exchange, at the same time.
                async let other = engine.get(request)
                let mine = await SNMPTrace.$current.withValue(recorder.trace) {
                    await engine.get(request)
                }
                _ = await other
                return mine
            }
        }
        return (recorder.taken, response)
    }

    @Test(arguments: [SNMPVersion.v1, .v2c])
    func `each message of an exchange is seen, and none of another`(
        version: SNMPVersion
    ) async throws {
        let (steps, _) = try await traced(agent(), version: version)
        // A busy machine may make the engine ask again.
        let (sent, received) = (
            steps.filter { $0.direction == .sent }, steps.filter { $0.direction == .received }
        )
        let first = try #require(sent.first)
        #expect(first.kind == .get && first.version == version && first.attempt == 1)
        // The name, and sysUpTime beside it.
        #expect(first.variables == 2 && (50...100).contains(first.bytes))
        #expect(sent.allSatisfy { $0.kind == .get })
        let answer = try #require(received.first)
        #expect(answer.kind == .response && answer.errorStatus == 0 && answer.variables == 2)
        #expect(answer.bytes > 50 && answer.at >= first.at)
        #expect(try #require(answer.roundTripMicroseconds) >= 0)
        #expect(!"\(steps)".contains("c4nary"))
    }

    @Test func `a message that is sent again says so, and so do time-outs and the end`()
        async throws
    {
        let (steps, response) = try await traced(agent { $0.isDead = true }, timeout: 300)
        #expect(response.groups[0].failure?.code == "no_answer")
        #expect(steps.filter { $0.kind == .get && $0.version == .v2c }.map(\.attempt) == [1, 2])
        #expect(steps.filter { $0.kind == .timeout }.count == 2)
        let end = try #require(steps.last)
        #expect(end.kind == .failure && end.failure == "no_answer" && end.direction == .none)
    }

    @Test func `an error status of the agent is seen`() async throws {
        let (steps, _) = try await traced(
            agent { $0.tooBigAbove = 2 },
            groups: (1...3).map { [ifTable.appending([10, $0])] })
        let statuses = steps.compactMap(\.errorStatus)
        #expect(statuses.contains(1) && statuses.contains(0))
    }

    @Test func `a walk is seen too`() async throws {
        let recorder = Recorder()
        try await withEngine { engine in
            try await withAgents([agent()]) { ports in
                let target = target(ports[0], community: "c4nary-community")
                _ = try await SNMPTrace.$current.withValue(recorder.trace) {
                    try await engine.walk(SNMPWalkRequest(target: target, root: ifTable))
                }
            }
        }
        #expect(recorder.taken.contains { $0.kind == .getBulk && $0.variables == 1 })
        let rows = recorder.taken.filter { $0.kind == .response }.reduce(0) { $0 + $1.variables }
        #expect(rows > 20)
    }

    @Test func `what the network refuses is the end`() async throws {
        let port = try Ports.freeUDP()
        let recorder = Recorder()
        try await withEngine { engine in
            _ = await SNMPTrace.$current.withValue(recorder.trace) {
                await engine.get(
                    SNMPGetRequest(target: target(port, timeout: 10_000), groups: [[sysName]]))
            }
        }
        #expect(recorder.taken.first?.kind == .get)
        #expect(recorder.taken.last?.failure == "port_closed")
    }

    @Test(.enabled(if: RealAgent.isInstalled, "snmpd is not installed"))
    func `with SNMPv3 the way to an engine is seen, and no passphrase`() async throws {
        let agent = try await RealAgent(
            configuration: """
                createUser traced SHA "c4nary-authentication" AES "c4nary-privacy"
                rouser traced priv

                """)
        let user = try SNMPUser(
            name: "traced", authentication: .init(.sha1, Secret("c4nary-authentication")),
            privacy: .init(.aes128, Secret("c4nary-privacy")))
        let recorder = Recorder()
        try await withEngine { engine in
            let target = SNMPTarget(
                host: .address(IPAddress(bytes: [127, 0, 0, 1])), port: agent.port, version: .v3,
                credentials: .user(user), timeoutMilliseconds: 1_500, retries: 2)
            let response = await SNMPTrace.$current.withValue(recorder.trace) {
                await engine.get(
                    SNMPGetRequest(target: target, groups: [[WellKnownObject.sysUpTime]]))
            }
            #expect(response.groups[0].failure == nil)
        }
        let steps = recorder.taken
        #expect(steps.first?.kind == .discovery && steps.first?.direction == .sent)
        #expect(steps.contains { $0.kind == .report && $0.direction == .received })
        #expect(steps.last?.kind == .response && steps.last?.variables == 1)
        #expect(steps.allSatisfy { $0.version == .v3 })
        #expect(!"\(steps)".contains("c4nary"))
    }

    @Test func `a trace shows as much as its limit, and counts the rest`() throws {
        let start = Moment(
            wall: Timestamp(seconds: 1_795_622_400), monotonic: MonotonicTime(milliseconds: 5))
        let step = SNMPTrace.Step(
            .response, .received, at: MonotonicTime(microseconds: 7_500), version: .v2c, bytes: 90,
            variables: 2, attempt: 1, roundTripMicroseconds: 1_200, errorStatus: 16)
        for (count, more) in [(PollTrace.mostMessages, 0), (PollTrace.mostMessages + 2, 2)] {
            let trace = PollTrace(
                of: DeviceID(1), from: start, to: MonotonicTime(milliseconds: 9),
                Array(repeating: step, count: count), more: 0, failure: .viewEmpty)
            #expect(trace.messages.count == PollTrace.mostMessages && trace.more == more)
            #expect(trace.milliseconds == 4 && trace.failure == SNMPFailure.viewEmpty.words)
            let message = try #require(trace.messages.first)
            #expect(message.microseconds == 2_500 && message.errorStatus == "authorizationError")
            #expect(TraceText.outcome(message) == "error authorizationError")
        }
    }
}
