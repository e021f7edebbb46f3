import Foundation
import PollerDefinitions
import PollerEngine
import PollerModel
import PollerRRD
import PollerSimulator
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
    private(set) var minutes = 0

    init(_ office: Office, _ device: DeviceID, _ clock: ManualClock) {
        (self.office, self.device, self.clock) = (office, device, clock)
    }

    var definition: DeviceDefinition {
        get throws { try #require(office.inventory.definitions.devices[device]) }
    }

    /// A minute passes, and the device is polled; so many times.
    func poll(_ count: Int = 1, before: (Int) async throws -> Void = { _ in }) async throws {
        for _ in 0..<count {
            clock.advance(milliseconds: 60_000)
            minutes += 1
            try await before(minutes)
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
    let server = try await SimulatorServer.start([SimulatorServer.Place(agent: agent)]) {
        Double(clock.now.monotonic.milliseconds - begin) / 1_000
    }
    try await withOffice(try Office(clock: clock)) { office in
        let added = try await office.desk.add(office.request(server.ports[0])) { _ in }
        try await body(Watch(office, try #require(added.definition).device.id, clock))
    } finally: {
        try await server.stop()
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
