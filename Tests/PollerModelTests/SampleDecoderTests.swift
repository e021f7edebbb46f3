import Testing

@testable import PollerModel

@Suite struct CounterDecodingTests {
    private let object = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1])
    private let start = Moment(
        wall: Timestamp(seconds: 1_700_000_000), monotonic: MonotonicTime(milliseconds: 5_000))

    private func item(limit: Double? = nil) -> PlannedItem {
        PlannedItem(name: "traffic_in", kind: .counter, origin: .object(0), limitPerSecond: limit)
    }

    private func memory(
        _ raw: UInt64, uptime: UInt32? = 100_000, isFromFile: Bool = false, aboveLimit: Int = 0
    ) -> CounterMemory {
        CounterMemory(
            raw: raw, receivedAt: start.wall, monotonic: isFromFile ? nil : start.monotonic,
            uptimeTicks: uptime, aboveLimit: aboveLimit)
    }

    /// A sample `seconds` after the one in memory.
    private func decode(
        _ value: SNMPValue, after seconds: Double = 60, uptime: UInt32? = 106_000,
        limit: Double? = nil, memory: CounterMemory?, wallStep: Int64 = 0
    ) -> DecodedSample {
        let milliseconds = Int64(seconds * 1_000)
        let moment = Moment(
            wall: start.wall.advanced(milliseconds: milliseconds + wallStep),
            monotonic: start.monotonic.advanced(milliseconds: milliseconds))
        return SampleDecoder.counter(
            .init(value: value, object: object, receivedAt: moment, uptimeTicks: uptime),
            item: item(limit: limit), memory: memory)
    }

    @Test func `what an agent did not count yet when it started makes no rate`() throws {
        let sample = decode(.counter64(48_979), uptime: 1_200, memory: memory(0, uptime: 200))
        #expect(sample.storage == .restart(.counter(48_979)))
        // Six seconds passed for the agent too.
        let later = decode(
            .counter64(48_979), after: 10, uptime: 1_200, memory: memory(0, uptime: 200))
        #expect(later.shown == .failure(.agentStarting))
        let idle = decode(.counter64(0), after: 10, uptime: 1_200, memory: memory(0, uptime: 200))
        #expect(try idle.shown.get() == 0)
        let old = decode(.counter64(600), uptime: 9_000, memory: memory(0, uptime: 3_000))
        #expect(try old.shown.get() == 10)
    }

    @Test func `a rate is the difference over the time between receipts`() throws {
        let sample = decode(.counter64(61_000), after: 60.5, memory: memory(500))
        #expect(try sample.shown.get() == 60_500 / 60.5)
        #expect(sample.storage == .value(.counter(61_000)))
        #expect(sample.memory?.raw == 61_000)
    }

    @Test
    func `a 64-bit counter that SNMPv1 cannot carry is told apart from one that is not there`() {
        let reading = SampleDecoder.Reading(
            value: .noSuchInstance, object: object, receivedAt: start, uptimeTicks: 100)
        for needs in [true, false] {
            let item = PlannedItem(
                name: "traffic_in", kind: .counter, origin: .object(0), needsVersion2: needs)
            let sample = SampleDecoder.counter(reading, item: item, memory: nil)
            let absent = UnknownReason.absent(object: object, exception: "noSuchInstance")
            #expect(
                sample.shown == .failure(needs ? .needsVersion2(object: object) : absent))
        }
    }

    @Test func `the first sample has no rate, but is stored`() {
        let sample = decode(.counter64(7), memory: nil)
        #expect(sample.shown == .failure(.firstSample))
        #expect(sample.storage == .value(.counter(7)))
    }

    @Test func `a 64-bit counter that runs backwards was reset`() {
        let sample = decode(.counter64(10), memory: memory(1_000_000))
        #expect(sample.shown == .failure(.counterReset(from: 1_000_000, to: 10)))
        #expect(sample.storage == .restart(.counter(10)))
    }

    @Test func `a 32-bit counter wraps`() throws {
        let sample = decode(.counter32(704), limit: 1_000_000, memory: memory(4_294_967_000))
        #expect(try sample.shown.get() == 1_000.0 / 60)
        #expect(sample.storage == .value(.counter(704)))
    }

    @Test func `a wrap that would be faster than the interface is a reset`() {
        let sample = decode(.counter32(5_000), limit: 1_250_000, memory: memory(2_000_000_000))
        #expect(sample.shown == .failure(.counterReset(from: 2_000_000_000, to: 5_000)))
    }

    @Test func `a wrap is refused where the counter may have turned more than once`() {
        // 1 Gbit/s turns 2³² octets in 34 s.
        let sample = decode(.counter32(5), limit: 125_000_000, memory: memory(4_294_967_000))
        #expect(sample.shown == .failure(.wrapAmbiguous(seconds: 60)))
        #expect(sample.storage == .restart(.counter(5)))
    }

    @Test func `without a speed a wrap is believed from the upper half only`() throws {
        #expect(try decode(.counter32(0), memory: memory(1 << 31)).shown.get() > 0)
        let low = decode(.counter32(0), memory: memory((1 << 31) - 1))
        #expect(low.shown == .failure(.counterReset(from: (1 << 31) - 1, to: 0)))
    }

    @Test func `a rate above the speed is refused, and after two in a row the speed is`() throws {
        let first = decode(.counter64(10_000_000), limit: 100, memory: memory(0))
        #expect(first.shown == .failure(.rateAboveLimit(rate: 10_000_000.0 / 60, limit: 100)))
        #expect(first.memory?.aboveLimit == 1)
        let second = decode(.counter64(10_000_000), limit: 100, memory: memory(0, aboveLimit: 1))
        #expect(second.memory?.aboveLimit == 2)
        let third = decode(.counter64(10_000_000), limit: 100, memory: memory(0, aboveLimit: 2))
        #expect(try third.shown.get() == 10_000_000.0 / 60)
        #expect(third.memory?.aboveLimit == 2)
        let calm = decode(.counter64(60), limit: 100, memory: memory(0, aboveLimit: 2))
        #expect(calm.memory?.aboveLimit == 0)
    }

    @Test(arguments: [(104.9, true), (105.1, false)])
    func `five percent above the speed are within the accuracy of clocks`(
        rate: Double, isKnown: Bool
    ) {
        let sample = decode(
            .counter64(UInt64(rate * 1_000)), after: 1_000, uptime: nil, limit: 100,
            memory: memory(0))
        #expect(((try? sample.shown.get()) != nil) == isKnown)
    }

    @Test func `an agent that restarted spoils the interval`() {
        let sample = decode(.counter64(2_000), uptime: 3_000, memory: memory(1_000))
        #expect(sample.shown == .failure(.agentRestarted))
        #expect(sample.storage == .restart(.counter(2_000)))
    }

    @Test func `a restart of the poller costs no interval, a reboot meanwhile does`() throws {
        let kept = decode(
            .counter64(2_000), uptime: 90_000, memory: memory(1_000, uptime: nil, isFromFile: true))
        #expect(try kept.shown.get() == 1_000.0 / 60)
        let rebooted = decode(
            .counter64(2_000), uptime: 5_000, memory: memory(1_000, uptime: nil, isFromFile: true))
        #expect(rebooted.shown == .failure(.agentRestarted))
    }

    @Test(
        arguments: [
            (106_000, 100_000, 60, false), (50, 100_000, 60, true), (5_000, 2_000, 60, true),
            (100, 4_294_966_000, 60, false), (nil, 100_000, 60, false), (106_000, nil, 60, false),
            (5_000, nil, 60, true), (5_900, nil, 60, false),
        ] as [(UInt32?, UInt32?, Double, Bool)])
    func `restarts are told from the wrap of sysUpTime`(
        now: UInt32?, before: UInt32?, elapsed: Double, hasRestarted: Bool
    ) {
        #expect(
            SampleDecoder.hasRestarted(now: now, before: before, elapsedSeconds: elapsed)
                == hasRestarted)
    }

    @Test(arguments: [3_600_000, -3_600_000, 2_000, -2_000] as [Int64])
    func `a clock that was set in between spoils the interval`(step: Int64) {
        let sample = decode(.counter64(2_000), memory: memory(1_000), wallStep: step)
        #expect(sample.shown == .failure(.clockSet(seconds: Double(step) / 1_000)))
    }

    @Test func `a clock that drifts does not`() throws {
        #expect(try decode(.counter64(2_000), memory: memory(1_000), wallStep: 900).shown.get() > 0)
    }

    @Test(arguments: [
        SNMPValue.octets([0x31]), .noSuchInstance, .integer(-1), .null, .endOfMibView,
    ])
    func `other types are no counters`(value: SNMPValue) {
        let sample = decode(value, memory: memory(0))
        #expect(sample.storage == .unknown)
        #expect(sample.memory == nil)
    }

    @Test(arguments: [SNMPValue.gauge32(2_000), .integer(2_000), .counter32(2_000)])
    func `agents that mistype a counter are understood`(value: SNMPValue) throws {
        #expect(try decode(value, memory: memory(1_000)).shown.get() == 1_000.0 / 60)
    }
}

@Suite struct GaugeDecodingTests {
    private func decode(
        _ value: SNMPValue, scale: Double? = 1, isUnsigned: Bool = false
    ) -> Result<Double, UnknownReason> {
        var gauge = GaugeRule()
        (gauge.scaleField, gauge.isUnsigned) = ("units", isUnsigned)
        let item = PlannedItem(
            name: "load", kind: .gauge, origin: .object(0), gauge: gauge, scale: scale)
        let moment = Moment(
            wall: Timestamp(seconds: 1), monotonic: MonotonicTime(milliseconds: 1))
        return SampleDecoder.gauge(
            .init(value: value, object: OID([1, 3]), receivedAt: moment, uptimeTicks: nil),
            item: item
        ).shown
    }

    @Test(
        arguments: [
            (.integer(-5), -5), (.gauge32(7), 7), (.counter64(9), 9), (.timeTicks(100), 100),
            (.float(0.25), 0.25), (.octets(Array(" 23.5 ".utf8)), 23.5),
            (.octets(Array("-1e2".utf8)), -100),
        ] as [(SNMPValue, Double)])
    func `numbers are numbers, whatever carries them`(value: SNMPValue, expected: Double) throws {
        #expect(try decode(value).get() == expected)
    }

    @Test func `scale and sign are applied`() throws {
        #expect(try decode(.integer(150), scale: 0.01).get() == 1.5)
        #expect(try decode(.integer(-1), isUnsigned: true).get() == 4_294_967_295)
        #expect(decode(.integer(1), scale: nil) == .failure(.scaleMissing(field: "units")))
    }

    @Test(arguments: [
        SNMPValue.octets(Array("23 C".utf8)), .octets([]), .float(.nan), .float(.infinity),
        .noSuchObject, .oid(OID([1, 3])), .octets(Array("nan".utf8)), .octets(Array("inf".utf8)),
    ])
    func `what is no finite number is unknown with a reason, never zero`(value: SNMPValue) {
        #expect((try? decode(value).get()) == nil)
    }
}

@Suite struct SampleRowTests {
    private let time = Timestamp(seconds: 1_700_000_060)
    private let good = DecodedSample(
        storage: .value(.counter(7)), shown: .success(1), raw: 7, memory: nil)
    private let restart = DecodedSample(
        storage: .restart(.counter(9)), shown: .failure(.agentRestarted), raw: 9, memory: nil)
    private let lost = SampleDecoder.lost(.firstSample)

    @Test func `known and unknown values make one row`() {
        let rows = SampleDecoder.rows([good, lost], at: time, after: nil)
        #expect(rows == [RoundRobinRow(time: time, values: [.counter(7), .unknown])])
    }

    @Test func `a restart of all counters puts an unknown one second before`() {
        let rows = SampleDecoder.rows([restart, restart], at: time, after: nil)
        #expect(rows.map(\.time.seconds) == [1_700_000_059, 1_700_000_060])
        #expect(rows.map(\.values) == [[.unknown, .unknown], [.counter(9), .counter(9)]])
    }

    @Test func `a restart of one counter does not cost the others their interval`() {
        let rows = SampleDecoder.rows([restart, good], at: time, after: nil)
        #expect(rows == [RoundRobinRow(time: time, values: [.unknown, .counter(7)])])
    }

    @Test func `after samples were left out, a counter starts anew in the file`() {
        let rows = SampleDecoder.rows([good], at: time, after: nil, isBroken: true)
        #expect(rows.map(\.values) == [[.unknown], [.counter(7)]])
    }

    @Test func `rows go behind the newest or nowhere`() {
        #expect(SampleDecoder.rows([good], at: time, after: time) == [])
        #expect(SampleDecoder.rows([good], at: time, after: time.advanced(seconds: 5)) == [])
        let close = time.advanced(milliseconds: -500)
        let rows = SampleDecoder.rows([restart], at: time, after: close)
        #expect(rows.map(\.time) == [close.advanced(milliseconds: 1), time])
        let touching = SampleDecoder.rows(
            [restart], at: time, after: time.advanced(milliseconds: -1))
        #expect(touching.map(\.time) == [time])
    }
}
