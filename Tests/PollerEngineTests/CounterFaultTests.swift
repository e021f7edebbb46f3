import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// What happens to counters, over real UDP: no rate is formed of what was no traffic. Events happen
/// at 330 s, in the minute that ends with the sixth poll (number 5 from 0).
@Suite struct CounterFaultTests {
    /// The largest rate of octets in a file.
    private func largest(_ watch: Watch, _ source: DataSource) async throws -> Double {
        try await watch.rates(source).compactMap(\.self).max() ?? 0
    }

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
        let agent = try Truth.agent(is64Bit: false, "jump=0/4287000000")
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
}
