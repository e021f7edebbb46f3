import Logging
import PollerDefinitions
import PollerModel
import PollerRRD
import Synchronization
import TestSupport
import Testing

@testable import PollerEngine

/// Numbers that a test sets.
private final class FixedMeter: DaemonMeter, Sendable {
    private let state: Mutex<DaemonNumbers>

    init(_ clock: ManualClock) {
        var numbers = DaemonNumbers(
            at: clock.now, summary: PollSummary(startedAt: clock.now.wall))
        (numbers.process.residentBytes, numbers.process.virtualBytes) = (0, 0)
        (numbers.process.openFiles, numbers.process.threads) = (0, 0)
        state = Mutex(numbers)
    }

    func set(_ change: (inout DaemonNumbers) -> Void) { state.withLock { change(&$0) } }
    func numbers() async -> DaemonNumbers { state.withLock { $0 } }
}

/// A real inventory and real files, with the daemon as the only agent.
private final class Home: Sendable {
    let folder: TemporaryFolder
    let clock = ManualClock(1_795_622_409)
    let meter: FixedMeter
    let inventory: Inventory
    let store: JournaledStore
    let board: StatusBoard
    let poller: Poller
    let desk: DeviceDesk
    let log = EventLog()

    init() throws {
        folder = try TemporaryFolder()
        meter = FixedMeter(clock)
        inventory = try Inventory(
            path: folder.path + "/pollerd.sqlite", catalogue: try Fixture.catalogue())
        store = try JournaledStore(
            storage: RoundRobinStorage(folder: folder.path), timekeeper: clock,
            logger: Fixture.logger)
        board = StatusBoard(startedAt: clock.now.wall)
        let transport = SelfTransport(NoAgents(), meter: meter, timekeeper: clock)
        let pings = ScriptedPings()
        poller = Poller(
            transport: transport, pings: pings, store: store, inventory: inventory,
            timekeeper: clock, board: board, logger: log.logger, greets: false)
        desk = DeviceDesk(
            transport: transport, pings: pings, store: store, inventory: inventory,
            timekeeper: clock, poller: poller, board: board,
            defaultStep: try #require(Step(seconds: 60)), logger: log.logger)
    }

    func device(isWanted: Bool = true) -> SelfDevice {
        SelfDevice(
            isWanted: isWanted, inventory: inventory, operations: desk, timekeeper: clock,
            logger: log.logger)
    }

    /// The daemon, added without anybody's device before it.
    func add() async throws -> DeviceDefinition {
        async let settled: Void = device().settle()
        // It gives up to wait for others, as its clock says.
        while inventory.definitions.daemon == nil {
            clock.advance(milliseconds: SelfDevice.lookMilliseconds)
            meter.set { $0.at = clock.now }
            await Task.yield()
        }
        await settled
        return try #require(inventory.definitions.daemon)
    }

    func pass(seconds: Int64) {
        clock.advance(milliseconds: seconds * 1_000)
        meter.set { $0.at = clock.now }
    }
}

/// A network on which nobody answers.
private struct NoAgents: SNMPTransport {
    var counters: SNMPCounters { SNMPCounters() }
    func takeKnowledge() -> SNMPKnowledge { SNMPKnowledge() }

    func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress {
        throw .nameNotResolved(name: host.description, detail: "nobody is there")
    }

    func get(_ request: SNMPGetRequest) async -> SNMPGetResponse {
        let failure = SNMPFailure.noAnswer(attempts: 1, milliseconds: 1)
        return SNMPGetResponse(
            groups: request.groups.map { _ in .failure(failure) }, effort: SNMPEffort())
    }

    func walk(_ request: SNMPWalkRequest) async throws(SNMPFailure) -> SNMPWalkResponse {
        throw .noAnswer(attempts: 1, milliseconds: 1)
    }
}

/// A log that says errors only; a value, as the daemon's is.
private struct QuietLog: LogHandler {
    let kept: EventLog
    var logLevel = Logger.Level.error
    var metadata: Logger.Metadata = [:]

    init(kept: EventLog) { self.kept = kept }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { kept.log(event: event) }
}

private func atHome(_ body: (Home) async throws -> Void) async throws {
    let home = try Home()
    var failure: (any Error)?
    do { try await body(home) } catch { failure = error }
    await home.store.stop()
    try home.inventory.close()
    if let failure { throw failure }
}

@Suite struct SelfMonitoringTests {
    @Test func `the daemon adds itself with all its graphs, and counts as no device`()
        async throws
    {
        try await atHome { home in
            let definition = try await home.add()
            #expect(definition.device.name == "pollerd")
            #expect(definition.device.template == "pollerd")
            #expect(definition.device.isDaemon)
            let templates = Set(definition.graphs.map(\.template))
            for template in try Fixture.catalogue().deviceTemplates["pollerd"]?.graphs ?? [] {
                #expect(templates.contains(template), "\(template)")
            }
            let definitions = home.inventory.definitions
            #expect(definitions.fleetCounts.devices == 0)
            #expect(definitions.fleetCounts.dataSources == 0)
            #expect(definitions.fleetCounts.graphs == 0)
            #expect(Array(definitions.fleet).isEmpty)
            #expect(home.board.tally(definitions).states.isEmpty)
        }
    }

    @Test func `its numbers take the way of all others into its files`() async throws {
        try await atHome { home in
            let definition = try await home.add()
            let id = definition.device.id
            home.meter.set { $0.summary.snmp.requests = 1_000 }
            _ = try await home.desk.poll(id)
            home.pass(seconds: 60)
            home.meter.set {
                $0.summary.snmp.requests = 1_600
                $0.process.residentBytes = 123_456
            }
            let status = try await home.desk.poll(id)
            #expect(status.failure == nil)
            let requests = try #require(
                definition.dataSources.first { $0.template == "pollerd_requests" })
            let items = try #require(home.board.source(requests.id)).items
            #expect(items.first { $0.name == "requests" }?.shown == .success(10))
            let memory = try #require(
                definition.dataSources.first { $0.template == "pollerd_memory" })
            #expect(
                try #require(home.board.source(memory.id)).items.map(\.shown)
                    == [.success(123_456)])
            #expect(home.board.source(memory.id)?.lastStored == home.clock.now.wall)
        }
    }

    @Test func `no number of a template is unknown to the daemon`() async throws {
        let templates = try Fixture.catalogue().dataTemplates.values.filter {
            $0.name.hasPrefix("pollerd_")
        }
        #expect(templates.count > 10)
        var named: Set<DaemonObject> = []
        for template in templates {
            for item in template.items {
                for oid in item.objects(.wide) {
                    let object = try #require(DaemonObject(oid), "\(template.name) \(item.name)")
                    named.insert(object)
                    var numbers = DaemonNumbers(
                        at: ManualClock().now,
                        summary: PollSummary(startedAt: Timestamp(seconds: 0)))
                    numbers.sessions = 0
                    let isCounter =
                        if case .counter64 = object.value(in: numbers) { true } else { false }
                    #expect(isCounter == (item.kind == .counter), "\(template.name) \(item.name)")
                }
            }
        }
        #expect(named == Set(DaemonObject.allCases))
    }

    @Test func `somebody's device comes first where it is added in time`() async throws {
        try await atHome { home in
            async let settled: Void = home.device().settle()
            var request = AddDeviceRequest(
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [192, 0, 2, 1])),
                    credentials: .community(Secret("public"))))
            request.isTested = false
            let first = try await home.desk.add(request) { _ in }
            home.clock.advance(milliseconds: SelfDevice.lookMilliseconds)
            await settled
            let own = try #require(home.inventory.definitions.daemon)
            #expect(try #require(first.definition).device.id < own.device.id)
            #expect(home.inventory.definitions.fleetCounts.devices == 1)
        }
    }

    @Test func `what was made once is left alone, and disabled where nobody wants it`()
        async throws
    {
        try await atHome { home in
            let id = try await home.add().device.id
            await home.device().settle()
            #expect(home.inventory.definitions.devices.count == 1)
            await home.device(isWanted: false).settle()
            #expect(home.inventory.definitions.devices[id]?.device.isEnabled == false)
            #expect(home.log.words("daemon.not_graphed").isEmpty)
            // Somebody who disabled it does not find it enabled, and is told what does that.
            await home.device().settle()
            #expect(home.inventory.definitions.devices[id]?.device.isEnabled == false)
            let told = home.log.words("daemon.not_graphed")
            #expect(told.count == 1)
            #expect(told.first?.hasSuffix("pollerctl device enable pollerd") == true, "\(told)")
        }
    }

    @Test func `a name that is taken is left to whoever has it`() async throws {
        try await atHome { home in
            var request = AddDeviceRequest(
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [192, 0, 2, 1])),
                    credentials: .community(Secret("public"))))
            request.isTested = false
            request.name = "pollerd"
            _ = try await home.desk.add(request) { _ in }
            await home.device().settle()
            #expect(home.inventory.definitions.daemon?.device.name == "pollerd (this daemon)")
        }
    }

    @Test func `who names the daemon is told none of its numbers, and its device is asked`()
        async throws
    {
        try await atHome { home in
            let own = try await home.add().device.target
            var named = own
            named.credentials = .community(Secret("x"))
            let refusal = OperationFailure.invalid(
                words: "pollerd.invalid is the daemon itself",
                fix: "it adds itself where self_monitoring.enabled is true")
            await #expect(throws: refusal) {
                try await home.desk.walk(SNMPWalkRequest(target: named, root: DaemonObject.root))
            }
            let refused = await home.desk.test(named, availability: AvailabilityPolicy()) { _ in }
            #expect(refused.map(\.step) == [.resolve])
            #expect(refused.first?.ok == false && refused.first?.reason == "invalid")
            #expect(refused.first?.detail == refusal.words && refused.first?.fix == refusal.fix)
            let walk = try await home.desk.walk(
                SNMPWalkRequest(target: own, root: DaemonObject.root))
            #expect(walk.rows.count == DaemonObject.allCases.count)
            let steps = await home.desk.test(own, availability: AvailabilityPolicy()) { _ in }
            #expect(steps.allSatisfy { $0.ok } && steps.count > 1, "\(steps)")
        }
    }

    @Test func `nobody else becomes the daemon, and the daemon nobody else`() async throws {
        try await atHome { home in
            let id = try await home.add().device.id
            var target = DeviceChange()
            target.target.host = DeviceHost("192.0.2.9")
            await #expect(throws: OperationFailure.self) {
                try await home.desk.change(id, to: target)
            }
            await #expect(throws: OperationFailure.self) {
                try await home.desk.delete(id, keepsData: true)
            }
            let request = AddDeviceRequest(
                target: SNMPTarget(host: .daemon, port: 1, credentials: .community(Secret("x"))))
            await #expect(throws: OperationFailure.self) {
                try await home.desk.add(request) { _ in }
            }
            await #expect {
                try await home.desk.delete(id, keepsData: true)
            } throws: { ($0 as? OperationFailure)?.code == "conflict" }
            var name = DeviceChange()
            name.name = "me"
            #expect(try await home.desk.change(id, to: name).device.name == "me")
        }
    }
}

@Suite struct DeviceDebugTests {
    @Test func `each poll of a device that is debugged is told, until the time is over`()
        async throws
    {
        try await atHome { home in
            let id = try await home.add().device.id
            _ = try await home.desk.poll(id)
            #expect(home.log.words("device.debug_poll").isEmpty)
            let until = try await home.desk.debug(id, seconds: 60)
            #expect(until == home.clock.now.wall.advanced(milliseconds: 60_000))
            #expect(home.board.device(id).debugUntil == until)
            home.pass(seconds: 30)
            _ = try await home.desk.poll(id)
            #expect(home.log.words("device.debug_poll").count == 1)
            #expect(home.log.words("device.debug_answer").count > 10)
            let values = home.log.words("device.debug_value")
            #expect(values.contains { $0.hasSuffix(": resident is 0") }, "\(values)")
            home.pass(seconds: 30)
            _ = try await home.desk.poll(id)
            #expect(home.log.words("device.debug_poll").count == 1)
        }
    }

    @Test func `it is ended by hand, and only within its limits begun`() async throws {
        try await atHome { home in
            let id = try await home.add().device.id
            let range = DeviceDebugging.secondsRange
            for seconds in [-1, 1, range.lowerBound - 1, range.upperBound + 1] {
                await #expect(throws: OperationFailure.self) {
                    try await home.desk.debug(id, seconds: seconds)
                }
            }
            for seconds in [range.lowerBound, range.upperBound] {
                #expect(try await home.desk.debug(id, seconds: seconds) != nil)
            }
            #expect(try await home.desk.debug(id, seconds: 0) == nil)
            #expect(home.board.device(id).debugUntil == nil)
            #expect(home.log.words("device.debug_ended").count == 1)
            await #expect(throws: OperationFailure.self) {
                try await home.desk.debug(DeviceID(99), seconds: 60)
            }
        }
    }

    @Test func `one more than may be debugged at a time is a conflict that says which are`()
        async throws
    {
        try await atHome { home in
            var ids: [DeviceID] = []
            for number in 0...DeviceDebugging.mostDevices {
                var request = AddDeviceRequest(
                    target: SNMPTarget(
                        host: .address(IPAddress(bytes: [192, 0, 2, UInt8(number)])),
                        credentials: .community(Secret("public"))))
                request.isTested = false
                let added = try await home.desk.add(request) { _ in }
                ids.append(try #require(added.definition).device.id)
            }
            for id in ids.dropLast() {
                #expect(try await home.desk.debug(id, seconds: 60) != nil)
            }
            let last = try #require(ids.last)
            let names = ids.dropLast().map(\.description).joined(separator: ", ")
            await #expect(
                throws: OperationFailure.conflict(
                    words: "10 devices are debugged already: \(names)",
                    fix: "end one of them: pollerctl device debug ID --off")
            ) {
                try await home.desk.debug(last, seconds: 60)
            }
            #expect(try await home.desk.debug(ids[0], seconds: 0) == nil)
            #expect(try await home.desk.debug(last, seconds: 60) != nil)
        }
    }

    @Test func `a device that is gone is debugged no more`() throws {
        let scene = try Scene()
        scene.run(
            minutes: 5,
            [
                (
                    1,
                    { scene in
                        do {
                            _ = try await scene.desk.debug(DeviceID(1), seconds: 3_600)
                            #expect(scene.poller.debugged == [DeviceID(1)])
                        } catch { Issue.record(error) }
                    }
                ),
                (
                    2,
                    { scene in
                        do {
                            try await scene.desk.delete(DeviceID(1), keepsData: true)
                        } catch { Issue.record(error) }
                    }
                ),
            ])
        #expect(scene.poller.debugged.isEmpty)
        #expect(scene.board.device(DeviceID(1)).debugUntil == nil)
    }

    @Test func `what somebody asked for is told however little the log is to say`() {
        let log = EventLog()
        let logger = Logger(label: "test") { _ in QuietLog(kept: log) }
        let now = ManualClock().now
        let book = DebugBook(board: StatusBoard(startedAt: now.wall), logger: logger)
        #expect(book.begin(DeviceID(1), seconds: 60, at: now) != nil)
        let item = SourceStatus.Item(name: "in", raw: nil, shown: .success(1))
        let status = SourceStatus(items: [item], sampledAt: now.wall)
        book.write([(DataSourceID(1), status)], of: DeviceID(1))
        #expect(log.words("device.debug_began").count == 1)
        #expect(log.words("device.debug_value").count == 1)
        // The others' logger is as it was.
        #expect(logger.logLevel == .error)
    }

    @Test func `a device says where the time of its poll went`() async throws {
        try await atHome { home in
            let id = try await home.add().device.id
            let status = try await home.desk.poll(id)
            let budget = try #require(status.budget)
            #expect(budget.microseconds == 0)
            #expect(home.board.summary().timing.polls.count >= 1)
        }
    }
}
