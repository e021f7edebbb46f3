import ArgumentParser
import Foundation
import PollerDefinitions
import PollerModel

/// `pollerbench search`: what it costs to look for something among many things.
struct SearchBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Looks for things in an inventory, and counts CPU time.",
        discussion: """
            The inventory is made anew, or taken from the folder that pollerbench inventory --keep \
            left. Each search is made --repeat times; the dearest counts. The target is 50 ms of \
            CPU at 250,000 rows.
            """)

    @Option(help: "Devices.")
    var devices = 5_000

    @Option(help: "Interfaces of each device, with a graph each.")
    var interfaces = 25

    @Option(name: .customLong("repeat"), help: "How often each search is made.")
    var repetitions = 10

    @Option(help: "What is looked for, besides the usual.")
    var text: [String] = []

    @Option(help: "The folder of an inventory that is there already.")
    var folder: String?

    /// What there is much of, little of, none of; beginnings, middles, several words, addresses.
    private static let usual = [
        "switch-1", "switch-4711", "eth1", "eth", "port", "port 24 of switch-77", "witch-49",
        "10.100.0", "10.100.0.0", "00:11:22", "nothing of the kind", "measured room site",
        "e", "s", "switch traffic eth2", "traffic",
    ]

    func run() async throws {
        guard (1...1_000_000).contains(devices), (0...100).contains(interfaces),
            (1...1_000).contains(repetitions)
        else { throw ValidationError("numbers are above 0, --interfaces at most 100") }
        let home = folder ?? NSTemporaryDirectory() + "pollerbench-search-\(getpid())"
        // Left behind, it is a folder whose name says whose it was.
        defer { if folder == nil { try? FileManager.default.removeItem(atPath: home) } }
        let inventory = try await inventory(home)
        let definitions = inventory.definitions
        let rows = definitions.devices.values.reduce(0) { $0 + $1.rows.count }
        var size = Figures(bench: "search", of: "index")
        size.add("devices", definitions.devices.count)
        size.add("rows", rows)
        size.add("graphs", definitions.graphCount)
        size.add("entries", definitions.devices.count + rows + definitions.graphCount)
        size.print()
        for text in Self.usual + text {
            try await measure(try SearchText(text), inventory, devices: nil)
        }
        // Whoever may see one device in twenty.
        let some = Set(definitions.devices.keys.filter { $0.rawValue.isMultiple(of: 20) })
        for text in Self.usual + text {
            try await measure(try SearchText(text), inventory, devices: some)
        }
    }

    private func inventory(_ home: String) async throws -> Inventory {
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true)
        let race = try InventoryRace(path: "\(home)/pollerd.sqlite", interfaces: interfaces)
        if folder == nil { try await race.add(devices: devices) }
        return try Inventory(path: "\(home)/pollerd.sqlite", catalogue: race.catalogue)
    }

    private func measure(
        _ text: SearchText, _ inventory: Inventory, devices: Set<DeviceID>?
    ) async throws {
        var most = 0.0
        var sum = 0.0
        var groups: [SearchGroup] = []
        for _ in 0..<repetitions {
            let cpu = ProcessClock.seconds
            groups = try await inventory.find(SearchRequest(text, devices: devices))
            let used = (ProcessClock.seconds - cpu) * 1_000
            most = max(most, used)
            sum += used
        }
        var figures = Figures(bench: "search", of: devices == nil ? "all" : "scoped")
        figures.add("text", text.text)
        for group in groups {
            figures.add("\(group.kind.rawValue)s", group.matches.count)
        }
        figures.add("cpu_milliseconds", sum / Double(repetitions))
        figures.add("most_cpu_milliseconds", most)
        figures.print()
    }
}
