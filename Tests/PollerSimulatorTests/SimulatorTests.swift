import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerSimulator

@Suite struct AgentTests {
    private let tree = InterfaceFormula.tree(device: 3, interfaces: 2)
    private let inOctets = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1])

    private func ask(
        _ agent: Agent, _ objects: [OID], pdu: SNMPMessage.PDU = .get, version: SNMPVersion = .v2c,
        repetitions: Int = 0, at seconds: Double = 10
    ) throws -> SNMPMessage? {
        let request = SNMPMessage(
            version: version, community: Array("public".utf8), pdu: pdu, requestID: 5,
            errorIndex: repetitions, varbinds: objects.map { VarBind($0, .null) })
        return try agent.answer(request.encoded, at: seconds).map {
            try SNMPMessage(decoding: $0.bytes)
        }
    }

    private func agent(_ change: (inout Faults) -> Void = { _ in }) -> Agent {
        var faults = Faults()
        change(&faults)
        return Agent(community: "public", tree: tree, faults: faults)
    }

    @Test func `counters follow their formula`() throws {
        let answer = try #require(try ask(agent(), [inOctets, WellKnownObject.sysUpTime]))
        #expect(
            answer.varbinds.map(\.value) == [
                .counter64(InterfaceFormula.inRate(device: 3, interface: 1) * 10),
                .timeTicks(1_000),
            ])
    }

    @Test func `a reboot starts uptime and counters anew`() throws {
        let answer = try #require(
            try ask(agent { $0.rebootAfterSeconds = 8 }, [inOctets, WellKnownObject.sysUpTime]))
        #expect(answer.varbinds[1].value == .timeTicks(200))
        #expect(
            answer.varbinds[0].value
                == .counter64(InterfaceFormula.inRate(device: 3, interface: 1) * 2))
    }

    @Test func `absent instances and objects are told apart`() throws {
        let objects = [
            OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 77]), OID([1, 3, 6, 1, 9, 9]),
        ]
        let answer = try #require(try ask(agent(), objects))
        #expect(answer.varbinds.map(\.value) == [.noSuchInstance, .noSuchObject])
    }

    @Test func `version 1 knows neither exceptions nor 64 bits`() throws {
        let answer = try #require(
            try ask(agent(), [WellKnownObject.sysName, inOctets], version: .v1))
        #expect(answer.errorStatus == 2 && answer.errorIndex == 2)
        #expect(try ask(agent(), [inOctets], pdu: .getBulk, version: .v1, repetitions: 5) == nil)
    }

    @Test func `GETBULK ends with the message or the tree`() throws {
        let all = try #require(try ask(agent(), [OID([1, 3])], pdu: .getBulk, repetitions: 200))
        #expect(all.varbinds.count > 20)
        #expect(all.encoded.count < 1_500)
        let end = try #require(
            try ask(agent(), [OID([1, 3, 6, 1, 2, 1, 31, 1, 5, 0])], pdu: .getBulk, repetitions: 3))
        #expect(end.varbinds.map(\.value) == [.endOfMibView, .endOfMibView, .endOfMibView])
    }

    @Test func `faults do what they say`() throws {
        #expect(try ask(agent { $0.isDead = true }, [inOctets]) == nil)
        #expect(try ask(agent { $0.wrongIDEvery = 1 }, [inOctets])?.requestID == 6)
        #expect(try ask(agent { $0.tooBigAbove = 0 }, [inOctets])?.errorStatus == 1)
        #expect(
            try ask(agent { $0.hidden = [OID([1, 3, 6, 1, 2, 1, 31])] }, [inOctets])?.varbinds[0]
                .value == .noSuchObject)
        #expect(try ask(agent { $0.broken = [inOctets] }, [inOctets])?.errorStatus == 5)
        let lossy = agent { $0.lossEvery = 2 }
        #expect(try ask(lossy, [inOctets]) != nil)
        #expect(try ask(lossy, [inOctets]) == nil)
        #expect(lossy.requestCount == 2)
    }

    /// An OID whose arcs are these, however large.
    private func request(arcs: [UInt64]) -> [UInt8] {
        let content = arcs.flatMap { arc -> [UInt8] in
            let groups = stride(from: 35, through: 0, by: -7).map { UInt8(arc >> $0 & 0x7f) }
            let used = groups.drop { $0 == 0 }
            return (used.isEmpty ? [0] : used.dropLast().map { $0 | 0x80 })
                + [groups[5]].filter {
                    _ in !used.isEmpty
                }
        }
        let pair = BER.element(0x30, BER.element(0x06, content) + [0x05, 0])
        let body =
            BER.integer(5) + BER.integer(0) + BER.integer(0) + BER.element(0x30, pair)
        return BER.element(
            0x30, BER.integer(1) + BER.element(0x04, Array("public".utf8)) + BER.element(0xa0, body)
        )
    }

    @Test(
        arguments: [
            ([43, 6, 1], true), ([(1 << 32) - 1], true), ([(1 << 32) + 79], true),
            ([(1 << 32) + 80], false), ([43, (1 << 32) - 1], true), ([43, 1 << 32], false),
            ([43, (1 << 32) + 79], false),
        ] as [([UInt64], Bool)])
    func `an arc beyond 32 bits is malformed, and nothing worse`(arcs: [UInt64], isAnswered: Bool) {
        #expect((agent().answer(request(arcs: arcs), at: 0) != nil) == isAnswered)
    }

    @Test func `foreign communities and garbage get no answer`() throws {
        let request = SNMPMessage(
            version: .v2c, community: Array("other".utf8), pdu: .get, requestID: 1, varbinds: [])
        #expect(agent().answer(request.encoded, at: 0) == nil)
        #expect(agent().answer([0x30, 0x82, 0xff], at: 0) == nil)
        #expect(agent().answer([], at: 0) == nil)
    }
}

@Suite struct FaultSpellingTests {
    @Test func `all documented keys are read`() throws {
        var faults = Faults()
        for (key, _) in Faults.keys {
            let text = key.replacing("OID", with: "1.3.6.1").replacing("SECONDS", with: "3")
                .replacing("MS", with: "5").replacing("N", with: "2")
            try faults.set(text)
        }
        #expect(faults.isDead && faults.hasNoBulk && faults.delayMilliseconds == 5)
        #expect(faults.lossEvery == 2 && faults.loop == OID([1, 3, 6, 1]))
    }

    @Test(arguments: [
        ("delai=5", "did you mean “delay”"), ("delay", "whole number"), ("delay=x", "whole number"),
        ("hide=ifTable", "takes an OID"), ("loss=-1", "whole number"),
        ("delay=3600001", "at most 3600000"), ("delay=9223372036854775807", "at most 3600000"),
    ])
    func `mistakes are said`(text: String, words: String) {
        var faults = Faults()
        #expect {
            try faults.set(text)
        } throws: { ($0 as? Faults.Mistake)?.words.contains(words) == true }
    }
}

@Suite struct RecordingTests {
    @Test func `all tags are read, repeated objects once, modules not at all`() throws {
        let text = """
            1.3.6.1.2.1.1.1.0|4|Linux box
            1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072
            1.3.6.1.2.1.1.3.0|67|1234
            1.3.6.1.2.1.1.5.0|4x|00ff

            # a comment
            1.3.6.1.2.1.4.20.1.1|64|192.0.2.1
            1.3.6.1.2.1.2.2.1.10.1|65|4294967295
            1.3.6.1.2.1.2.2.1.5.1|66|100
            1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615
            1.3.6.1.2.1.2.2.1.8.1|2|1
            1.3.6.1.2.1.2.2.1.8.1|2|2
            1.3.6.1.9|2:numeric|min=1
            """
        let tree = try Recording.tree(text)
        #expect(tree.count == 9)
        #expect(tree.value(of: OID([1, 3, 6, 1, 2, 1, 1, 5, 0])) == .constant(.octets([0, 0xff])))
        #expect(tree.value(of: OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 1])) == .constant(.integer(1)))
        #expect(tree.value(of: WellKnownObject.sysUpTime) == .upTime)
    }

    @Test(arguments: [
        "1.3.6|4", "x|2|1", "1.3.6|2|one", "1.3.6|99|1", "1.3.6|4x|0", "1.3.6|4x|zz",
        "1.3.6|64|1.2.3",
    ])
    func `a line that is no record is named`(line: String) {
        #expect {
            try Recording.tree("1.3.6.1|2|1\n" + line)
        } throws: { ($0 as? Recording.Mistake)?.line == 2 }
    }
}

@Suite struct PollersimTests {
    @Test func `the program serves, and ends when it is told to`() async throws {
        let port = try Ports.freeUDP()
        let program = try Program(
            Places.product("pollersim"),
            ["--devices", "2", "--interfaces", "3", "--port", "\(port)"])
        try await waitUntil("pollersim serves") { program.outputSoFar.contains("2 agents") }
        if let snmpget = Program.find("snmpget") {
            let answer = try await Program.run(
                snmpget,
                ["-v2c", "-c", "public", "-Oqv", "127.0.0.2:\(port)", ".1.3.6.1.2.1.1.5.0"])
            #expect(answer.output.contains("sim-2"))
        }
        program.signal(SIGTERM)
        #expect(try await program.finish().status == 0)
    }

    @Test(arguments: [
        ["--devices", "0"], ["--address", "192.0.2.1"], ["--fault", "delai=5"], ["nowhere.snmprec"],
        ["--fault", "delay=9223372036854775807"], ["--rate", "1000000000001"],
    ])
    func `mistakes end it with a sentence`(arguments: [String]) async throws {
        let result = try await Program.run(Places.product("pollersim"), arguments)
        #expect(result.status != 0)
        #expect(result.errors.contains("Error: "))
    }
}
