import ArgumentParser
import PollerModel

/// `pollerctl device offers DEVICE`
struct DeviceOffers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offers",
        abstract: "Lists which graphs a device of this kind may have, and how many it has.",
        discussion: """
            Whether it has the values is found out when graphs are made: \
            pollerctl graph create DEVICE TEMPLATE --dry-run. ROWS are those of the template's \
            table; a template without a table draws what the device has once.
            """)

    @Argument(help: "Id or name of the device.")
    var device: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let offers = try daemon.list(
            "/api/v1/devices/\(daemon.device(device).id)/offers", of: OfferReport.self)
        // Of most tables there are, a device has none.
        let isShort = output.output == .table
        let shown = isShort ? offers.filter { $0.rows != 0 || $0.graphs > 0 } : offers
        try Listing(
            items: shown,
            columns: [
                Column("TEMPLATE") { $0.template }, Column("TITLE") { $0.title },
                Column("TABLE") { $0.query ?? "" },
                Column("ROWS", isNumber: true) { $0.rows.map { "\($0)" } ?? "" },
                Column("GRAPHS", isNumber: true) { "\($0.graphs)" },
                Column("MADE") { $0.automatic ? "by itself" : "on request" },
            ], name: { $0.template }
        ).write(output.output)
        if isShort, shown.count < offers.count {
            Terminal.complain(
                "\(offers.count - shown.count) more are of tables that it does not have: -o json")
        }
    }
}
