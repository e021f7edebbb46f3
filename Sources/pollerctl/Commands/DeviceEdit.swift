import ArgumentParser
import PollerModel

/// `pollerctl device edit DEVICE`
struct DeviceEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Changes what is given about a device, and nothing else.",
        discussion: """
            The device is not tested; its next poll goes by what is new. A user of SNMPv3 is \
            replaced with its keys as a whole.
            """)

    @Argument(help: "Id or name of the device.")
    var device: String

    @OptionGroup(title: "SNMP options") var snmp: SNMPOptions
    @OptionGroup(title: "Availability options") var availability: AvailabilityOptions

    @Option(help: "New name.")
    var name: String?

    @Option(help: "New address or DNS name.")
    var host: String?

    @Option(help: "Site the device belongs to; \"\" is none.")
    var site: String?

    @Option(help: "Tag of the device, in place of all it has; repeatable. \"\" is none.")
    var tag: [String] = []

    // Whoever asks for it is told why it cannot be changed.
    @Option(help: .hidden)
    var interval: Int64?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        var order = DeviceOrder()
        try snmp.fill(&order, needsCredentials: false)
        availability.fill(&order)
        order.name = name
        order.host = host
        order.site = site
        order.tags = tag.isEmpty ? nil : tag == [""] ? [] : tag
        order.intervalSeconds = interval
        guard order != DeviceOrder() else {
            throw CommandFailure(
                "nothing was asked for, and nothing was changed",
                fix: "give an option, for example --name NAME; see pollerctl device edit --help",
                exitCode: .usage)
        }
        let daemon = connection.daemon
        let before = try daemon.device(device)
        let after = try daemon.patch(
            "/api/v1/devices/\(before.id)", order, as: DeviceReport.self)
        switch output.output {
        case .json, .jsonl: try Terminal.write(JSONText.encode(after))
        case .name: print(after.name)
        case .table, .csv: print(DeviceDifference.text(before, after, order), terminator: "")
        }
    }
}

/// What an order made different, for a person.
enum DeviceDifference {
    static func text(_ before: DeviceReport, _ after: DeviceReport, _ order: DeviceOrder) -> String
    {
        var lines = zip(properties(before), properties(after)).compactMap {
            old, new -> (String, String?)? in
            old.text == new.text ? nil : ("  \(new.term)", "\(old.text) → \(new.text)")
        }
        // What they were and are is nobody's business.
        if order.community != nil { lines.append(("  Community", "as given")) }
        if order.user != nil { lines.append(("  Keys of the user", "as given")) }
        guard !lines.isEmpty else {
            return "\(after.name) was like that already; nothing was changed.\n"
        }
        if !after.availability.usesPing, before.ping != after.ping {
            lines.append(("  It is not pinged", "see --availability"))
        }
        return "Changed device \(after.id), \(after.name):\n" + Facts.text(lines)
    }

    private static func properties(_ device: DeviceReport) -> [(term: String, text: String)] {
        [
            ("Name", device.name), ("Address", device.address), ("Port", "\(device.port)"),
            ("SNMP version", device.snmpVersion),
            ("User", device.snmpUser.map { "\($0) (\(device.snmpLevel ?? ""))" } ?? "none"),
            ("Time-out", "\(device.timeoutMilliseconds) ms"), ("Retries", "\(device.retries)"),
            ("Asked from", device.sourceAddress ?? "any address"),
            ("Answers count from", device.checksSource ? "its address only" : "any address"),
            ("Objects a request", device.objectsPerMessage.map { "\($0)" } ?? "what it takes"),
            ("Repetitions", device.maxRepetitions.map { "\($0)" } ?? "what fits"),
            ("Counts as up by", device.availability.rawValue), ("Ping", "\(device.ping)"),
            ("Ping time-out", "\(device.pingTimeoutMilliseconds) ms"),
            ("Ping retries", "\(device.pingRetries)"), ("Site", device.site ?? "none"),
            ("Tags", device.tags.isEmpty ? "none" : device.tags.joined(separator: ", ")),
            ("Polled", device.enabled ? "yes" : "no"),
        ]
    }
}
