import PollerModel
import Testing

@testable import PollerSimulator

@Suite struct TableEventTests {
    private let name = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1])
    private let inOctets = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6])
    private let index = OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 1])
    private let rate = InterfaceFormula.inRate(device: 3, interface: 1)

    private func value(
        of object: OID, _ faults: [String], at seconds: Double
    ) throws -> SNMPValue {
        var all = Faults()
        for fault in faults { try all.set(fault) }
        let agent = Agent(
            community: "public", tree: InterfaceFormula.tree(device: 3, interfaces: 2), faults: all)
        let request = SNMPMessage(
            version: .v2c, community: Array("public".utf8), pdu: .get, requestID: 5,
            varbinds: [VarBind(object, .null)])
        let answer = try #require(agent.answer(request.encoded, at: seconds))
        return try #require(try SNMPMessage(decoding: answer.bytes).varbinds.first).value
    }

    @Test func `an event happens at its moment`() throws {
        for (seconds, text) in [(9.9, "eth1"), (10, "other-1")] {
            #expect(
                try value(of: name.appending([1]), ["rename=10"], at: seconds)
                    == .octets(Array(text.utf8)))
        }
    }

    @Test func `a renumbered interface takes its counters along, and the column follows`() throws {
        let faults = ["renumber=10"]
        #expect(try value(of: inOctets.appending([2]), faults, at: 20) == .counter64(rate * 20))
        #expect(try value(of: index.appending([2]), faults, at: 20) == .integer(2))
    }

    @Test(arguments: [
        ("reset=10", UInt64(10)), ("reset=10@1", 10), ("reset=10@2", 20), ("busy=10/3", 40),
        ("vanish=5", 0), ("swap-card=15", 5),
    ])
    func `counters follow what happens to them`(fault: String, seconds: UInt64) throws {
        let answer = try value(of: inOctets.appending([1]), [fault], at: 20)
        #expect(answer == (seconds == 0 ? .noSuchObject : .counter64(rate * seconds)))
    }

    @Test func `a restart forgets what counters did before, and no names`() throws {
        let faults = ["reset=10", "jump=12/1000", "rename=10", "reboot=30"]
        #expect(try value(of: inOctets.appending([1]), faults, at: 40) == .counter64(rate * 10))
        #expect(
            try value(of: name.appending([1]), faults, at: 40) == .octets(Array("other-1".utf8)))
    }

    @Test func `an interface that comes back counts from zero`() throws {
        let faults = ["vanish=5@1", "come-back=12@1"]
        #expect(try value(of: inOctets.appending([1]), faults, at: 10) == .noSuchInstance)
        #expect(try value(of: inOctets.appending([1]), faults, at: 20) == .counter64(rate * 8))
    }

    @Test(arguments: [
        "renumber", "renumber=x", "renumber=5/3", "jump=5", "jump=5/x", "rename=5@x",
        "rename=5@1@2",
        "busy=5/1000001", "renumber=-1", "renumber=1000000001",
    ])
    func `mistakes are said`(text: String) {
        var faults = Faults()
        #expect {
            try faults.set(text)
        } throws: { ($0 as? Faults.Mistake)?.words.contains("takes seconds") == true }
    }
}
