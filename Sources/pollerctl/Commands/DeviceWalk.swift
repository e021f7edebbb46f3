import ArgumentParser
import PollerModel

/// `pollerctl device walk DEVICE OID`
struct DeviceWalk: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "walk", abstract: "Reads a subtree of a device's objects, through pollerd.",
        discussion: """
            A device that is polled is asked with what it is polled with; any other host with the \
            credentials that are given. A walk reads 20000 objects, 16 MiB and for two minutes at \
            most, and says where it stopped.
            """)

    @Argument(help: "Id or name of a device; an address or DNS name where credentials are given.")
    var device: String

    @Argument(help: "Where to begin, in numbers: 1.3.6.1.2.1.1")
    var oid: String

    @Option(help: "Stop behind so many objects.")
    var rows: Int?

    @OptionGroup(title: "SNMP options") var snmp: SNMPOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        var order = WalkOrder(oid: oid)
        order.rows = rows
        if let target = try target() {
            order.target = target
        } else {
            order.device = try daemon.device(device).id
        }
        let walk = try daemon.post("/api/v1/walks", order, as: WalkReport.self)
        switch output.output {
        case .table:
            for object in walk.rows { print(object.line) }
        case .json: try Terminal.write(JSONText.encode(walk))
        case .jsonl, .csv, .name:
            try Listing(
                items: walk.rows,
                columns: [
                    Column("OID") { "\($0.oid)" }, Column("TYPE") { $0.type },
                    Column("VALUE") { $0.value.shown },
                ], name: { "\($0.oid)" }
            ).write(output.output)
        }
        if let cut = walk.cut { Terminal.complain("There is more: \(cut).") }
        guard walk.rows.isEmpty else { return }
        throw CommandFailure(
            "the agent shows nothing at or below \(oid)",
            fix: "it may lack it, or hide it from this user or community", exitCode: .notFound)
    }

    /// nil where no credentials are given: then it is a device.
    private func target() throws -> DeviceOrder? {
        var order = DeviceOrder()
        try snmp.fill(&order, needsCredentials: false)
        guard order.community != nil || order.user != nil else {
            guard order == DeviceOrder() else {
                throw CommandFailure(
                    "a device is asked as it is polled",
                    fix: "leave the options out, or give credentials to ask any host",
                    exitCode: .usage)
            }
            return nil
        }
        order.host = device
        return order
    }
}
