import ArgumentParser
import Foundation
import PollerDefinitions
import PollerModel

/// `pollerbench inventory`: what many devices cost before any of them is asked.
struct InventoryBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "Makes, opens, lists and changes an inventory, and counts CPU time.",
        discussion: """
            Devices are disabled, so that a daemon that is started on the folder (--keep) only \
            serves them. Reports are made and encoded as the API and pollerctl do.
            """)

    @Option(help: "Devices.")
    var devices = 10_000

    @Option(help: "Interfaces of each device, with a data source and a graph.")
    var interfaces = 4

    @Option(help: "Leave the inventory in this folder, as pollerd's state folder has it.")
    var keep: String?

    func run() async throws {
        guard (1...1_000_000).contains(devices), (0...100).contains(interfaces) else {
            throw ValidationError("numbers are above 0, --interfaces at most 100")
        }
        let home = keep ?? NSTemporaryDirectory() + "pollerbench-inventory-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true)
        // Left behind, it is a folder whose name says whose it was.
        defer { if keep == nil { try? FileManager.default.removeItem(atPath: home) } }
        let race = try InventoryRace(path: "\(home)/pollerd.sqlite", interfaces: interfaces)
        try await race.run(devices: devices)
    }
}

/// The steps, each measured for itself.
struct InventoryRace {
    let path: String
    let interfaces: Int
    let catalogue: Catalogue
    let profile: Profile
    private let now = Timestamp(seconds: 1_795_000_000)

    init(path: String, interfaces: Int) throws {
        self.path = path
        self.interfaces = interfaces
        catalogue = try Catalogue.shipped()
        profile = try Profile.shipped("one_minute", rows: nil)
    }

    /// Makes an inventory of so many devices.
    func add(devices: Int) async throws {
        let inventory = try Inventory(path: path, catalogue: catalogue)
        try await measured("add", devices) {
            for number in 0..<devices { _ = try await inventory.add(new(number), at: now) }
        }
        try inventory.close()
    }

    func run(devices: Int) async throws {
        try await add(devices: devices)
        let inventory = try Inventory(path: path, catalogue: catalogue)
        let ids = inventory.definitions.devices.keys.sorted()
        var off = DeviceChange()
        off.isEnabled = false
        off.addedTags = ["bench"]
        try await measured("change_all", devices) {
            _ = try await inventory.change(ids, to: off, at: now)
        }
        try inventory.close()
        var reopened: Inventory?
        try await measured("open", devices) {
            reopened = try Inventory(path: path, catalogue: catalogue)
        }
        guard let definitions = reopened?.definitions else { return }
        try await measured("by_name", devices) { _ = definitions.devicesByName.count }
        var reports: [DeviceReport] = []
        try await measured("reports", devices) {
            reports = definitions.devices.values.map { DeviceReport($0, status: DeviceStatus()) }
        }
        var data = Data()
        try await measured("encode", devices) { data = try Self.encoder.encode(reports) }
        try await measured("decode", devices) {
            _ = try Self.decoder.decode([DeviceReport].self, from: data).count
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    private func measured(
        _ step: String, _ devices: Int, _ body: () async throws -> Void
    ) async throws {
        let clock = ContinuousClock()
        let (begin, cpu) = (clock.now, ProcessClock.seconds)
        try await body()
        var figures = Figures(bench: "inventory", of: step)
        figures.add("devices", devices)
        figures.add("cpu_milliseconds", (ProcessClock.seconds - cpu) * 1_000)
        figures.add("wall_milliseconds", (clock.now - begin) / .milliseconds(1))
        figures.print()
    }

    /// A device as discovery finds one.
    private func new(_ number: Int) throws -> NewDevice {
        guard let template = catalogue.deviceTemplates["generic_snmp"] else {
            throw BenchFailure(words: "there is no template generic_snmp")
        }
        let name = "switch-\(number + 1)"
        let host = DeviceHost.address(
            IPAddress(bytes: [10] + (0..<3).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }))
        let rows = (0..<interfaces).map { row(UInt32($0 + 1), of: name) }
        let discovered = DiscoveredDevice(
            system: SystemDescription(
                description: DeviceText("A switch that is only measured, version \(number)"),
                objectID: OID([1, 3, 6, 1, 4, 1, 99_999, 1]),
                contact: DeviceText("noc@example.net"),
                name: DeviceText(name), location: DeviceText("room \(number % 40)")),
            kind: DeviceKind([template]),
            tables: ["interfaces": DiscoveredTable(query: "interfaces", rows: rows, note: nil)],
            scalars: [:])
        return NewDevice(
            name: name,
            target: SNMPTarget(host: host, credentials: .community(Secret("public"))),
            profile: profile, site: "site-\(number % 20)", tags: ["t\(number % 7)"],
            discovered: discovered,
            proposals: GraphSelection.proposals(
                for: discovered,
                of: TitleSubject(name: name, host: host, system: discovered.system, site: nil),
                catalogue: catalogue))
    }

    private func row(_ number: UInt32, of device: String) -> DiscoveredTable.Row {
        .init(
            index: [number],
            fields: [
                "ifName": .text(DeviceText("eth\(number)")), "ifOperStatus": .integer(1),
                "ifAlias": .text(DeviceText("port \(number) of \(device)")),
                "ifType": .integer(6),
            ], widths: ["interface_traffic": .wide])
    }
}
