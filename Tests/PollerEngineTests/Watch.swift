import Foundation
import Logging
import PollerDefinitions
import PollerEngine
import PollerModel
import PollerRRD
import PollerSimulator
import Synchronization
import TestSupport
import Testing

/// One device that is polled each minute of a time that only its test moves: over real UDP, into
/// real files.
final class Watch {
    /// A minute's beginning, so that rows of files and samples cover the same time.
    static let start: Int64 = 1_700_000_040

    let office: Office
    let device: DeviceID
    let clock: ManualClock
    let log: EventLog
    private(set) var minutes = 0
    private let onMinute: (Int) async throws -> Void

    /// - Parameter onMinute: what happens at the end of each minute, before the poll.
    init(
        _ office: Office, _ device: DeviceID, _ clock: ManualClock, _ log: EventLog,
        onMinute: @escaping (Int) async throws -> Void = { _ in }
    ) {
        (self.office, self.device, self.clock, self.log) = (office, device, clock, log)
        self.onMinute = onMinute
    }

    var definition: DeviceDefinition {
        get throws { try #require(office.inventory.definitions.devices[device]) }
    }

    /// A minute passes, and the device is polled; so many times.
    func poll(_ count: Int = 1) async throws {
        for _ in 0..<count {
            clock.advance(milliseconds: 60_000)
            minutes += 1
            try await onMinute(minutes)
            _ = try await office.desk.poll(device)
        }
    }

    /// The data source of a row, found by what the row says of itself.
    func source(
        _ template: String = "interface_traffic", where isMeant: (QueryRow) -> Bool
    ) throws -> DataSource {
        let definition = try definition
        let source = definition.dataSources.first {
            $0.template == template && (definition.row(of: $0).map(isMeant) ?? false)
        }
        return try #require(source)
    }

    /// That of an interface, by its name.
    func port(_ name: String, _ field: String = "ifName") throws -> DataSource {
        try source { $0.fields[field]?.text == name }
    }

    /// The rates in a data source's file, a minute each, from the beginning; nil is unknown.
    /// `rates[i]` is the one of the minute that ends with the i-th poll, counted from 0.
    func rates(_ source: DataSource, _ item: String = "traffic_in") async throws -> [Double?] {
        let file = try #require(
            RoundRobinFile(
                dataSource: source, catalogue: office.inventory.definitions.catalogue))
        let start = Timestamp(seconds: Self.start)
        let series = try await office.store.series(
            of: file, function: .average, start: start,
            end: start.advanced(seconds: Int64(minutes) * 60))
        let column = try #require(series.names.firstIndex(of: item))
        let skipped = Int((Self.start - series.start.seconds) / series.stepSeconds)
        try #require(series.stepSeconds == 60)
        return series.rows.dropFirst(skipped).prefix(minutes).map { $0[column] }
    }

    /// Why the newest value of a data source is not known; nil when it is.
    func reason(_ source: DataSource) -> UnknownReason? {
        office.board.source(source.id)?.reason
    }
}

/// Adds a device and polls it in a time of the test's; agents of the project's own simulator have
/// the same time.
func withWatch(
    _ agent: Agent, _ body: (Watch) async throws -> Void
) async throws {
    let clock = ManualClock(Watch.start)
    let begin = clock.now.monotonic.milliseconds
    let log = EventLog()
    let server = try await SimulatorServer.start([SimulatorServer.Place(agent: agent)]) {
        Double(clock.now.monotonic.milliseconds - begin) / 1_000
    }
    try await withOffice(try Office(clock: clock, logger: log.logger)) { office in
        let added = try await office.desk.add(office.request(server.ports[0])) { _ in }
        try await body(Watch(office, try #require(added.definition).device.id, clock, log))
    } finally: {
        try await server.stop()
    }
}

/// The same with a recorded agent, as `replayagent` serves it with these faults.
func withReplay(
    _ recording: String, options: [String] = [], user: SNMPUser? = nil,
    _ body: (Watch) async throws -> Void
) async throws {
    let agent = try await ReplayAgent(
        recordings: [recording], options: ["-T", "manual"] + options)
    let clock = ManualClock(Watch.start)
    let log = EventLog()
    try await withOffice(try Office(clock: clock, logger: log.logger)) { office in
        var request = office.request(agent.port)
        request.target.host = .address(try #require(IPAddress(try agent.address(of: recording))))
        if let user {
            (request.target.version, request.target.credentials) = (.v3, .user(user))
        }
        let added = try await office.desk.add(request) { _ in }
        let watch = Watch(
            office, try #require(added.definition).device.id, clock, log,
            onMinute: { _ = try await agent.control("t \($0 * 60)") })
        try await body(watch)
    }
}

/// The events of a log, with their words.
final class EventLog: LogHandler, Sendable {
    private let lines = Mutex<[(event: String, words: String)]>([])
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    var logger: Logger { Logger(label: "test") { _ in self } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func words(_ event: String) -> [String] {
        lines.withLock { $0.filter { $0.event == event }.map(\.words) }
    }

    func log(event: LogEvent) {
        let name = event.metadata?["event"].map { "\($0)" } ?? ""
        lines.withLock { $0.append((name, event.message.description)) }
    }
}

/// The interfaces of the simulator's device 1 and what they carry.
enum Truth {
    static func rate(_ interface: Int) -> Double {
        Double(InterfaceFormula.inRate(device: 1, interface: interface))
    }

    static func agent(
        interfaces: Int = 4, is64Bit: Bool = true, _ faults: String...
    ) throws -> Agent {
        var all = Faults()
        for fault in faults { try all.set(fault) }
        return Agent(
            community: "public",
            tree: InterfaceFormula.tree(device: 1, interfaces: interfaces, is64Bit: is64Bit),
            faults: all)
    }
}

/// Whether a file holds `truth` for all minutes but those in `unknown`.
func expectRates(
    _ rates: [Double?], _ truth: Double, unknown: Set<Int>, _ what: String = "",
    _ location: SourceLocation = #_sourceLocation
) {
    for (minute, rate) in rates.enumerated() {
        let isRight =
            if let rate {
                !unknown.contains(minute) && abs(rate - truth) <= truth / 1_000 + 1
            } else {
                unknown.contains(minute)
            }
        #expect(isRight, "\(what) minute \(minute): \(rates)", sourceLocation: location)
        if !isRight { return }
    }
}
