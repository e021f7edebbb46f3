import ArgumentParser
import PollerModel

/// `pollerctl device list`
struct DeviceList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists all devices and whether they answer.")

    @OptionGroup var criteria: CriteriaOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let criteria = criteria.criteria
        try criteria.check()
        let daemon = connection.daemon
        if output.output == .json || output.output == .jsonl {
            let devices = try daemon.list(criteria.path, of: DeviceReport.self)
            return try Listing(items: devices, columns: [], name: \.name).write(output.output)
        }
        let devices = try daemon.summaries(criteria)
        if devices.isEmpty, output.output == .table {
            Terminal.complain(
                criteria.isEmpty
                    ? "There are no devices yet: pollerctl add-device HOST --community COMMUNITY"
                    : "No device is like that.")
        }
        try Listing(
            items: devices,
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" }, Column("NAME") { $0.name },
                Column("ADDRESS") { $0.port == 161 ? $0.address : "\($0.address):\($0.port)" },
                Column("STATUS") { $0.status.rawValue }, Column("TEMPLATE") { $0.template },
                Column("EVERY", isNumber: true) { "\($0.intervalSeconds) s" },
                Column("TOOK", isNumber: true) { $0.pollMilliseconds.map { "\($0) ms" } ?? "-" },
                Column("GRAPHS", isNumber: true) { "\($0.graphs)" },
                Column("REASON") { $0.statusReason ?? "" },
            ], name: { $0.name }
        ).write(output.output)
    }
}
