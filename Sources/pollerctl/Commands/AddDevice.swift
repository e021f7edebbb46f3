import ArgumentParser
import Foundation
import PollerModel

/// `pollerctl add-device HOST`, also `pollerctl device add HOST`.
struct AddDevice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-device",
        abstract: "Tests a device, finds what it has, and adds it with its graphs.",
        discussion: "Nothing is added when a step of the test fails, unless --no-test is given.")

    @Argument(help: "Address or name of the device.")
    var host: String

    @OptionGroup(title: "SNMP options") var snmp: SNMPOptions
    @OptionGroup(title: "Availability options") var availability: AvailabilityOptions

    @Option(help: "Name of the device; by default its sysName.")
    var name: String?

    @Option(help: "Seconds between two polls.")
    var interval: Int64?

    @Option(help: "Site the device belongs to.")
    var site: String?

    @Option(help: "Tag of the device; repeatable.")
    var tag: [String] = []

    @Option(help: "Device template; auto is the one that recognises the device.")
    var template = "auto"

    @Option(help: "auto: graphs for what is worth one; all: for whatever has values; none.")
    var graphs = GraphPolicy.auto

    @Flag(help: "Add the device also when it does not answer.")
    var noTest = false

    @Flag(help: "Show what would be added, and add nothing.")
    var dryRun = false

    @Flag(help: "Return when the first values are there.")
    var wait = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        try availability.checkUse()
        var order = DeviceOrder()
        order.host = host
        try snmp.fill(&order, needsCredentials: true)
        availability.fill(&order)
        order.name = name
        order.intervalSeconds = interval
        order.site = site
        order.tags = tag
        order.template = template == "auto" ? nil : template
        order.graphs = graphs.rawValue
        order.test = !noTest
        order.dryRun = dryRun
        let daemon = connection.daemon
        var added: AddedDeviceReport?
        var hasFix = false
        try daemon.order("/api/v1/devices", order) { event in
            if let step = event.step {
                Terminal.complain(StepText.line(step))
                hasFix = hasFix || step.fix != nil
            }
            if let report = event.added { added = report }
            if let problem = event.problem {
                // The failed step has said what to do.
                let failure = CommandFailure(problem, prefix: "nothing was added: ")
                throw hasFix ? failure.withoutFix : failure
            }
        }
        guard let added else {
            throw CommandFailure("pollerd ended its answer without a result", fix: "see its log")
        }
        if wait, let id = added.id { try FirstValues(daemon: daemon).wait(for: id, added) }
        try write(added)
    }

    private func write(_ added: AddedDeviceReport) throws {
        switch output.output {
        case .json, .jsonl: try Terminal.write(JSONText.encode(added))
        case .name: print(added.id.map { "\($0)" } ?? added.name)
        case .table, .csv: print(describe(added))
        }
    }

    private func describe(_ added: AddedDeviceReport) -> String {
        var lines = added.findings.map { "  \($0)" }
        lines += added.graphs.isEmpty ? [] : ["", "\(added.graphs.count) graphs:"]
        lines += added.graphs.prefix(Self.namedGraphs).map { "  \($0)" }
        if added.graphs.count > Self.namedGraphs {
            lines.append("  … and \(added.graphs.count - Self.namedGraphs) more")
        }
        lines.append("")
        if let id = added.id, let url = added.url {
            lines += [
                "Added \(added.name) (\(added.templateTitle)) as device \(id), polled every "
                    + "\(added.intervalSeconds) s. "
                    + (added.hasAnswered
                        ? "The first rates follow the second poll."
                        : "It does not answer yet: what it has is found with its first answer."),
                "  \(url)",
                "  pollerctl graph list --device \(id)",
                "  pollerctl device offers \(id)   # what else may have a graph",
            ]
        } else {
            lines.append("A dry run: \(added.name) (\(added.templateTitle)) was not added.")
        }
        return lines.joined(separator: "\n")
    }

    private static let namedGraphs = 20
}

extension GraphPolicy: ExpressibleByArgument {}

/// Waits until a new device has values to show.
private struct FirstValues {
    let daemon: Daemon

    func wait(for id: DeviceID, _ added: AddedDeviceReport) throws {
        let deadline = Date(timeIntervalSinceNow: TimeInterval(2 * added.intervalSeconds + 30))
        var samples: [DataSourceID: Set<String>] = [:]
        while Date() < deadline {
            let sources = try daemon.list(
                "/api/v1/data-sources?device=\(id)", of: DataSourceReport.self)
            let known = sources.filter { source in source.values.contains { $0.rate != nil } }
            // What has no value at the second sample either has none, and says why.
            for source in sources where source.time != nil {
                samples[source.id, default: []].insert(source.time ?? "")
            }
            let isComplete = sources.allSatisfy { source in
                known.contains(source) || samples[source.id, default: []].count > 1
            }
            if isComplete, !known.isEmpty || sources.isEmpty { return }
            Thread.sleep(forTimeInterval: 0.5)
        }
        throw CommandFailure(
            "device \(id) was added, but not all its values came within "
                + "\(2 * added.intervalSeconds + 30) s",
            fix: "see pollerctl data-source list --device \(id)")
    }
}

/// A step of a test as a person reads it.
enum StepText {
    /// A step that did not go well and needs nothing done was no obstacle.
    static func line(_ step: TestStep) -> String {
        let sign = step.ok ? "✓" : step.fix == nil ? "–" : "✗"
        let name = step.step.rawValue
        let padding = String(repeating: " ", count: max(0, 12 - name.count))
        var line =
            "\(sign) \(name)\(padding) \(step.detail) (\(step.milliseconds) ms)"
        if let fix = step.fix { line += "\n               \(fix)" }
        return line
    }
}
