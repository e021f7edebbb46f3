import PollerDefinitions
import PollerEngine
import PollerModel
import TestSupport
import Testing

/// The faults of recorded devices, as `replayagent` serves them: at each poll each port has its own
/// rate by that program's formula, or none, with a reason.
@Suite(
    .enabled(
        if: ReplayAgent.isAvailable,
        "recordings and what serves them are not beside the project, or there is no gcc"))
struct ReplayFaultTests {
    static let wide = ["switch-cisco-c3560", "linux-centos7"]
    static let narrow = "firewall-leadsec-v6000"

    /// Octets a second, as the program's header has it.
    private static func rate(_ object: OID) -> Double {
        let hash = object.arcs.reduce(UInt32(0)) { $0 &* 31 &+ $1 }
        return Double(1 + hash % 1_000_000)
    }

    /// The columns of a traffic's two items.
    private static func column(_ item: String, _ width: CounterWidth) -> OID {
        switch (item, width) {
        case ("traffic_in", .wide): OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6])
        case ("traffic_in", _): OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 10])
        case (_, .wide): OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10])
        default: OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 16])
        }
    }

    /// A port, and where it stood when the device was added: its counters' rates come from there.
    private struct Port {
        let source: DataSource
        let index: [UInt32]
        let speed: UInt64?
    }

    private static func ports(_ watch: Watch) throws -> [Port] {
        let definition = try watch.definition
        let query = try #require(
            watch.office.inventory.definitions.catalogue.dataQueries["interfaces"])
        let ports = definition.dataSources.compactMap { source -> Port? in
            guard source.template == "interface_traffic", let row = definition.row(of: source)
            else { return nil }
            return Port(
                source: source, index: row.index,
                speed: query.speedBitsPerSecond(of: row.fields))
        }
        try #require(ports.count >= 3)
        return ports
    }

    /// - Parameter unknown: minutes in which a port may have no rate; all others it must have.
    private static func expectOwnRates(
        _ watch: Watch, _ ports: [Port], unknown: (Port) -> Set<Int>
    ) async throws {
        for port in ports {
            for item in ["traffic_in", "traffic_out"] {
                let truth = rate(column(item, port.source.width).appending(port.index))
                expectRates(
                    try await watch.rates(port.source, item), truth, unknown: unknown(port),
                    "\(item) of index \(port.index), \(port.source.width)")
            }
        }
    }

    @Test(arguments: wide + [narrow])
    func `interfaces that are renumbered without a word keep their own history`(
        recording: String
    ) async throws {
        try await withReplay(recording, options: ["-F", "renumber=330"]) { watch in
            let ports = try Self.ports(watch)
            try await watch.poll(6)
            for port in ports {
                #expect(watch.reason(port.source) == .rowMoved(table: "interfaces"))
            }
            try await watch.poll(4)
            try await Self.expectOwnRates(watch, ports) { _ in [0, 5, 6] }
        }
    }

    @Test(arguments: wide + [narrow])
    func `an agent that restarts costs each port one interval`(recording: String) async throws {
        try await withReplay(recording, options: ["-F", "reboot=330"]) { watch in
            let ports = try Self.ports(watch)
            try await watch.poll(6)
            for port in ports { #expect(watch.reason(port.source) == .agentRestarted) }
            try await watch.poll(4)
            try await Self.expectOwnRates(watch, ports) { _ in [0, 5] }
        }
    }

    @Test(arguments: wide + [narrow])
    func `interfaces that are renumbered by a restart keep their own history`(
        recording: String
    ) async throws {
        try await withReplay(recording, options: ["-F", "reboot=330,renumber=330"]) { watch in
            let ports = try Self.ports(watch)
            try await watch.poll(10)
            try await Self.expectOwnRates(watch, ports) { _ in [0, 5, 6] }
        }
    }

    @Test(arguments: wide + [narrow])
    func `a 32-bit counter that wraps gives its own rate, or none where it may be two turns`(
        recording: String
    ) async throws {
        try await withReplay(recording, options: ["-F", "wrap32=330"]) { watch in
            let ports = try Self.ports(watch)
            try await watch.poll(6)
            let isDoubtful = { (port: Port) in
                port.source.width == .narrow
                    && (port.speed.map { Double($0) / 8 * 1.05 * 60 >= 4_294_967_296 } ?? false)
            }
            for port in ports where isDoubtful(port) {
                #expect(watch.reason(port.source) == .wrapAmbiguous(seconds: 60))
            }
            try await watch.poll(4)
            try await Self.expectOwnRates(watch, ports) { isDoubtful($0) ? [0, 5] : [0] }
        }
    }

    @Test(arguments: wide + [narrow])
    func `a 64-bit counter that begins anew costs its port one interval`(
        recording: String
    ) async throws {
        try await withReplay(recording, options: ["-F", "wrap64=330"]) { watch in
            let ports = try Self.ports(watch)
            try await watch.poll(6)
            for port in ports where port.source.width == .wide {
                guard case .counterReset? = watch.reason(port.source) else {
                    Issue.record("\(String(describing: watch.reason(port.source)))")
                    return
                }
            }
            try await watch.poll(4)
            try await Self.expectOwnRates(watch, ports) {
                $0.source.width == .wide ? [0, 5] : [0]
            }
        }
    }

    @Test(arguments: wide)
    func `counters that are hidden from some moment on are unknown, and say why`(
        recording: String
    ) async throws {
        try await withReplay(recording, options: ["-F", "hide=1.3.6.1.2.1.31.1.1.1@330"]) { watch in
            let ports = try Self.ports(watch)
            try await watch.poll(10)
            for port in ports where port.source.width == .wide {
                guard case .absent? = watch.reason(port.source) else {
                    Issue.record("\(String(describing: watch.reason(port.source)))")
                    return
                }
            }
            try await Self.expectOwnRates(watch, ports) {
                $0.source.width == .wide ? Set([0] + (5...9)) : [0]
            }
        }
    }

    /// Its sysUpTime is that of days ago, its snmpEngineTime begins with the program.
    @Test func `an engine whose clock is not the agent's has its tables read at restarts only`()
        async throws
    {
        let user = try SNMPUser(
            name: "watcher", authentication: .init(.sha1, Secret("authentication-pass")))
        try await withReplay(
            "linux-centos7",
            options: ["-u", "watcher:SHA:authentication-pass", "-F", "reboot=630"], user: user
        ) { watch in
            let ports = try Self.ports(watch)
            try await watch.poll(10)
            #expect(watch.log.words("device.restarted").isEmpty)
            #expect(watch.log.words("device.reindexed").isEmpty)
            try await watch.poll(10)
            #expect(watch.log.words("device.restarted").count == 1)
            let tables = Set(try watch.definition.rows.map(\.query)).count
            #expect((1...tables).contains(watch.log.words("device.reindexed").count))
            try await Self.expectOwnRates(watch, ports) { _ in [0, 10] }
        }
    }
}
