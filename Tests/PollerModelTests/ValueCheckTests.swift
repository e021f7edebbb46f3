import Testing

@testable import PollerModel

@Suite struct ValueCheckTests {
    private static let now = Timestamp(seconds: 1_795_622_400)
    private static let octets = "octets_in"

    private struct Case {
        var width = CounterWidth.narrow
        var step: Int64 = 300
        var heartbeat: Int64 = 600
        var kind = DataSourceKind.counter
        /// Bytes a second.
        var limit: Double? = 1_250_000
        var rate: Double? = 1_000
        var maximum: Double?
        var operStatus: Int64? = 1
        var shown: [ValueCheck.Shown] = []

        func warnings() throws -> [ExplainLink] {
            let step = try #require(Step(seconds: step))
            let device = Device(
                id: DeviceID(3), name: "sw1",
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [192, 0, 2, 1])),
                    credentials: .community(Secret("c4nary"))),
                step: step, template: "generic_snmp", system: SystemDescription(),
                createdAt: Timestamp(seconds: 1_795_000_000))
            let row = QueryRow(
                id: QueryRowID(9), device: device.id, query: "interfaces", index: [3],
                fields: operStatus.map { ["ifOperStatus": .integer($0)] } ?? [:], isPresent: true)
            let source = DataSource(
                id: DataSourceID(7), device: device.id, template: "interface_traffic",
                row: row.id, profile: "five_minutes", width: width, createdAt: device.createdAt)
            let file = RoundRobinFile(
                path: "rrd/3/7.rrd", step: step, heartbeatSeconds: heartbeat,
                sources: [.init(name: octets, kind: kind)], archives: [])
            var gauge = GaugeRule()
            gauge.maximum = maximum
            let planned = PlannedSource(
                dataSource: source.id, file: file, table: "interfaces",
                createdAt: source.createdAt,
                items: [
                    PlannedItem(
                        name: octets, kind: kind, origin: .object(0), gauge: gauge,
                        limitPerSecond: limit)
                ], objects: [OID([1, 3, 6])])
            let status = rate.map {
                SourceStatus(
                    items: [.init(name: octets, raw: 4_294_000_000, shown: .success($0))],
                    sampledAt: now)
            }
            let facts = SourceFacts(
                device: device, deviceStatus: DeviceStatus(), source: source, row: row,
                file: file, status: status, findings: nil, startedAt: device.createdAt,
                silenceMilliseconds: nil, now: now)
            return ValueCheck(facts, planned, shown: shown).warnings
        }
    }

    private func reasons(_ change: (inout Case) -> Void) throws -> [String] {
        var one = Case()
        change(&one)
        let warnings = try one.warnings()
        for warning in warnings {
            #expect(warning.outcome == .warning && !(warning.fix ?? "").isEmpty)
            #expect(!warning.evidence.isEmpty && !"\(warning)".contains("c4nary"))
        }
        return warnings.compactMap(\.reason)
    }

    @Test func `values that can be are not doubted`() throws { #expect(try reasons { _ in } == []) }

    @Test func `a 32-bit counter that can turn within a step is a warning with speed and step`()
        throws
    {
        // 2³² octets at 14316557.65 octets a second are 300 s.
        let turn = ValueCheck.turn / 300
        #expect(try reasons { $0.limit = turn } == ["counter_wraps_fast"])
        #expect(try reasons { $0.limit = turn - 1 } == [])
        #expect(
            try reasons {
                $0.limit = turn; $0.width = .wide
            } == [])
        // Without a speed, half a turn of what was seen.
        #expect(
            try reasons {
                $0.limit = nil; $0.rate = turn / 2 + 1
            } == ["counter_wraps_fast"])
        #expect(
            try reasons {
                $0.limit = nil; $0.rate = turn / 2 - 1
            } == [])
        var one = Case()
        one.limit = 125_000_000
        let warning = try #require(try one.warnings().first)
        #expect(warning.evidence.contains(.init("raw value", "4294000000")))
        #expect(warning.evidence.contains(.init("step", "300 s")))
        #expect(warning.evidence.contains(.init("a turn takes", "34 s")))
        #expect(warning.fix?.contains("more often than every 34 s") == true)
    }

    @Test func `a rate above the speed is a warning once it is believed`() throws {
        #expect(try reasons { $0.rate = 1_250_000 * 1.06 } == ["speed_exceeded"])
        #expect(try reasons { $0.rate = 1_250_000 * 1.04 } == [])
        #expect(try reasons { $0.rate = nil } == [])
    }

    private func shown(
        _ minimum: Double, _ maximum: Double, unit: String, hours: Int64 = 6
    ) -> ValueCheck.Shown {
        .init(
            label: "Load", unit: unit, minimum: minimum, maximum: maximum,
            knownSeconds: hours * 3_600)
    }

    @Test func `percents above a hundred are a warning, and other units are not`() throws {
        for (maximum, unit, expected) in [
            (100.6, "percent", ["percent_above_bound"]), (100.4, "percent", []),
            (250, "bits per second", []),
        ] {
            #expect(
                try reasons { $0.shown = [shown(1, maximum, unit: unit)] } == expected,
                "\(maximum) \(unit)")
        }
    }

    @Test func `a value that rests at its bound for long is a warning`() throws {
        func rests(_ change: (inout Case) -> Void) throws -> [String] {
            try reasons {
                $0.kind = .gauge
                ($0.limit, $0.rate, $0.maximum) = (nil, 200, 200)
                $0.shown = [shown(200, 200, unit: "degrees")]
                change(&$0)
            }
        }
        #expect(try rests { _ in } == ["value_at_bound"])
        #expect(try rests { $0.shown = [shown(200, 200, unit: "degrees", hours: 5)] } == [])
        #expect(try rests { $0.shown = [shown(199, 200, unit: "degrees")] } == [])
        #expect(try rests { $0.maximum = 201 } == [])
        #expect(
            try rests {
                ($0.rate, $0.maximum) = (100, 100)
                $0.shown = [shown(100, 100, unit: "percent")]
            } == [])
    }

    @Test func `an interface that is up and carries nothing for long is a warning`() throws {
        func zero(_ change: (inout Case) -> Void) throws -> [String] {
            try reasons {
                $0.rate = 0
                $0.shown = [shown(0, 0, unit: "bits per second")]
                change(&$0)
            }
        }
        #expect(try zero { _ in } == ["always_zero"])
        #expect(try zero { $0.operStatus = 2 } == [])
        #expect(try zero { $0.operStatus = nil } == [])
        #expect(try zero { $0.shown = [shown(0, 0, unit: "bits per second", hours: 5)] } == [])
        #expect(try zero { $0.shown.append(shown(0, 1, unit: "bits per second")) } == [])
        // Errors and packets have no limit, and may well be 0.
        #expect(try zero { $0.limit = nil } == [])
        #expect(try zero { $0.shown = [] } == [])
    }
}
