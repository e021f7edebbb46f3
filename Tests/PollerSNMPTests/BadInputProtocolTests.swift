import Foundation
import PollerModel
import PollerSNMP
import TestSupport
import Testing

@testable import PollerSimulator

/// Walks, versions and ways to an agent that go wrong, beside a neighbour that loses nothing.
@Suite struct BadInputProtocolTests {
    /// The number of the row behind the one that a walk asks for.
    private static func next(_ request: SNMPMessage) -> UInt32 {
        (request.varbinds.first?.oid.suffix(after: deviceRoot)?.first ?? 0) + 1
    }

    /// The answer to a walk of a table whose numbers go up to `last`.
    private static func row(_ request: SNMPMessage, last: UInt32) -> SNMPMessage {
        let number = next(request)
        guard number > last else {
            return request.answer([VarBind(object(number), truth(object(number)))])
        }
        return request.version == .v1
            ? request.refusal(.noSuchName, at: 1) : request.answer { _ in .endOfMibView }
    }

    private static func rows(_ count: UInt32) -> [VarBind] {
        (1...count).map { VarBind(object($0), truth(object($0))) }
    }

    @Test(arguments: [SNMPVersion.v1, .v2c])
    func `a table that does not go on is left with its object named`(
        version: SNMPVersion
    ) async throws {
        try await withDevice { request, _ in
            [Datagram(request.answer([VarBind(object(1), lie)]))]
        } polled: { device in
            let walk = try await device.walk(version: version)
            #expect(walk.rows.count == 1)
            #expect(walk.cut == .failed(.notIncreasing(object: object(1))))
        }
    }

    @Test func `a table without an end is cut at its row limit`() async throws {
        try await withDevice { request, _ in
            [Datagram(Self.row(request, last: .max))]
        } polled: { device in
            let walk = try await device.walk(rowLimit: 40)
            #expect(walk.rows == Self.rows(40))
            #expect(walk.cut == .rows(40))
        }
    }

    @Test(
        arguments: [(.genErr, "error_status"), (nil, "malformed_answer")]
            as [(SNMPFailure.ErrorStatus?, String)])
    func `an agent that stumbles over everything gives no value and no row`(
        status: SNMPFailure.ErrorStatus?, code: String
    ) async throws {
        try await withDevice { request, _ in
            guard let status else { return [Datagram(request.answer([]))] }
            return [Datagram(request.refusal(status, at: 1))]
        } polled: { device in
            let response = await device.get([[object(1), object(2)], [object(3)]])
            for group in response.groups {
                let codes: [String?] =
                    switch group {
                    case .failure(let failure): [failure.code]
                    case .success(let answer): answer.values.map { $0.failure?.code }
                    }
                #expect(codes.allSatisfy { $0 == code }, "\(group)")
            }
            await #expect {
                try await device.walk()
            } throws: { error in
                (error as? SNMPFailure)?.code == code
            }
        }
    }

    @Test func `an agent that ignores GETBULK is walked with GETNEXT, and that is remembered`()
        async throws
    {
        try await withDevice { request, _ in
            guard request.pdu != .getBulk else { return [] }
            return [Datagram(Self.row(request, last: 5))]
        } polled: { device in
            let first = try await device.walk(timeout: 1_000)
            #expect(first.rows == Self.rows(5) && first.cut == nil)
            let count = device.agent.datagrams.count
            let second = try await device.walk(timeout: 1_000)
            #expect(second.rows == Self.rows(5))
            let later = try device.agent.messages().dropFirst(count)
            #expect(!later.isEmpty && later.allSatisfy { $0.pdu == .getNext })
        }
    }

    @Test func `an agent that ignores SNMPv2c is read with SNMPv1, and that is remembered`()
        async throws
    {
        try await withDevice { request, _ in
            request.version == .v1 ? [Datagram(request.answer(truth))] : []
        } polled: { device in
            let first = await device.get([[object(1)], [object(2)]], timeout: 1_000)
            #expect(try first.values() == truths([object(1), object(2)]))
            let count = device.agent.datagrams.count
            let second = await device.get([[object(1)]], timeout: 1_000)
            #expect(try second.values() == truths([object(1)]))
            let later = try device.agent.messages().dropFirst(count)
            #expect(!later.isEmpty && later.allSatisfy { $0.version == .v1 })
        }
    }

    @Test func `SNMPv1 is walked without GETBULK to its end`() async throws {
        try await withDevice { request, _ in
            [Datagram(Self.row(request, last: 3))]
        } polled: { device in
            let walk = try await device.walk(version: .v1)
            #expect(walk.rows == Self.rows(3) && walk.cut == nil)
            let asked = try device.agent.messages()
            #expect(asked.allSatisfy { $0.version == .v1 && $0.pdu == .getNext })
        }
    }

    @Test(arguments: [0, 1 << 32, 1 << 63, .max] as [UInt64])
    func `a Counter64 that an agent should not have sent over SNMPv1 is the number it is`(
        number: UInt64
    ) async throws {
        try await withDevice { request, _ in
            [Datagram(request.answer { _ in .counter64(number) })]
        } polled: { device in
            let response = await device.get([[object(1)]], version: .v1)
            let values = try response.values()
            #expect(values == [.success(.counter64(number))])
        }
    }

    @Test func `strings keep every byte of their length, zeros among them`() async throws {
        let texts: [[UInt8]] = [
            [], [0], [0x61, 0, 0x62, 0], [UInt8](repeating: 0xff, count: 300),
            (0..<40_000).map { UInt8(truncatingIfNeeded: $0) },
        ]
        let objects = (UInt32(1)...5).map { object($0) }
        try await withDevice { request, _ in
            [Datagram(request.answer { .octets(texts[Int(($0.arcs.last ?? 1) - 1)]) })]
        } polled: { device in
            let response = await device.get([objects])
            let expected: [Result<SNMPValue, SNMPFailure>] = texts.map { .success(.octets($0)) }
            let values = try response.values()
            #expect(values == expected)
        }
    }

    // MARK: SNMPv3

    private func get(
        _ device: ScriptedDevice, _ user: SNMPUser, timeout: Int64
    ) async -> SNMPGetResponse {
        var secure = target(device.agent.port, version: .v3, timeout: timeout)
        secure.credentials = .user(user)
        return await device.engine.get(SNMPGetRequest(target: secure, groups: [[object(1)]]))
    }

    @Test func `whoever asks for our engineID gets no answer, and costs the device no value`()
        async throws
    {
        let user = try SNMPUser(name: "u")
        try await withRawDevice(user: user) { datagram, _ in
            var probe = try PlainMessage(decoding: datagram)
            var answer = probe
            answer.inner = probe.inner.answer(truth)
            // RFC 5343 §3.2, and RFC 3414 §4.
            probe.contextEngineID = [0x80, 0, 0, 0, 6]
            probe.inner.varbinds = [VarBind(OID([1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0]), .null)]
            var discovery = probe
            (discovery.engineID, discovery.user) = ([], [])
            return [
                Datagram(try probe.encoded), Datagram(try discovery.encoded),
                Datagram(try answer.encoded),
            ]
        } polled: { device in
            for _ in 0..<3 {
                let response = await get(device, user, timeout: 10_000)
                let values = try response.values()
                #expect(values == truths([object(1)]))
            }
            // All that was ever sent to the device are questions of our own.
            for datagram in device.agent.datagrams {
                let message = try PlainMessage(decoding: datagram).inner
                #expect(message.pdu == .get && message.varbinds.map(\.oid) == [object(1)])
            }
        }
    }

    private static func mutated(
        _ bytes: [UInt8], _ random: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: bytes.indices, using: &random)
            bytes[place] = .random(in: 0...255, using: &random)
        }
        return bytes
    }

    @Test func `mutated messages of SNMPv3 end in a failure and in no value`() async throws {
        let seed = UInt64.random(in: .min ... .max)
        let user = try SNMPUser(name: "u", authentication: .init(.sha256, Secret("longenough")))
        try await withRawDevice(user: user) { datagram, before in
            var random = SeededGenerator(seed: seed &+ UInt64(before.count))
            return (0..<50).map { _ in Datagram(Self.mutated(datagram, &random)) }
        } polled: { device in
            let response = await get(device, user, timeout: 200)
            #expect(response.groups[0].failure != nil, "seed \(seed)")
        }
    }

    // MARK: Ways

    private static var hasIPv6: Bool {
        let descriptor = socket(AF_INET6, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        guard inet_pton(AF_INET6, "::1", &address.sin6_addr) == 1 else { return false }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
            }
        }
    }

    @Test(.enabled(if: hasIPv6, "this machine has no IPv6"))
    func `a device with an IPv6 address is read like any other`() async throws {
        let agent = Agent(
            community: "public", tree: InterfaceFormula.tree(device: 9, interfaces: 30))
        let server = try await SimulatorServer.start([
            SimulatorServer.Place(agent: agent, address: "::1")
        ])
        do {
            try await besideNeighbour { engine in
                var device = target(server.ports[0], timeout: 10_000)
                device.host = .address(IPAddress(bytes: [UInt8](repeating: 0, count: 15) + [1]))
                let response = await engine.get(
                    SNMPGetRequest(target: device, groups: [[sysName]]))
                let values = try response.values()
                #expect(values == [.success(.octets(Array("sim-9".utf8)))])
                let names = ifTable.appending([2])
                let walk = try await engine.walk(SNMPWalkRequest(target: device, root: names))
                #expect(walk.rows.map(\.oid) == (UInt32(1)...30).map { names.appending([$0]) })
            }
            try await server.stop()
        } catch {
            try await server.stop()
            throw error
        }
    }

    /// A port where somebody listens on TCP and nobody on UDP.
    private func listener() throws -> (socket: LoopbackSocket, port: UInt16) {
        for _ in 0..<20 {
            let port = try Ports.freeUDP()
            let socket = try LoopbackSocket(.tcp)
            // Somebody may have the port for TCP: then another is tried.
            guard (try? socket.bind(to: port)) != nil, listen(socket.descriptor, 1) == 0 else {
                continue
            }
            return (socket, port)
        }
        throw Unexpected("no port is free for both")
    }

    @Test func `an agent on TCP alone is a closed port, and nobody connects to it`() async throws {
        try await besideNeighbour { engine in
            let (socket, port) = try listener()
            let response = await engine.get(
                SNMPGetRequest(target: target(port, timeout: 10_000), groups: [[sysName]]))
            #expect(response.groups[0].failure == .portClosed(port: port))
            var caller = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
            let callers = poll(&caller, 1, 0)
            #expect(callers == 0)
            withExtendedLifetime(socket) {}
        }
    }
}
