import ArgumentParser
import PollerModel

/// `pollerctl device edit DEVICE…`
struct DeviceEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Changes what is given about a device, and nothing else.",
        discussion: """
            The device is not tested; its next poll goes by what is new. A user of SNMPv3 is \
            replaced with its keys as a whole. Another address or port is taken only with \
            credentials, because they are sent there.

            Several devices are named, or chosen with --of-site, --of-tag, --of-template, \
            --of-status or --all; they change all together, or none does.
            """)

    @OptionGroup var chosen: EditedDevices

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

    @Option(help: "Tag beside those it has; repeatable.")
    var addTag: [String] = []

    @Option(help: "Tag to take away; repeatable.")
    var removeTag: [String] = []

    // Whoever asks for it is told why it cannot be changed.
    @Option(help: .hidden)
    var interval: Int64?

    @Flag(help: "Say what would change, and change nothing.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let order = try order()
        let daemon = connection.daemon
        let selection = chosen.selection
        if selection.isOne, !dryRun {
            return try edit(daemon.device(selection.names[0]), order, daemon)
        }
        let devices = try selection.resolve(daemon)
        var batch = DeviceBatchOrder(devices: devices.map(\.id), action: .change)
        batch.order = order
        batch.dryRun = dryRun
        try DeviceBatch(daemon: daemon, devices: devices, output: output.output).run(
            batch, done: "changed")
    }

    private func order() throws -> DeviceOrder {
        var order = DeviceOrder()
        try snmp.fill(&order, needsCredentials: false)
        availability.fill(&order)
        order.name = name
        order.host = host
        order.site = site
        order.tags = tag.isEmpty ? nil : tag == [""] ? [] : tag
        order.addTags = addTag.isEmpty ? nil : addTag
        order.removeTags = removeTag.isEmpty ? nil : removeTag
        order.intervalSeconds = interval
        guard order != DeviceOrder() else {
            throw CommandFailure(
                "nothing was asked for, and nothing was changed",
                fix: "give an option, for example --name NAME; see pollerctl device edit --help",
                exitCode: .usage)
        }
        return order
    }

    private func edit(_ before: DeviceReport, _ order: DeviceOrder, _ daemon: Daemon) throws {
        let after = try daemon.patch(
            "/api/v1/devices/\(before.id)", order, as: DeviceReport.self)
        switch output.output {
        case .json, .jsonl: try Terminal.write(JSONText.encode(after))
        case .name: print(after.name)
        case .table, .csv: print(text(before, after, order), terminator: "")
        }
    }

    private func text(
        _ before: DeviceReport, _ after: DeviceReport, _ order: DeviceOrder
    ) -> String {
        var lines = DeviceDifference.between(before, and: after).map {
            ("  \($0.property)", "\($0.before) → \($0.after)" as String?)
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
}

/// Devices to edit. `--site` and `--tag` are what they get; what they have is `--of-…`.
struct EditedDevices: ParsableArguments {
    @Argument(help: "Ids or names of devices.")
    var devices: [String] = []

    @Option(help: "Edit the devices of this site.")
    var ofSite: String?

    @Option(help: "Edit the devices with this tag.")
    var ofTag: String?

    @Option(help: "Edit the devices of this device template.")
    var ofTemplate: String?

    @Option(help: "Edit the devices that are up, down, recovering, unknown or disabled.")
    var ofStatus: String?

    @Flag(help: "Edit all devices.")
    var all = false

    var selection: DeviceSelection {
        DeviceSelection(
            names: devices,
            criteria: DeviceCriteria(
                site: ofSite, tag: ofTag, template: ofTemplate, status: ofStatus),
            all: all)
    }
}
