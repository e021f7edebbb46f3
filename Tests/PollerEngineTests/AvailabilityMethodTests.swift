import Logging
import PollerEngine
import PollerModel
import Synchronization
import TestSupport
import Testing

/// An agent that answers as a test says.
private final class ScriptedAgent: SNMPTransport, Sendable {
    enum Mood { case silent, healthy, failing, bare, crowded, mistyped }

    private let simulation: Simulation
    private let mood = Mutex(Mood.healthy)
    private let requests = Mutex<[SNMPGetRequest]>([])

    init(_ simulation: Simulation) { self.simulation = simulation }

    func become(_ mood: Mood) { self.mood.withLock { $0 = mood } }
    var asked: [SNMPGetRequest] { requests.withLock { $0 } }

    var counters: SNMPCounters { SNMPCounters() }
    func takeKnowledge() -> SNMPKnowledge { SNMPKnowledge() }

    func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress {
        guard case .address(let address) = host else {
            throw .nameNotResolved(name: host.description, detail: "as the test wants")
        }
        return address
    }

    func walk(_ request: SNMPWalkRequest) async throws(SNMPFailure) -> SNMPWalkResponse {
        SNMPWalkResponse(rows: [], cut: nil, effort: SNMPEffort())
    }

    func get(_ request: SNMPGetRequest) async -> SNMPGetResponse {
        requests.withLock { $0.append(request) }
        let mood = mood.withLock { $0 }
        if mood == .silent { await simulation.sleep(milliseconds: 1_000) }
        let failure: SNMPFailure? =
            switch mood {
            case .healthy, .bare, .mistyped: nil
            case .silent: .noAnswer(attempts: 3, milliseconds: 1_000)
            case .failing: .errorStatus(.genErr, object: nil)
            case .crowded: .overloaded(waiting: 9)
            }
        let now = simulation.now
        return SNMPGetResponse(
            groups: request.groups.map { objects in
                if let failure { return .failure(failure) }
                return .success(
                    SNMPGroupAnswer(
                        values: objects.map { .success(Self.value($0, mood, now)) },
                        companion: .timeTicks(
                            UInt32((now.monotonic.milliseconds + 1_000_000_000) / 10)),
                        receivedAt: now))
            }, effort: SNMPEffort(messages: 1))
    }

    private static func value(_ object: OID, _ mood: Mood, _ now: Moment) -> SNMPValue {
        if object == WellKnownObject.sysDescr {
            return mood == .bare ? .noSuchInstance : .octets(Array("a box".utf8))
        }
        // The octets that came in and went out.
        let columns: [UInt32] = [6, 10]
        let isOctets = columns.contains {
            object.hasPrefix(OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, $0]))
        }
        if mood == .mistyped, isOctets { return .octets(Array("many".utf8)) }
        let isCounter = object.hasPrefix(OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1]))
        return isCounter ? .counter64(UInt64(now.monotonic.milliseconds)) : .integer(1)
    }
}

/// The lines of a log.
private final class Lines: LogHandler, Sendable {
    private let lines = Mutex<[String]>([])
    private let lost = Mutex<[String]>([])
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }

    /// What is said of devices, and why values are lost.
    var all: [String] { lines.withLock { $0 } }
    var losses: [String] { lost.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let name = event.metadata?["event"].map { "\($0)" } ?? ""
        let reason = event.metadata?["reason"].map { " \($0)" } ?? ""
        if name == "value.lost" { lost.withLock { $0.append(name + reason) } }
        guard name.hasPrefix("device."), name != "device.reindex_failed" else { return }
        lines.withLock { $0.append(name + reason) }
    }
}

/// One device polled every minute in simulated time; minute by minute the test says what answers.
private final class Minutes: Sendable {
    let simulation = Simulation(start: Timestamp(seconds: 1_700_000_000))
    let agent: ScriptedAgent
    let pings: ScriptedPings
    let store = MemoryStore()
    let board: StatusBoard
    let inventory: MemoryInventory
    private let lines = Lines()
    private let poller: Poller
    private let seen = Mutex<[DeviceStatus]>([])
    private let rowCounts = Mutex<[Int]>([])

    /// - Parameter pingMilliseconds: how long each ping takes.
    init(
        _ method: AvailabilityMethod, host: DeviceHost? = nil, pingMilliseconds: Int64 = 0
    ) throws {
        let simulation = simulation
        pings = ScriptedPings {
            if pingMilliseconds > 0 { await simulation.sleep(milliseconds: pingMilliseconds) }
        }
        var definition = Fixture.device(
            1, width: .wide, step: try #require(Step(seconds: 60)),
            createdAt: Timestamp(seconds: 1_700_000_000 - 1_000))
        var change = DeviceChange()
        change.availability.method = method
        change.target.host = host
        change.target.account.credentials = definition.device.target.credentials
        var device = definition.device
        try change.apply(to: &device, at: simulation.now.wall)
        definition = DeviceDefinition(
            device: device, rows: definition.rows, dataSources: definition.dataSources, graphs: [])
        inventory = MemoryInventory(
            Definitions(version: 1, catalogue: try Fixture.catalogue(), devices: [definition]))
        agent = ScriptedAgent(simulation)
        board = StatusBoard(startedAt: simulation.now.wall)
        let lines = lines
        poller = Poller(
            transport: agent, pings: pings, store: store, inventory: inventory,
            timekeeper: simulation, board: board, logger: Logger(label: "test") { _ in lines },
            greets: false)
    }

    /// Plays a script, a letter a poll; `acts` happen before the poll they name. `+`: all answer,
    /// `-`: nothing does, `s`: SNMP alone, `p`: the ping alone, `f`: SNMP with an error, `b`: SNMP
    /// without sysDescr, `w`: SNMP with text for counters, `c`: SNMP is overloaded here, `x`: pings may not be sent, `y`: and SNMP
    /// is silent.
    func play(_ script: String, before acts: [Int: @Sendable (Minutes) async -> Void] = [:]) {
        let first = firstSlot
        simulation.run(milliseconds: Int64(script.count) * 60_000 + first - 15_000) {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.poller.loop() }
                group.addTask {
                    for (position, letter) in script.enumerated() {
                        await acts[position]?(self)
                        self.agent.become(Self.moods[letter] ?? .silent)
                        self.pings.fail(Self.pingFailures[letter])
                        // Until half a minute after the poll.
                        let end = first + Int64(position) * 60_000 + 30_000
                        let now = self.simulation.now.monotonic.milliseconds
                        await self.simulation.sleep(milliseconds: end - now)
                        self.seen.withLock { $0.append(self.status) }
                    }
                }
            }
        }
    }

    private static let moods: [Character: ScriptedAgent.Mood] = [
        "+": .healthy, "s": .healthy, "x": .healthy, "f": .failing, "b": .bare, "c": .crowded,
        "w": .mistyped,
    ]

    private static let pingFailures: [Character: PingFailure] = [
        "-": .noAnswer(attempts: 2, milliseconds: 800),
        "s": .noAnswer(attempts: 2, milliseconds: 800),
        "x": .notPermitted(detail: "Permission denied"),
        "y": .notPermitted(detail: "Permission denied"),
    ]

    /// Milliseconds until the first poll.
    private var firstSlot: Int64 {
        let now = simulation.now.wall
        let slot = PollSchedule(step: inventory.step, device: DeviceID(1)).next(after: now)
        return slot.milliseconds - now.milliseconds
    }

    /// How many polls are over and how many values are stored, so many milliseconds after the
    /// first poll began.
    func progress(
        _ mood: ScriptedAgent.Mood, after milliseconds: [Int64]
    ) -> (polls: [Int], rows: [Int]) {
        let first = firstSlot
        agent.become(mood)
        simulation.run(milliseconds: first + (milliseconds.max() ?? 0) + 1_000) {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.poller.loop() }
                for wait in milliseconds {
                    group.addTask {
                        await self.simulation.sleep(milliseconds: first + wait)
                        self.seen.withLock { $0.append(self.status) }
                        let count = self.store.rows("rrd/1/1.rrd").count
                        self.rowCounts.withLock { $0.append(count) }
                    }
                }
            }
        }
        return (statuses.map(\.polls), rowCounts.withLock { $0 })
    }

    var status: DeviceStatus { board.device(DeviceID(1)) }
    var statuses: [DeviceStatus] { seen.withLock { $0 } }
    var log: [String] { lines.all }
    var losses: [String] { lines.losses }
}

extension MemoryInventory {
    fileprivate var step: Step {
        guard let device = definitions.devices[DeviceID(1)]?.device else {
            preconditionFailure("the test has a device")
        }
        return device.step
    }
}

@Suite struct AvailabilityMethodTests {
    private static let both = "device.down ping_and_snmp_failed"
    private static let back = ["device.recovering", "device.up"]

    /// Off for three slots, on for four.
    @Test(
        arguments: [
            (.ping, "+---++++", ["device.down ping_no_answer"] + back),
            (.ping, "+sss++++", ["device.down ping_no_answer"] + back),
            (.ping, "+ppp++++", []),
            (.pingAndSNMP, "+---++++", [both] + back),
            (.pingAndSNMP, "+ppp++++", ["device.down no_answer"] + back),
            (.pingAndSNMP, "+sss++++", ["device.down ping_no_answer"] + back),
            (.pingOrSNMP, "+---++++", [both] + back),
            (.pingOrSNMP, "+ppp++++", []), (.pingOrSNMP, "+sss++++", []),
            (.pingOrSNMP, "+ps-+ps+", []),
            (.snmp, "+---++++", ["device.down no_answer"] + back),
            (.snmp, "+sss++++", []),
            (.sysDescr, "+---++++", ["device.down no_answer"] + back),
            (.getNext, "+---++++", ["device.down no_answer"] + back),
            (.none, "+---++++", []),
        ] as [(AvailabilityMethod, String, [String])])
    func `each change is one line, and only what counts makes one`(
        method: AvailabilityMethod, script: String, lines: [String]
    ) throws {
        let minutes = try Minutes(method)
        minutes.play(script)
        #expect(minutes.log == lines)
        #expect(minutes.status.state == .up && minutes.status.reason == nil)
        #expect(minutes.statuses.count == script.count)
        #expect(minutes.status.polls == script.count)
    }

    @Test func `values are stored whatever the state is`() throws {
        let minutes = try Minutes(.ping)
        minutes.play("ssssss")
        #expect(minutes.status.state == .down && minutes.status.failure == nil)
        #expect(minutes.status.reason?.code == "ping_no_answer")
        let rows = minutes.store.rows("rrd/1/1.rrd")
        #expect(rows.count { $0.values.allSatisfy { $0 != .unknown } } == 6, "\(rows)")
    }

    @Test func `a device that is up by its ping says why it has no values`() throws {
        let minutes = try Minutes(.pingOrSNMP)
        minutes.play("+ppppppp")
        let status = minutes.status
        #expect(status.state == .up && status.outage == nil)
        #expect(status.failure?.code == "no_answer" && status.reason?.code == "no_answer")
        #expect(status.pingMilliseconds == 2.5)
        #expect(minutes.log.isEmpty)
    }

    @Test func `slots in which SNMP rests are pinged`() throws {
        let minutes = try Minutes(.pingOrSNMP)
        var change = DeviceChange()
        change.availability.ping = .tcp(port: 22)
        change.availability.pingTimeoutMilliseconds = 50
        change.availability.pingRetries = 0
        minutes.play(
            "+pppp",
            before: [
                0: { [change] in
                    _ = try? await $0.inventory.change(
                        DeviceID(1), to: change, at: $0.simulation.now.wall)
                }
            ])
        #expect(minutes.pings.requests.count == 5)
        let address = IPAddress(bytes: [127, 0, 0, 1])
        #expect(
            minutes.pings.requests.allSatisfy {
                $0
                    == PingRequest(
                        address: address, method: .tcp(port: 22), timeoutMilliseconds: 50,
                        retries: 0)
            })
    }

    @Test func `the ping is sent while SNMP is asked`() throws {
        // SNMP is silent for a second, and the ping for nine tenths of it.
        let minutes = try Minutes(.pingAndSNMP, pingMilliseconds: 900)
        #expect(minutes.progress(.silent, after: [950, 1_050]).polls == [0, 1])
        let slower = try Minutes(.pingAndSNMP, pingMilliseconds: 1_500)
        #expect(slower.progress(.silent, after: [1_450, 1_550]).polls == [0, 1])
    }

    @Test func `values do not wait for the ping, and the state does`() throws {
        let minutes = try Minutes(.pingAndSNMP, pingMilliseconds: 5_000)
        let (polls, rows) = minutes.progress(.healthy, after: [1_000, 4_950, 5_050])
        #expect(rows == [1, 1, 1] && polls == [0, 0, 1])
        #expect(minutes.status.state == .up && minutes.status.pingMilliseconds == 2.5)
    }

    @Test(arguments: [0, 5_000] as [Int64])
    func `whether a value is lost depends on its own poll, and not on the one before`(
        pingMilliseconds: Int64
    ) throws {
        let minutes = try Minutes(.pingAndSNMP, pingMilliseconds: pingMilliseconds)
        minutes.play("+--ww+")
        #expect(minutes.losses == ["value.lost wrong_type"])
    }

    @Test func `a ping that lasts longer than the step costs slots`() throws {
        let minutes = try Minutes(.ping, pingMilliseconds: 90_000)
        let (polls, rows) = minutes.progress(.healthy, after: [1_000, 61_000, 121_000, 181_000])
        #expect(rows == [1, 1, 2, 2] && polls == [0, 0, 1, 1])
        #expect(minutes.status.missedSlots == 2)
    }

    @Test func `methods that do not ping send none`() throws {
        for method in AvailabilityMethod.allCases where !method.usesPing {
            let minutes = try Minutes(method)
            minutes.play("++")
            #expect(minutes.pings.requests.isEmpty && minutes.status.pingMilliseconds == nil)
        }
    }

    @Test(
        arguments: [
            (.ping, "+xxxxx", "ping_not_permitted"), (.pingAndSNMP, "+xxxxx", "ping_not_permitted"),
            (.pingOrSNMP, "+yyyyy", "ping_not_permitted"),
            (.snmp, "+ccccc", "transport_overloaded"),
        ] as [(AvailabilityMethod, String, String)])
    func `a fault of this machine decides nothing, and is said`(
        method: AvailabilityMethod, script: String, code: String
    ) throws {
        let minutes = try Minutes(method)
        minutes.play(script)
        #expect(minutes.statuses.map(\.state) == Array(repeating: .up, count: 6))
        #expect(minutes.status.reason?.code == code && minutes.status.outageSince != nil)
        #expect(minutes.log.isEmpty)
    }

    @Test func `polls that decide nothing neither make an outage nor end one`() throws {
        let minutes = try Minutes(.ping)
        minutes.play("+-x-x+x+x+")
        #expect(
            minutes.statuses.map(\.state) == [
                .up, .up, .up, .down, .down, .recovering, .recovering, .recovering, .recovering,
                .up,
            ])
        #expect(minutes.log == ["device.down ping_no_answer"] + Self.back)
    }

    @Test func `sysdescr wants a value of sysDescr, and values are stored without it`() throws {
        let minutes = try Minutes(.sysDescr)
        minutes.play("+bbb")
        #expect(minutes.agent.asked.allSatisfy { $0.groups[0].last == WellKnownObject.sysDescr })
        #expect(minutes.status.reason?.code == "object_absent" && minutes.status.failure == nil)
        #expect(minutes.log == ["device.down object_absent"])
        #expect(minutes.store.rows("rrd/1/1.rrd").last.map { $0.values[0] != .unknown } == true)
    }

    @Test func `getnext counts an error as an answer, at every slot`() throws {
        let minutes = try Minutes(.getNext)
        minutes.play("ffffffff")
        #expect(minutes.status.state == .up && minutes.status.reason?.code == "error_status")
        #expect(minutes.agent.asked.count == 8)
    }

    @Test func `a name that is not resolved is down for the ping too`() throws {
        let minutes = try Minutes(.ping, host: DeviceHost("sw1.invalid"))
        minutes.play("++")
        #expect(minutes.log == ["device.down ping_name_not_resolved"])
        #expect(minutes.pings.requests.isEmpty)
    }

    @Test func `another method begins with what the next poll says`() throws {
        var change = DeviceChange()
        change.availability.method = AvailabilityMethod.none
        let minutes = try Minutes(.snmp)
        minutes.play(
            "---",
            before: [
                2: { [change] in
                    _ = try? await $0.inventory.change(
                        DeviceID(1), to: change, at: $0.simulation.now.wall)
                }
            ])
        #expect(minutes.statuses.map(\.state) == [.down, .down, .up])
    }
}
