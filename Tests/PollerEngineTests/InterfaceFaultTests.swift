import PollerEngine
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// What happens to interfaces, over real UDP: history follows the right port, or stops and says why.
/// Events happen at 330 s, in the minute that ends with the sixth poll (number 5 from 0).
@Suite struct InterfaceFaultTests {
    @Test(arguments: [true, false], [true, false])
    func `ports that have each other's index keep their own history`(
        isTold: Bool, is64Bit: Bool
    ) async throws {
        let agent = try Truth.agent(is64Bit: is64Bit, "renumber=330")
        if isTold { try agent.add("table-change=330") }
        try await withWatch(agent) { watch in
            try await watch.poll(10)
            for port in 1...4 {
                let source = try watch.port("eth\(port)")
                expectRates(
                    try await watch.rates(source), Truth.rate(port), unknown: [0, 5, 6],
                    "eth\(port)")
                #expect(watch.reason(source) == nil)
            }
            #expect(try watch.interfaces.map(\.index) == [[2], [3], [4], [1]])
        }
    }

    @Test func `a renumbering that moves back is followed both ways`() async throws {
        let agent = try Truth.agent(interfaces: 2, "renumber=330", "renumber=630")
        try await withWatch(agent) { watch in
            try await watch.poll(15)
            for port in 1...2 {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port),
                    unknown: [0, 5, 6, 10, 11])
            }
        }
    }

    @Test func `a large table that moved without a word is noticed in the same poll`() async throws
    {
        try await withWatch(try Truth.agent(interfaces: 40, "renumber=330")) { watch in
            try await watch.poll(8)
            for port in 1...40 {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port),
                    unknown: [0, 5, 6], "eth\(port)")
            }
        }
    }

    @Test func `two ports of many that changed places in a silence keep their own history`()
        async throws
    {
        let agent = try Truth.agent(interfaces: 40)
        try await withWatch(agent) { watch in
            try await watch.poll(5)
            try agent.add("dead")
            try await watch.poll(1)
            var faults = agent.faults
            faults.isDead = false
            agent.change(faults)
            agent.replace(InterfaceFormula.tree(device: 1, interfaces: 40, swapped: (20, 21)))
            try await watch.poll(4)
            for port in 1...40 {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port),
                    unknown: [20, 21].contains(port) ? [0, 5, 6, 7] : [0, 5, 6], "eth\(port)")
            }
        }
    }

    @Test func `an interface whose name alone changed keeps its history, and loses nothing`()
        async throws
    {
        let agent = try Truth.agent("rename=330@2", "table-change=330")
        try await withWatch(agent) { watch in
            let before = try watch.port("eth2").id
            try await watch.poll(10)
            let after = try watch.port("other-2")
            #expect(after.id == before)
            expectRates(try await watch.rates(after), Truth.rate(2), unknown: [0])
        }
    }

    @Test func `an interface of which too much changed ends, and a new one begins`() async throws {
        let agent = try Truth.agent("rename=330@2", "redescribe=330@2", "table-change=330")
        try await withWatch(agent) { watch in
            let before = try watch.port("eth2")
            try await watch.poll(10)
            let after = try watch.port("other-2")
            #expect(after.id != before.id)
            expectRates(
                try await watch.rates(before), Truth.rate(2), unknown: Set([0] + (5...9)), "before")
            #expect(watch.reason(before) == .rowGone(table: "interfaces"))
            expectRates(
                try await watch.rates(after), Truth.rate(2), unknown: Set(0...6), "after")
            expectRates(try await watch.rates(watch.port("eth1")), Truth.rate(1), unknown: [0])
            let remap = try #require(try await watch.office.desk.remaps(of: watch.device).first)
            #expect(remap.rows.contains { $0.reason?.contains("eth2") == true })
        }
    }

    @Test(arguments: [true, false])
    func `another card behind the same names costs one interval`(isTold: Bool) async throws {
        let agent = try Truth.agent("swap-card=330@2")
        if isTold { try agent.add("table-change=330") }
        try await withWatch(agent) { watch in
            let swapped = try watch.port("eth2")
            try await watch.poll(6)
            guard case .counterReset? = watch.reason(swapped) else {
                Issue.record("\(String(describing: watch.reason(swapped)))")
                return
            }
            try await watch.poll(4)
            expectRates(try await watch.rates(swapped), Truth.rate(2), unknown: [0, 5])
            for port in [1, 3, 4] {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port), unknown: [0])
            }
            // What is known of the port is what the new card says.
            let row = try #require(try watch.definition.row(of: watch.port("eth2")))
            #expect(row.fields["ifPhysAddress"]?.text == "02:ff:00:00:00:02")
        }
    }

    @Test func `interfaces that all call themselves the same are told apart by their hardware`()
        async throws
    {
        let agent = try Truth.agent("same-names=0", "renumber=330", "table-change=330")
        try await withWatch(agent) { watch in
            let sources = try (1...4).map {
                try watch.port("02:00:01:00:00:0\($0)", "ifPhysAddress")
            }
            try await watch.poll(10)
            for (port, source) in zip(1...4, sources) {
                expectRates(
                    try await watch.rates(source), Truth.rate(port), unknown: [0, 5, 6],
                    "port \(port)")
            }
        }
    }

    @Test func `interfaces that begin to call themselves the same keep their history`() async throws
    {
        let agent = try Truth.agent("same-names=330", "table-change=330")
        try await withWatch(agent) { watch in
            let sources = try (1...4).map { try watch.port("eth\($0)") }
            try await watch.poll(10)
            for (port, source) in zip(1...4, sources) {
                let rates = try await watch.rates(source)
                #expect(
                    rates.allSatisfy { $0 == nil || abs(($0 ?? 0) - Truth.rate(port)) < 100 },
                    "\(rates)")
                // Where nothing tells them apart any more, it stops and says why.
                if rates.last == .some(nil) { #expect(watch.reason(source) != nil) }
            }
        }
    }

    @Test func `a row that was hidden and comes back begins anew`() async throws {
        let agent = try Truth.agent("vanish=330@2", "come-back=510@2")
        try await withWatch(agent) { watch in
            let hidden = try watch.port("eth2")
            try await watch.poll(7)
            #expect(watch.reason(hidden) == .rowGone(table: "interfaces"))
            try await watch.poll(6)
            #expect(try watch.port("eth2").id == hidden.id)
            let rates = try await watch.rates(hidden)
            for (minute, rate) in rates.enumerated() {
                if let rate {
                    #expect(!(5...8).contains(minute))
                    #expect(abs(rate - Truth.rate(2)) < 100, "\(minute): \(rates)")
                }
            }
            for port in [1, 3, 4] {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port), unknown: [0])
            }
        }
    }
}

extension Watch {
    var interfaces: [QueryRow] {
        get throws { try definition.rows.filter { $0.query == "interfaces" } }
    }
}

extension Agent {
    /// One more fault from now on.
    func add(_ text: String) throws {
        var faults = self.faults
        try faults.set(text)
        change(faults)
    }
}
