import ArgumentParser
import PollerModel

/// `pollerctl device interfaces DEVICE`
struct DeviceInterfaces: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interfaces",
        abstract: "Lists a device's interfaces, graphed or not, and makes graphs of them.",
        discussion: """
            As they were read last. Speed is in bit/s; counters are of 64 or 32 bits where they \
            are measured. An interface that is not present is known from before: its graphs stay.
            """)

    @Argument(help: "Id or name of the device.")
    var device: String

    @OptionGroup(title: "Graphs") var graphs: RowGraphOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        if let order = try graphs.order(of: "interfaces") {
            return try daemon.makeGraphs(order, of: daemon.device(device), output.output)
        }
        let rows = try daemon.rows("interfaces", of: daemon.device(device).id)
        if rows.isEmpty, output.output == .table {
            Terminal.complain("No interface is known of it: pollerctl device reindex \(device)")
        }
        try Listing(
            items: rows.map(InterfaceReport.init),
            columns: [
                Column("INDEX", isNumber: true) { $0.index },
                Column("NAME") { $0.name?.text ?? "" }, Column("DESCR") { $0.descr?.text ?? "" },
                Column("ALIAS") { $0.alias?.text ?? "" },
                Column("TYPE") { $0.type.map(InterfaceWords.type) ?? "" },
                Column("ADMIN") { $0.adminStatus.map(InterfaceWords.status) ?? "" },
                Column("OPER") { $0.operStatus.map(InterfaceWords.status) ?? "" },
                Column("SPEED", isNumber: true) { $0.speedBitsPerSecond.map { "\($0)" } ?? "" },
                Column("BITS", isNumber: true) { $0.counterBits.map { "\($0)" } ?? "" },
                Column("GRAPHED") { $0.graphed ? "yes" : "no" },
                Column("PRESENT") { $0.present ? "yes" : "no" },
            ], name: { $0.name?.text ?? $0.index }
        ).write(output.output)
    }
}

/// An interface as scripts read it: texts as the device sent them.
struct InterfaceReport: Encodable {
    let index: String
    @ExplicitNull var name: FieldValue?
    @ExplicitNull var descr: FieldValue?
    @ExplicitNull var alias: FieldValue?
    @ExplicitNull var type: FieldValue?
    @ExplicitNull var adminStatus: FieldValue?
    @ExplicitNull var operStatus: FieldValue?
    @ExplicitNull var speedBitsPerSecond: UInt64?
    @ExplicitNull var counterBits: Int?
    let present: Bool
    let graphed: Bool
    let graphs: [GraphID]

    init(_ row: QueryRowReport) {
        let field = { (name: String) in ExplicitNull(wrappedValue: row.fields[name]) }
        index = row.index
        _name = field("ifName")
        _descr = field("ifDescr")
        _alias = field("ifAlias")
        _type = field("ifType")
        _adminStatus = field("ifAdminStatus")
        _operStatus = field("ifOperStatus")
        _speedBitsPerSecond = ExplicitNull(wrappedValue: row.speedBitsPerSecond)
        _counterBits = ExplicitNull(wrappedValue: row.counterBits)
        present = row.present
        graphed = row.graphed
        graphs = row.graphs
    }
}

/// What numbers of RFC 2863 mean; others, and what is words already, stay as they are.
enum InterfaceWords {
    static func status(_ value: FieldValue) -> String {
        let words = [
            "up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown",
        ]
        guard let number = value.integer, (1...Int64(words.count)).contains(number) else {
            return value.text
        }
        return words[Int(number) - 1]
    }

    /// IANAifType-MIB, as far as it is common.
    static func type(_ value: FieldValue) -> String {
        let words: [Int64: String] = [
            1: "other", 6: "ethernetCsmacd", 23: "ppp", 24: "softwareLoopback", 37: "atm",
            53: "propVirtual", 71: "ieee80211", 97: "vdsl2", 117: "gigabitEthernet",
            131: "tunnel", 135: "l2vlan", 136: "l3ipvlan", 150: "mplsTunnel", 161: "ieee8023adLag",
            166: "mpls", 209: "bridge",
        ]
        return value.integer.flatMap { words[$0] } ?? value.text
    }
}
