import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// What happens to counters, over real UDP: no rate is formed of what was no traffic. Events happen
/// at 330 s, in the minute that ends with the sixth poll (number 5 from 0).
@Suite struct CounterFaultTests {
    @Test func `an agent that restarts costs each port one interval`() async throws {
        try await withWatch(try Truth.agent("reboot=330")) { watch in
            try await watch.poll(6)
            #expect(watch.reason(try watch.port("eth1")) == .agentRestarted)
            try await watch.poll(4)
            for port in 1...4 {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port),
                    unknown: [0, 5])
            }
        }
    }

    @Test func `a 64-bit counter that is reset costs its own port one interval`() async throws {
        try await withWatch(try Truth.agent("reset=330@2")) { watch in
            try await watch.poll(6)
            guard case .counterReset? = watch.reason(try watch.port("eth2")) else {
                Issue.record("\(String(describing: watch.reason(try watch.port("eth2"))))")
                return
            }
            try await watch.poll(4)
            for port in 1...4 {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port),
                    unknown: port == 2 ? [0, 5] : [0])
            }
        }
    }

    @Test func `a 32-bit reset that only ifCounterDiscontinuityTime tells of is no wrap`()
        async throws
    {
        // In the upper half of its range, where a wrap would be believed.
        let agent = try Truth.agent(
            is64Bit: false, "discontinuity=0", "jump=0/4000000000", "reset=330@2",
            "discontinuity=330@2")
        try await withWatch(agent) { watch in
            try await watch.poll(6)
            #expect(watch.reason(try watch.port("eth2")) == .discontinuity)
            try await watch.poll(4)
            for port in 1...4 {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port),
                    unknown: port == 2 ? [0, 5] : [0])
            }
        }
    }

    @Test func `a 32-bit counter that wraps loses nothing`() async throws {
        let agent = try Truth.agent(is64Bit: false, "speed=0/100", "jump=0/4287000000")
        try await withWatch(agent) { watch in
            try await watch.poll(10)
            for port in 1...4 {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port), unknown: [0])
            }
        }
    }

    @Test(arguments: [true, false])
    func `a counter that jumps by more than the speed allows is refused once`(
        is64Bit: Bool
    ) async throws {
        // 1 Gbit/s are 7.5 GB a minute; of 32 bits a jump is seen within their range.
        let agent = try Truth.agent(
            is64Bit: is64Bit, "speed=0/\(is64Bit ? 1_000 : 100)",
            "jump=330/\(is64Bit ? 1_000_000_000_000 : 2_000_000_000)@2")
        try await withWatch(agent) { watch in
            try await watch.poll(6)
            guard case .rateAboveLimit? = watch.reason(try watch.port("eth2")) else {
                Issue.record("\(String(describing: watch.reason(try watch.port("eth2"))))")
                return
            }
            try await watch.poll(4)
            for port in 1...4 {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port),
                    unknown: port == 2 ? [0, 5] : [0])
            }
        }
    }

    @Test func `a 32-bit counter that may have wrapped twice gives no rate, and says so`()
        async throws
    {
        // At 1 Gbit/s a full turn takes 34 s.
        let agent = try Truth.agent(is64Bit: false, "jump=0/4287000000")
        try await withWatch(agent) { watch in
            try await watch.poll(10)
            for port in 1...4 {
                let rates = try await watch.rates(watch.port("eth\(port)"))
                #expect(
                    rates.allSatisfy { $0.map { abs($0 - Truth.rate(port)) < 100 } ?? true },
                    "\(rates)")
                #expect(rates.count { $0 == nil } <= 3)
            }
            #expect(watch.log.words("value.refused").contains { $0.contains("wrapped") })
        }
    }

    @Test func `after a change of speed the new one is the bound`() async throws {
        // 133 Mbit/s for a minute: right for the old speed, not for the new one.
        let agent = try Truth.agent(
            "speed=330/10@2", "table-change=330", "jump=450/1000000000@2")
        try await withWatch(agent) { watch in
            try await watch.poll(8)
            let source = try watch.port("eth2")
            guard case .rateAboveLimit(_, let limit)? = watch.reason(source) else {
                Issue.record("\(String(describing: watch.reason(source)))")
                return
            }
            #expect(limit == 1_250_000)
            try await watch.poll(2)
            expectRates(try await watch.rates(source), Truth.rate(2), unknown: [0, 7])
        }
    }

    @Test func `a link that became faster loses nothing, though nothing told of it`() async throws {
        let agent = try Truth.agent("speed=0/10", "speed=330/1000@2", "busy=330/2000@2")
        try await withWatch(agent) { watch in
            try await watch.poll(10)
            let rates = try await watch.rates(watch.port("eth2"))
            #expect(rates.dropFirst().allSatisfy { $0 != nil }, "\(rates)")
            expectRates(Array(rates.prefix(5)), Truth.rate(2), unknown: [0])
            expectRates(Array(rates.suffix(4)), Truth.rate(2) * 2_000, unknown: [])
            #expect(watch.log.words("value.refused").isEmpty)
        }
    }

    /// What an interface says of its speed is believed until it is exceeded twice in a row without
    /// any sign of a reset: then it is what it says that is wrong (`SampleDecoder`).
    @Test func `of 10 Mbit/s that carry gigabits two intervals are refused, and the rest is true`()
        async throws
    {
        let agent = try Truth.agent("speed=0/10", "busy=330/8000@2")
        try await withWatch(agent) { watch in
            try await watch.poll(7)
            let source = try watch.port("eth2")
            guard case .rateAboveLimit? = watch.reason(source) else {
                Issue.record("\(String(describing: watch.reason(source)))")
                return
            }
            try await watch.poll(3)
            let rates = try await watch.rates(source)
            expectRates(Array(rates.prefix(7)), Truth.rate(2), unknown: [0, 5, 6])
            expectRates(Array(rates.suffix(3)), Truth.rate(2) * 8_000, unknown: [])
            // The same reason twice is one line.
            let lines = watch.log.words("value.refused")
            #expect(lines.count { Self.names($0).contains("\(source.id)") } == 1, "\(lines)")
            for port in [1, 3, 4] {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port), unknown: [0])
            }
        }
    }

    /// The numbers of the data sources that a line names.
    private static func names(_ line: String) -> [Substring] {
        guard let list = line.firstMatch(of: /data sources? ([0-9, ]+)/) else { return [] }
        return list.output.1.split { !$0.isNumber }
    }

    @Test func `refused values are said with their reason, and not more of them than one can read`()
        async throws
    {
        let agent = try Truth.agent(interfaces: 12, "jump=330/1000000000000")
        try await withWatch(agent) { watch in
            try await watch.poll(6)
            let words = watch.log.words("value.refused")
            #expect(words.count == 1, "\(words)")
            #expect(words.first?.contains("more than the interface carries") == true)
            #expect(words.first?.contains(" and 2 more: ") == true, "\(words)")
            for port in 1...12 {
                guard case .rateAboveLimit? = watch.reason(try watch.port("eth\(port)")) else {
                    Issue.record("eth\(port)")
                    return
                }
            }
            try await watch.poll(4)
            #expect(watch.log.words("value.refused").count == 1)
        }
    }

    @Test func `a counter that is reset all the time does not have its table read all the time`()
        async throws
    {
        let agent = try Truth.agent()
        try await withWatch(agent) { watch in
            // Each time a little later, so that it is always smaller than it was.
            for minute in 1...9 { try agent.add("reset=\(minute * 64 - 50)@2") }
            try await watch.poll(9)
            #expect(watch.log.words("device.reindexed").count == 1)
            for port in [1, 3, 4] {
                expectRates(
                    try await watch.rates(watch.port("eth\(port)")), Truth.rate(port), unknown: [0])
            }
            #expect(try await watch.rates(watch.port("eth2")).allSatisfy { $0 == nil })
        }
    }
}
