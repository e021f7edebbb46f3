import TestSupport
import Testing

@testable import PollerModel

/// A data source that is well, until a test says otherwise.
private struct Fixture {
    static let now = Timestamp(seconds: 1_795_622_400)
    var isEnabled = true
    var hasFile = true
    var row: QueryRow?
    var failure: SNMPFailure?
    var outage: OutageReason?
    var polls = 10
    var missed = 0
    var items: [SourceStatus.Item]? = [
        .init(name: "in", raw: 1_000, shown: .success(12)),
        .init(name: "out", raw: 2_000, shown: .success(13)),
    ]
    var stored: Timestamp? = now
    var storeFailure: StoreFailure?
    var findings: [ArchiveFinding]? = []
    var silence: Int64? = 400

    func explanation() throws -> Explanation {
        let step = try #require(Step(seconds: 60))
        let device = Device(
            id: DeviceID(3), name: "sw1",
            target: SNMPTarget(
                host: .address(IPAddress(bytes: [192, 0, 2, 1])),
                credentials: .community(Secret("c4nary"))),
            step: step, template: "generic_snmp", isEnabled: isEnabled,
            system: SystemDescription(
                description: nil, objectID: nil, contact: nil, name: nil, location: nil),
            createdAt: Timestamp(seconds: 1_795_000_000))
        var deviceStatus = DeviceStatus()
        deviceStatus.failure = failure
        deviceStatus.outage = outage
        deviceStatus.polls = polls
        deviceStatus.missedSlots = missed
        deviceStatus.lastPoll = polls > 0 ? Self.now : nil
        deviceStatus.lastAnswer = polls > 0 && failure == nil ? Self.now : nil
        deviceStatus.failingSince = failure == nil ? nil : Self.now.advanced(seconds: -300)
        var status = items.map { SourceStatus(items: $0, sampledAt: Self.now) }
        status?.lastKnown = Self.now
        status?.lastStored = stored
        status?.storeFailure = storeFailure
        let source = DataSource(
            id: DataSourceID(7), device: device.id, template: "interface_traffic", row: row?.id,
            profile: "one_minute", width: .wide, createdAt: device.createdAt)
        let file =
            hasFile
            ? RoundRobinFile(
                path: "rrd/3/7.rrd", step: step, heartbeatSeconds: 120,
                sources: [.init(name: "in", kind: .counter)],
                archives: [.init(function: .average, stepsPerRow: 1, rows: 100)]) : nil
        let facts = SourceFacts(
            device: device, deviceStatus: deviceStatus, source: source, row: row, file: file,
            status: status, findings: findings, startedAt: Self.now.advanced(seconds: -9_000),
            silenceMilliseconds: silence, now: Self.now)
        return Explanation(
            kind: .dataSource, id: 7, title: "sw1",
            links: SourceExplanation(facts) { "at \($0.seconds)" }.links)
    }
}

@Suite struct ExplanationTests {
    @Test func `what keeps a device from counting as up is said beside its values`() throws {
        var fixture = Fixture()
        let ping = OutageReason(PingFailure.noAnswer(attempts: 2, milliseconds: 800))
        fixture.outage = ping
        let link = try #require(try fixture.explanation().broken)
        #expect(link.stage == .answered && link.outcome == .warning)
        #expect(link.reason == "ping_no_answer" && link.words.hasSuffix(ping.words))
        #expect(link.fix == ping.fix)
        // Of one that does not answer by SNMP, that is said.
        fixture.failure = .portClosed(port: 161)
        #expect(try fixture.explanation().broken?.reason == "port_closed")
    }

    @Test func `a data source that is well has no broken link`() throws {
        let explanation = try Fixture().explanation()
        #expect(explanation.broken == nil)
        #expect(explanation.links.allSatisfy { $0.outcome == .ok })
        let stages = ExplainStage.allCases.filter { ![.inRange, .drawn].contains($0) }
        #expect(explanation.links.map(\.stage) == stages)
        #expect(explanation.headline == "the file is sound and takes its rows")
    }

    /// What is wrong, where the chain breaks, and a part of what is to be done.
    private static let faults: [(String, ExplainStage, String, @Sendable (inout Fixture) -> Void)] =
        [
            ("definition_lost", .defined, "template check", { $0.hasFile = false }),
            ("device.disabled", .enabled, "device enable sw1", { $0.isEnabled = false }),
            ("poller_stalled", .scheduled, "restart pollerd", { $0.silence = 10_001 }),
            ("row_gone", .scheduled, "device reindex sw1", { $0.row = gone }),
            (
                "not_polled_yet", .scheduled, "device poll sw1",
                {
                    $0.polls = 0; $0.items = nil
                }
            ),
            (
                "name_not_resolved", .resolved, "spelling",
                { $0.failure = .nameNotResolved(name: "x", detail: "no such name") }
            ),
            ("no_route", .sent, "routes", { $0.failure = .noRoute(detail: "unreachable") }),
            (
                "local_fault", .sent, "addresses",
                { $0.failure = .localFault(detail: "no descriptor") }
            ),
            (
                "port_closed", .answered, "start the SNMP agent",
                { $0.failure = .portClosed(port: 161) }
            ),
            (
                "no_answer", .answered, "community is wrong",
                { $0.failure = .noAnswer(attempts: 3, milliseconds: 4_500) }
            ),
            (
                "unknown_user", .authenticated, "create the user",
                { $0.failure = .unknownUser(name: "ann") }
            ),
            (
                "access_refused", .authenticated, "allow the community",
                { $0.failure = .errorStatus(.authorizationError, object: nil) }
            ),
            ("view_empty", .present, "allow the community", { $0.failure = .viewEmpty }),
            (
                "no_answer", .present, "community is wrong",
                { $0.lose(.noAnswer(.noAnswer(attempts: 3, milliseconds: 4_500))) }
            ),
            (
                "object_absent", .present, "device offers sw1",
                { $0.lose(.absent(object: object, exception: "noSuchInstance")) }
            ),
            (
                "wrong_type", .identified, "template does not fit",
                { $0.lose(.wrongType(object: object, got: "text")) }
            ),
            (
                "table_unread", .identified, "device reindex sw1",
                { $0.lose(.tableUnread(table: "interfaces")) }
            ),
            ("first_sample", .converted, "device poll sw1", { $0.lose(.firstSample) }),
            ("wrap_ambiguous", .converted, "64 bits", { $0.lose(.wrapAmbiguous(seconds: 300)) }),
            (
                "out_of_bounds", .bounded, "template clone",
                { $0.lose(.outOfBounds(object: object, value: 200, bound: 100)) }
            ),
            (
                "rate_above_limit", .bounded, "ifSpeed",
                { $0.lose(.rateAboveLimit(rate: 2e9, limit: 1e9)) }
            ),
            (
                "file_failed", .journaled, "permissions",
                {
                    $0.storeFailure = .failed(
                        path: "rrd/3/7.rrd", operation: "written", detail: "EROFS")
                }
            ),
            ("not_after_last", .journaled, "clock", { $0.lose(.notAfterLast) }),
            ("file_missing", .written, "restore", { $0.findings = [.missing] }),
            (
                "file_damaged", .written, "quarantine",
                { $0.findings = [.damaged("has a damaged head")] }
            ),
        ]

    private static let object = OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 3])
    private static let gone = QueryRow(
        id: QueryRowID(9), device: DeviceID(3), query: "interfaces", index: [3], fields: [:],
        isPresent: false)

    @Test(arguments: faults.indices)
    func `each fault breaks the chain where it is, with a fix`(index: Int) throws {
        let (code, stage, fix, breakIt) = Self.faults[index]
        var fixture = Fixture()
        breakIt(&fixture)
        let explanation = try fixture.explanation()
        let broken = try #require(explanation.broken, "\(code)")
        #expect(broken.reason == code)
        #expect(broken.stage == stage)
        #expect(broken.fix?.contains(fix) == true, "\(broken.fix ?? "none")")
        #expect(explanation.headline == broken.words && !broken.words.isEmpty)
        let place = try #require(explanation.links.firstIndex { $0.stage == stage })
        #expect(explanation.links[..<place].allSatisfy { $0.outcome == .ok })
        #expect(explanation.links[(place + 1)...].allSatisfy { $0.outcome == .unreached })
        #expect(!"\(explanation)".contains("c4nary"))
    }

    @Test func `one value of several that is lost is a warning, and names it`() throws {
        var fixture = Fixture()
        fixture.items?[1] = .init(
            name: "out", raw: 5, shown: .failure(.counterReset(from: 9, to: 5)))
        let explanation = try fixture.explanation()
        let broken = try #require(explanation.broken)
        #expect(broken.outcome == .warning && broken.stage == .converted)
        #expect(broken.words.hasPrefix("out: the counter was reset"))
        #expect(explanation.links.last?.outcome == .ok)
    }

    @Test(arguments: [(1, false), (2, true)])
    func `slots that are missed are a warning when they are more than one in ten`(
        missed: Int, isWarned: Bool
    ) throws {
        var fixture = Fixture()
        fixture.polls = 10
        fixture.missed = missed
        #expect((try fixture.explanation().broken?.reason == "slots_missed") == isWarned)
    }

    @Test func `a file of an rrdcached is not looked at, and the chain goes on`() throws {
        var fixture = Fixture()
        fixture.findings = nil
        #expect(try fixture.explanation().broken == nil)
    }

    @Test func `odd values are the headline where nothing is broken`() throws {
        let odd = ExplainLink(.bounded, .warning, "it is odd", reason: "odd", fix: "look")
        var well = try Fixture().explanation()
        well.warnings = [odd]
        #expect(well.broken == odd && well.headline == "it is odd")
        var broken = Fixture()
        broken.failure = .viewEmpty
        var explanation = try broken.explanation()
        explanation.warnings = [odd]
        #expect(explanation.broken?.reason == "view_empty")
    }

    @Test func `a range that is over has a headline of its own`() throws {
        var fixture = Fixture()
        fixture.failure = .viewEmpty
        let now = try fixture.explanation()
        let range = ExplainLink(.written, .failed, "nothing was measured then")
        let explanation = now.leading(by: range)
        #expect(explanation.headline == "nothing was measured then")
        #expect(now.leading(by: nil) == now)
    }

    @Test func `a chain that waits is no failure`() throws {
        var fixture = Fixture()
        fixture.items = nil
        let explanation = try fixture.explanation()
        #expect(explanation.broken?.outcome == .waiting)
        #expect(!explanation.links.contains { $0.outcome == .failed })
    }
}

extension Fixture {
    /// Both values are lost for the same reason.
    fileprivate mutating func lose(_ reason: UnknownReason) {
        items = ["in", "out"].map { .init(name: $0, raw: 5, shown: .failure(reason)) }
    }
}
