import Foundation
import PollerModel
import Synchronization
import TestSupport

@testable import PollerSimulator

/// A device of the daemon that a fault is injected into.
struct FaultedDevice: Sendable {
    let daemon: Daemon
    let name: String
    let id: DeviceID
    /// Where its agent listens.
    let port: UInt16
    /// nil of a real snmpd.
    let agent: Agent?
    let way: SpoiltWay?
    /// What the daemon was started with.
    let disk: FaultLibrary?
    let clock: ClockLibrary?
    /// Seconds since the simulated agents were started.
    let age: @Sendable () -> Double

    /// The data source that is explained, and the graph whose picture is looked at.
    var source: DataSourceID?
    var graph: GraphID?
    /// Its round-robin file, relative to the state folder.
    var file = ""

    /// Runs `pollerctl`, which must succeed.
    @discardableResult
    func control(_ arguments: [String]) async throws -> String {
        let result = try await daemon.control(arguments)
        guard result.status == 0 else { throw Unexpected("\(arguments): \(result.errors)") }
        return result.output
    }

    func edit(_ arguments: String...) async throws {
        try await control(["device", "edit", name] + arguments)
    }

    /// With the secrets that another address takes.
    func move(to arguments: String...) async throws {
        try await control(["device", "edit", name, "--community", "public"] + arguments)
    }

    /// Whatever comes of it; after the poll of its slot, if that is under way.
    func poll() async throws {
        let isBusy: Int32 = 7
        try await waitUntil("\(name) was polled") {
            try await daemon.control(["device", "poll", name]).status != isBusy
        }
    }

    func reindex() async throws { _ = try await daemon.control(["device", "reindex", name]) }

    /// Changes the simulated agent's faults.
    func spoil(_ change: (inout Faults) -> Void) {
        var faults = agent?.faults ?? Faults()
        change(&faults)
        agent?.change(faults)
    }

    /// What `pollerctl explain` says of its data source.
    func explain() async throws -> String {
        guard let source else { return "\(name) has no such data source" }
        return try await daemon.control(["explain", "data-source", "\(source)"]).output
    }

    /// What the picture of its graph says, as its rows do.
    func pictured() async throws -> String {
        guard let graph else { return "" }
        return String(decoding: try await daemon.fetch("/graphs/\(graph).json").body, as: UTF8.self)
    }
}

/// A way to an agent on which answers are spoilt, from when somebody says so.
final class SpoiltWay: Sendable {
    enum Damage: Sendable { case none, half, garbage }

    private let damage: DamageBox
    private let way: SlowWay

    init(to port: UInt16) throws {
        let damage = DamageBox()
        self.damage = damage
        way = try SlowWay(to: port, milliseconds: 0) { bytes in
            switch damage.value {
            case .none: bytes
            case .half: Array(bytes.prefix(bytes.count / 2))
            case .garbage: Array("HTTP/1.0 400 Bad Request\r\n\r\n".utf8)
            }
        }
    }

    var port: UInt16 { way.port }

    func spoil(_ damage: Damage) { self.damage.value = damage }

    func stop() { way.stop() }

    private final class DamageBox: Sendable {
        private let kept = Mutex(Damage.none)
        var value: Damage {
            get { kept.withLock { $0 } }
            set { kept.withLock { $0 = newValue } }
        }
    }
}

/// A device with a few values of its own, of which the test knows all there is to know.
enum Box {
    static let enterprise = OID([1, 3, 6, 1, 4, 1, 99_999])
    static let level = enterprise.appending([1, 1, 0])
    static let used = enterprise.appending([1, 2, 0])
    static let total = enterprise.appending([1, 3, 0])
    static let packets = enterprise.appending([1, 4, 0])
    static let cellUnit = enterprise.appending([2, 1, 2])

    /// - Parameter base: of its counter.
    static func tree(
        level value: SNMPValue = .gauge32(42), total of: Int64 = 100, base: UInt64 = 1 << 40
    ) -> ObjectTree {
        InterfaceFormula.tree(device: 1, interfaces: 0).merging([
            (OID([1, 3, 6, 1, 2, 1, 1, 2, 0]), .constant(.oid(enterprise))),
            (level, .constant(value)), (used, .constant(.integer(30))),
            (total, .constant(.integer(of))), (packets, .counter64(base: base, perSecond: 100)),
        ])
    }

    /// The same with a table of one row, whose field `unit` scales its value.
    static func treeWithCells() -> ObjectTree {
        let entry = enterprise.appending([2, 1])
        return tree().merging([
            (entry.appending([1, 1]), .constant(.integer(1))),
            (cellUnit.appending([1]), .constant(.integer(4_096))),
            (entry.appending([3, 1]), .constant(.gauge32(7))),
        ])
    }

    private static let query = """
        name: box_cells
        title: Cells
        source: this test
        index: 1.3.6.1.4.1.99999.2.1.1
        fields: {unit: {oid: 1.3.6.1.4.1.99999.2.1.2, kind: integer}}
        identity: []
        """

    private static let data = """
        name: box_level
        title: Level
        source: this test
        items: [{name: level, kind: GAUGE, oid: 1.3.6.1.4.1.99999.1.1.0, unit: percent, minimum: 0, maximum: 100}]
        ---
        name: box_share
        title: Share
        source: this test
        items: [{name: share, kind: GAUGE, oids: {used: 1.3.6.1.4.1.99999.1.2.0, total: 1.3.6.1.4.1.99999.1.3.0}, value: "used,total,/,100,*", unit: percent}]
        ---
        name: box_packets
        title: Packets
        source: this test
        items: [{name: packets, kind: COUNTER, oid: 1.3.6.1.4.1.99999.1.4.0, unit: packets}]
        ---
        name: box_cells
        title: Cells
        source: this test
        query: box_cells
        items: [{name: cells, kind: GAUGE, oid: 1.3.6.1.4.1.99999.2.1.3, unit: octets, scale_field: unit}]
        """

    private static let graphs = ["level", "share", "packets", "cells"].map { name in
        """
        name: box_\(name)
        title: "{device} - \(name)"
        source: this test
        data_template: box_\(name)
        vertical_label: units
        series: [{label: \(name), value: \(name), color: blue}]
        """
    }.joined(separator: "\n---\n")

    private static let device = """
        name: box
        title: Box
        class: generic
        source: this test
        object_ids: [1.3.6.1.4.1.99999]
        graphs: [box_level, box_share, box_packets, box_cells]
        """

    /// Writes what is known of it into the site's folder.
    static func describe(in folder: TemporaryFolder) throws {
        try folder.write(query, to: "site/data_queries/box.yaml")
        try folder.write(data, to: "site/data_templates/box.yaml")
        try folder.write(graphs, to: "site/graph_templates/box.yaml")
        try folder.write(device, to: "site/device_templates/box.yaml")
    }
}
