import ArgumentParser
import PollerModel

/// `pollerctl site …`
struct SiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site", abstract: "Sites: list.", subcommands: [SiteList.self])
}

/// `pollerctl site list`
struct SiteList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the sites that devices belong to.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    /// Devices of one site.
    private struct Site: Encodable {
        @ExplicitNull var name: String?
        let devices: Int
        let devicesUp: Int
        let devicesDown: Int
    }

    func run() throws {
        let devices = try connection.daemon.summaries()
        let sites = Dictionary(grouping: devices, by: \.site).map { name, devices in
            Site(
                name: name, devices: devices.count,
                devicesUp: devices.count { $0.status == .up },
                devicesDown: devices.count { $0.status == .down })
        }
        try Listing(
            // Devices without one stand last.
            items: sites.sorted {
                ($0.name == nil ? 1 : 0, $0.name ?? "") < ($1.name == nil ? 1 : 0, $1.name ?? "")
            },
            columns: [
                Column("SITE") { $0.name ?? "(none)" },
                Column("DEVICES", isNumber: true) { "\($0.devices)" },
                Column("UP", isNumber: true) { "\($0.devicesUp)" },
                Column("DOWN", isNumber: true) { "\($0.devicesDown)" },
            ], name: { $0.name ?? "" }
        ).write(output.output)
    }
}
