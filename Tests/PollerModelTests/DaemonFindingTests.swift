import PollerModel
import TestSupport
import Testing

@Suite struct DaemonFindingTests {
    private func codes(_ change: (inout DaemonFacts) -> Void) -> [FindingCode] {
        var facts = DaemonFacts()
        facts.isSealed = true
        facts.silenceMilliseconds = 900
        facts.polls = 10_000
        facts.rowsWritten = 100_000
        facts.answers = 10_000
        change(&facts)
        return facts.findings.map(\.code)
    }

    @Test func `a daemon that does its work has no findings`() {
        #expect(codes { _ in }.isEmpty)
    }

    @Test func `each threshold has two sides`() {
        #expect(codes { $0.silenceMilliseconds = 10_000 }.isEmpty)
        #expect(codes { $0.silenceMilliseconds = 10_001 } == [.pollerStalled])
        #expect(codes { $0.silenceMilliseconds = nil }.isEmpty)
        // 1 % of 10,000 slots.
        #expect(
            codes {
                $0.polls = 9_900
                $0.missedSlots = 100
            }.isEmpty)
        #expect(
            codes {
                $0.polls = 9_899
                $0.missedSlots = 101
            } == [.pollerBehind])
        // Before there are a hundred, a share says nothing.
        #expect(
            codes {
                $0.polls = 98
                $0.missedSlots = 1
            }.isEmpty)
        #expect(
            codes {
                $0.rowsWritten = 99_900
                $0.rowsRefused = 100
            }.isEmpty)
        #expect(
            codes {
                $0.rowsWritten = 99_899
                $0.rowsRefused = 101
            } == [.samplesRefused])
        #expect(codes { $0.kernelDrops = 10 }.isEmpty)
        #expect(codes { $0.kernelDrops = 11 } == [.kernelDrops])
        #expect(codes { $0.lostEvents = 1 } == [.eventsLost])
        #expect(codes { $0.isSealed = false } == [.sealMissing])
        #expect(codes { $0.isSealed = nil }.isEmpty)
    }

    @Test func `a buffer that is too small matters to fleets only`() {
        let change = { (devices: Int) in
            self.codes {
                $0.devices = devices
                ($0.receiveBuffer, $0.wantedReceiveBuffer) = (200_000, 4 << 20)
            }
        }
        #expect(change(HostFacts.fleetForUsualBuffer).isEmpty)
        #expect(change(HostFacts.fleetForUsualBuffer + 1) == [.receiveBuffer])
    }

    @Test func `files that will not fit are said before the disk is full`() {
        let fits = { (free: Int64, present: Int64?) in
            self.codes {
                $0.plannedBytes = 10 << 30
                $0.fileBytes = present
                $0.freeBytes = free
            }
        }
        #expect(fits(4 << 30, 6 << 30).isEmpty)
        #expect(fits((4 << 30) - 1, 6 << 30) == [.filesUnfitting])
        // Where nobody added files up, nothing is said.
        #expect(fits(0, nil).isEmpty)
    }

    @Test func `trouble with files and journal is said`() {
        let found = codes {
            $0.store.filesInTrouble = 2
            $0.store.journalTrouble = "the journal could not be written: No space left on device"
        }
        #expect(found == [.filesFailing, .journalFailing])
    }

    private final class Board: PollStatus, Sendable {
        let devices: [DeviceID: DeviceStatus]
        let sources: [DataSourceID: SourceStatus]

        init(_ devices: [DeviceID: DeviceStatus], _ sources: [DataSourceID: SourceStatus]) {
            (self.devices, self.sources) = (devices, sources)
        }

        func device(_ id: DeviceID) -> DeviceStatus { devices[id] ?? DeviceStatus() }
        func source(_ id: DataSourceID) -> SourceStatus? { sources[id] }
        func summary() -> PollSummary {
            var summary = PollSummary(startedAt: Timestamp(seconds: 0))
            summary.lastTick = MonotonicTime(milliseconds: 1_000)
            return summary
        }
    }

    private func definition(_ id: Int64, isEnabled: Bool = true) throws -> DeviceDefinition {
        let device = DeviceID(id)
        let step = try #require(Step(seconds: 60))
        return DeviceDefinition(
            device: Device(
                id: device, name: "sw\(id)",
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [192, 0, 2, UInt8(id)])),
                    credentials: .community(Secret("c"))),
                step: step, template: "t", isEnabled: isEnabled,
                system: SystemDescription(), createdAt: Timestamp(seconds: 0)),
            rows: [],
            dataSources: [
                DataSource(
                    id: DataSourceID(id), device: device, template: "t", row: nil, profile: "p",
                    width: .wide, createdAt: Timestamp(seconds: 0))
            ], graphs: [])
    }

    @Test func `devices that fail are grouped by reason, slow ones and refused values named`()
        throws
    {
        var silent = DeviceStatus()
        silent.failure = .noAnswer(attempts: 3, milliseconds: 4_500)
        var wrong = DeviceStatus()
        wrong.failure = .noRoute(detail: "No route to host")
        var slow = DeviceStatus()
        slow.pollMilliseconds = 30_000
        var quick = DeviceStatus()
        quick.pollMilliseconds = 29_999
        var statuses: [DeviceID: DeviceStatus] = [:]
        for id in Int64(1)...7 { statuses[DeviceID(id)] = silent }
        (statuses[DeviceID(8)], statuses[DeviceID(9)]) = (wrong, slow)
        (statuses[DeviceID(10)], statuses[DeviceID(11)]) = (quick, silent)
        let refusal = UnknownReason.rateAboveLimit(rate: 2e9, limit: 1e9)
        let refused = SourceStatus(
            items: [.init(name: "in", raw: 1, shown: .failure(refusal))],
            sampledAt: Timestamp(seconds: 5))
        let board = Board(
            statuses, [DataSourceID(9): refused, DataSourceID(11): refused])
        var devices = try (Int64(1)...10).map { try definition($0) }
        // Of what is switched off nothing is said.
        devices.append(try definition(11, isEnabled: false))
        let facts = DaemonFacts(
            Definitions(version: 1, catalogue: ShippedCatalogue.catalogue, devices: devices),
            board,
            now: Moment(
                wall: Timestamp(seconds: 10), monotonic: MonotonicTime(milliseconds: 1_500)))
        #expect(facts.silenceMilliseconds == 500 && facts.devices == 10)
        let found = facts.findings
        #expect(
            found.map(\.code) == [.devicesFailing, .devicesFailing, .devicesSlow, .valuesRefused])
        #expect(found[0].place == "sw1, sw2, sw3, sw4, sw5 and 2 more")
        #expect(found[0].what == "fail: nothing answered 3 requests within 4500 ms")
        #expect(found[1].place == "sw8" && found[1].what.hasPrefix("fails: "))
        #expect(found[2].place == "sw9 (30 s of 60 s)")
        #expect(found[3].place == "1 of 11 data sources", "\(found[3])")
    }

    private func facts(
        _ board: Board, _ devices: [DeviceDefinition], at seconds: Int64
    ) -> DaemonFacts {
        DaemonFacts(
            Definitions(version: 1, catalogue: ShippedCatalogue.catalogue, devices: devices),
            board,
            now: Moment(
                wall: Timestamp(seconds: seconds), monotonic: MonotonicTime(milliseconds: 1_500)))
    }

    @Test func `a data source without values for an hour is stale, while its device answers`()
        throws
    {
        // The board began at second 0, and the data source was made then.
        var well = DeviceStatus()
        well.lastAnswer = Timestamp(seconds: 5)
        var silent = well
        silent.failure = .noAnswer(attempts: 3, milliseconds: 4_500)
        let devices = [try shipped(1), try shipped(2)]
        let board = Board([DeviceID(1): well, DeviceID(2): silent], [:])
        let longest = DaemonFacts.longestWithoutValueSeconds
        #expect(facts(board, devices, at: longest).stale.isEmpty)
        let late = facts(board, devices, at: longest + 1)
        #expect(late.stale.map(\.count) == [1] && late.stale.map(\.code) == ["no_sample"])
        #expect(late.findings.map(\.code) == [.devicesFailing, .filesStale])
        var known = SourceStatus(
            items: [.init(name: "in", raw: 1, shown: .success(3))],
            sampledAt: Timestamp(seconds: 10))
        known.lastKnown = Timestamp(seconds: 10)
        let fresh = Board([DeviceID(1): well], [DataSourceID(1): known])
        #expect(facts(fresh, [devices[0]], at: longest + 10).stale.isEmpty)
        #expect(facts(fresh, [devices[0]], at: longest + 11).stale.count == 1)
    }

    /// With a profile that there is.
    private func shipped(
        _ id: Int64, _ change: (inout Device) -> Void = { _ in }
    ) throws -> DeviceDefinition {
        let definition = try definition(id)
        var device = definition.device
        change(&device)
        let source = DataSource(
            id: DataSourceID(id), device: device.id, template: "interface_traffic", row: nil,
            profile: "one_minute", width: .wide, createdAt: Timestamp(seconds: 0))
        return DeviceDefinition(device: device, rows: [], dataSources: [source], graphs: [])
    }

    @Test func `a device that may be asked for longer than its interval is named`() throws {
        let asked = { (timeout: Int64, retries: Int) in
            try self.shipped(1) {
                $0.target.timeoutMilliseconds = timeout
                $0.target.retries = retries
            }
        }
        let board = Board([:], [:])
        #expect(facts(board, [try asked(19_999, 2)], at: 5).impatient.isEmpty)
        let found = facts(board, [try asked(20_000, 2)], at: 5).findings
        #expect(found.map(\.code) == [.devicesImpatient])
        #expect(found[0].place == "sw1 (60 s of 60 s)")
        #expect(found[0].fix?.contains("edit sw1 --timeout 1500 --retries 2") == true)
        // The files of it are planned in their whole size.
        #expect(facts(board, [try asked(1_500, 2)], at: 5).plannedBytes > 100_000)
    }
}
