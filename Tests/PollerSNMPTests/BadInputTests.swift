import PollerModel
import TestSupport
import Testing

@testable import PollerSNMP
@testable import PollerSimulator

/// What becomes of the values of a device that answers badly: none is ever wrong. Meanwhile a
/// neighbour is polled through the same engine, and loses none.
@Suite struct BadInputTests {
    /// A datagram that says something of every object asked for, and is not the answer.
    enum Stray: CaseIterable {
        case otherID, otherCommunity, otherVersion, question, otherPort, otherAddress, secure
        case garbage, half, halfRelabelled, tooLong, otherSecurityModel, empty

        func datagram(_ request: SNMPMessage) throws -> Datagram {
            var message = request.answer { _ in lie }
            var secure = PlainMessage(
                messageID: Int64(request.requestID), engineID: [0x80, 0, 0, 0, 1], user: [0x75],
                contextEngineID: [0x80, 0, 0, 0, 1], inner: message)
            let bytes = message.encoded
            switch self {
            case .otherID: message.requestID &+= 1
            case .otherCommunity: message.community = Array("publix".utf8)
            case .otherVersion: message.version = message.version == .v1 ? .v2c : .v1
            case .question: message.pdu = .get
            case .otherPort: return Datagram(bytes, from: .otherPort)
            case .otherAddress: return Datagram(bytes, from: .otherAddress)
            case .secure: return Datagram(try secure.encoded)
            case .garbage: return Datagram((UInt8(1)...40).map { $0 &* 73 })
            case .half: return Datagram(Array(bytes.prefix(bytes.count / 2)))
            case .halfRelabelled:
                let content = bytes.dropFirst(2)
                return Datagram(BER.element(0x30, Array(content.prefix(content.count / 2))))
            case .tooLong: return Datagram(bytes + [0])
            case .otherSecurityModel:
                secure.securityModel = 4
                return Datagram(try secure.encoded)
            case .empty: return Datagram([])
            }
            return Datagram(message)
        }

        var code: String {
            switch self {
            case .otherID: "answer_other_id"
            case .otherCommunity, .otherVersion, .question, .secure: "answer_unfitting"
            case .otherPort, .otherAddress: "answer_from_elsewhere"
            case .garbage, .half, .halfRelabelled, .tooLong, .otherSecurityModel, .empty:
                "answer_unreadable"
            }
        }

        func count(_ counters: SNMPCounters) -> Int {
            switch self {
            case .otherID, .otherCommunity, .otherVersion, .question, .otherPort, .otherAddress,
                .secure:
                counters.unmatched
            case .garbage, .half, .halfRelabelled, .tooLong, .otherSecurityModel, .empty:
                counters.malformed
            }
        }
    }

    @Test(arguments: Stray.allCases)
    func `what is not the answer is dropped and counted, and the answer is waited for`(
        stray: Stray
    ) async throws {
        let objects = [object(1), object(2)]
        try await withDevice { request, _ in
            [try stray.datagram(request), Datagram(request.answer(truth))]
        } polled: { device in
            let response = await device.get([objects])
            let values = try response.values()
            #expect(values == truths(objects))
            try await waitUntil("it is counted") { stray.count(device.engine.counters) > 0 }
        }
    }

    @Test(arguments: Stray.allCases)
    func `where nothing else comes, no value does, and what came is named`(stray: Stray)
        async throws
    {
        try await withDevice { request, _ in
            [try stray.datagram(request)]
        } polled: { device in
            let response = await device.get([[object(1), object(2)]], timeout: 300)
            let failure = try #require(response.groups[0].failure)
            #expect(failure.code == stray.code && failure.isTimeout, "\(failure)")
            #expect(failure.words.contains("2 requests within 600 ms"), "\(failure.words)")
        }
    }

    @Test func `an answer after the time-out is named in the next poll, with how long it took`()
        async throws
    {
        try await withDevice { request, before in
            guard request.version == .v2c, let first = before.first else { return [] }
            return before.count { $0.version == .v2c } == 1 ? [Datagram(first.answer(truth))] : []
        } polled: { device in
            let first = await device.get([[object(1)]], timeout: 100, retries: 0)
            #expect(first.groups[0].failure == .noAnswer(attempts: 1, milliseconds: 100))
            try await waitUntil("it was asked") { !device.agent.datagrams.isEmpty }
            for _ in 0..<PollerSNMP.Agent.mostTold {
                let next = await device.get([[object(1)]], timeout: 300, retries: 0)
                guard case .strayAnswer(.late(let took), 1, 300)? = next.groups[0].failure else {
                    throw Unexpected("\(next.groups)")
                }
                // Timers count whole milliseconds.
                #expect(took >= 99)
            }
            // Silence after that is silence.
            let last = await device.get([[object(1)]], timeout: 100, retries: 0)
            #expect(last.groups[0].failure == .noAnswer(attempts: 1, milliseconds: 100))
        }
    }

    @Test func `an answer that comes twice says nothing of the question after it`() async throws {
        try await withDevice { request, before in
            guard let first = before.first else { return [Datagram(request.answer(truth))] }
            return [Datagram(first.answer(truth))]
        } polled: { device in
            let values = try await device.get([[object(1)]]).values()
            #expect(values == truths([object(1)]))
            let second = await device.get([[object(1)]], timeout: 300, retries: 0)
            #expect(second.groups[0].failure == .noAnswer(attempts: 1, milliseconds: 300))
        }
    }

    @Test func `an agent with several addresses is heard where its source is not checked`()
        async throws
    {
        try await withDevice { request, _ in
            [Datagram(request.answer(truth), from: .otherAddress)]
        } polled: { device in
            var asked = target(device.agent.port, timeout: 10_000)
            asked.checksSource = false
            let response = await device.engine.get(
                SNMPGetRequest(target: asked, groups: [[object(1)]]))
            let values = try response.values()
            #expect(values == truths([object(1)]))
        }
    }

    @Test func `an answer that comes too late is not taken for the next question's`() async throws {
        try await withDevice { request, before in
            guard request.version == .v2c, let first = before.first else { return [] }
            return [Datagram(first.answer { _ in lie }), Datagram(request.answer(truth))]
        } polled: { device in
            let first = await device.get([[object(1)]], timeout: 100, retries: 0)
            #expect(first.groups[0].failure == .noAnswer(attempts: 1, milliseconds: 100))
            try await waitUntil("it was asked") { !device.agent.datagrams.isEmpty }
            let second = await device.get([[object(1)]])
            #expect(try second.values() == truths([object(1)]))
            try await waitUntil("it is counted") { device.engine.counters.unmatched > 0 }
        }
    }

    @Test func `of two answers to a question the first is taken, and the other counted`()
        async throws
    {
        let objects = (UInt32(1)...30).map { object($0) }
        try await withDevice { request, _ in
            [Datagram(request.answer(truth)), Datagram(request.answer { _ in lie })]
        } polled: { device in
            let response = await device.get(objects.map { [$0] })
            let values = try response.values()
            #expect(values == truths(objects))
            try await waitUntil("it is counted") { device.engine.counters.unmatched > 0 }
        }
    }

    /// What is wrong with the objects of an answer.
    enum Misfit: CaseIterable {
        case empty, shorter, longer, otherObjects, interchanged

        func varbinds(_ right: [VarBind]) -> [VarBind] {
            switch self {
            case .empty: []
            case .shorter: Array(right.dropLast())
            case .longer: right + [VarBind(object(99), lie)]
            case .otherObjects: right.map { VarBind($0.oid.appending([1]), lie) }
            case .interchanged: Array(right.reversed())
            }
        }
    }

    @Test(arguments: Misfit.allCases)
    func `an answer about other objects than those asked for gives no value`(
        misfit: Misfit
    ) async throws {
        try await withDevice { request, _ in
            [Datagram(request.answer(misfit.varbinds(request.answer(truth).varbinds)))]
        } polled: { device in
            let response = await device.get([[object(1), object(2)], [object(3)]])
            for group in response.groups { #expect(group.failure?.code == "malformed_answer") }
        }
    }

    @Test(arguments: [true, false])
    func `an agent that says tooBig is asked for less, and loses no value`(
        repeatsObjects: Bool
    ) async throws {
        let objects = (UInt32(1)...10).map { object($0) }
        try await withDevice { request, _ in
            [
                Datagram(
                    request.varbinds.count > 3
                        ? request.refusal(.tooBig, at: 0, repeatsObjects: repeatsObjects)
                        : request.answer(truth))
            ]
        } polled: { device in
            let first = await device.get(objects.map { [$0] })
            #expect(try first.values() == truths(objects))
            let count = device.agent.datagrams.count
            let second = await device.get(objects.map { [$0] })
            #expect(try second.values() == truths(objects))
            // It is remembered.
            let later = try device.agent.messages().dropFirst(count)
            #expect(!later.isEmpty && later.allSatisfy { $0.varbinds.count <= 3 })
        }
    }

    @Test func `the longest objects of a full message fit a datagram, and are read`() async throws {
        let arcs = [1, 3] + [UInt32](repeating: .max, count: OID.largestArcCount - 3)
        let objects = (UInt32(1)...70).map { OID(arcs).appending([$0]) }
        let habits = SNMPHabits(objectsPerMessage: 60, largestMessage: 60)
        try await withDevice(habits: habits) { request, _ in
            [Datagram(request.answer(truth))]
        } polled: { device in
            let response = await device.get([objects])
            let values = try response.values()
            #expect(values == truths(objects))
            let longest = device.agent.datagrams.map(\.count).max() ?? 0
            #expect((30_000...65_507).contains(longest))
        }
    }

    @Test func `what an agent does not have is missing in its place, and costs nothing else`()
        async throws
    {
        let absent: [OID: SNMPValue] = [
            object(2): .noSuchObject, object(4): .noSuchInstance, object(6): .endOfMibView,
        ]
        let objects = (UInt32(1)...7).map { object($0) }
        try await withDevice { request, _ in
            [
                Datagram(
                    request.answer {
                        request.pdu == .get ? absent[$0] ?? truth($0) : .endOfMibView
                    })
            ]
        } polled: { device in
            let response = await device.get([objects])
            let expected: [Result<SNMPValue, SNMPFailure>] = objects.map {
                .success(absent[$0] ?? truth($0))
            }
            let values = try response.values()
            #expect(values == expected)
            let walk = try await device.walk()
            #expect(walk.rows.isEmpty && walk.cut == nil)
        }
    }

    /// nil for an error-index that names the object.
    @Test(
        arguments: [
            (.v1, .noSuchName, nil), (.v1, .genErr, nil), (.v1, .genErr, 0), (.v2c, .genErr, nil),
            (.v2c, .genErr, 0), (.v2c, .genErr, 99), (.v2c, .genErr, -1),
            (.v2c, .resourceUnavailable, nil),
        ] as [(SNMPVersion, SNMPFailure.ErrorStatus, Int?)])
    func `an object that an agent stumbles over costs no other its value`(
        version: SNMPVersion, status: SNMPFailure.ErrorStatus, index: Int?
    ) async throws {
        let objects = (UInt32(1)...6).map { object($0) }
        try await withDevice { request, _ in
            guard let place = request.varbinds.firstIndex(where: { $0.oid == object(3) }) else {
                return [Datagram(request.answer(truth))]
            }
            return [Datagram(request.refusal(status, at: index ?? place + 1))]
        } polled: { device in
            var expected = truths(objects)
            expected[2] =
                status == .noSuchName
                ? .success(.noSuchInstance)
                : .failure(.errorStatus(status, object: index == nil ? object(3) : nil))
            let response = await device.get([objects], version: version)
            let values = try response.values()
            #expect(values == expected)
        }
    }
}
