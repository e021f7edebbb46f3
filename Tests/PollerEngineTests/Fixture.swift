import Logging
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Devices with one interface each, of the shipped catalogue.
enum Fixture {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func catalogue() throws -> Catalogue {
        let (catalogue, problems) = (ShippedCatalogue.catalogue, ShippedCatalogue.problems)
        try #require(problems.isEmpty)
        return catalogue
    }

    /// Device `id` listens on port `id`; its counters are 64 bits wide or 32. Its first data
    /// source has the same id, and so has its first row.
    ///
    /// - Parameter profiles: of the interfaces' data sources; nil: the one of the step.
    static func device(
        _ id: Int64, width: CounterWidth, step: Step, createdAt: Timestamp,
        interfaces: [String] = ["eth0"], profiles: [String]? = nil
    ) -> DeviceDefinition {
        let device = DeviceID(id)
        let rows = interfaces.enumerated().map { position, name in
            QueryRow(
                id: QueryRowID(id + Int64(position)), device: device, query: "interfaces",
                index: [UInt32(position + 1)], fields: ["ifName": .text(DeviceText(name))],
                isPresent: true)
        }
        let usual = [10: "ten_seconds", 300: "five_minutes"][step.seconds] ?? "one_minute"
        let sources = rows.enumerated().map { position, row in
            DataSource(
                id: DataSourceID(row.id.rawValue), device: device, template: "interface_traffic",
                row: row.id, profile: profiles?[position] ?? usual, width: width,
                createdAt: createdAt)
        }
        return DeviceDefinition(
            device: Device(
                id: device, name: "d\(id)",
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [127, 0, 0, 1])), port: UInt16(id),
                    credentials: .community(Secret("public"))),
                step: step, template: "generic_snmp",
                system: SystemDescription(name: DeviceText("d\(id)")), createdAt: createdAt),
            rows: rows, dataSources: sources, graphs: [])
    }

    /// What an inventory makes of a new device: data sources without rows only.
    static func definition(id: Int64, new: NewDevice, now: Timestamp) -> DeviceDefinition {
        let device = DeviceID(id)
        let sources = new.proposals.enumerated().map { position, proposal in
            DataSource(
                id: DataSourceID(Int64(position + 1)), device: device,
                template: proposal.dataTemplate, row: nil, profile: new.profile.name,
                width: proposal.width, createdAt: now)
        }
        let graphs = zip(new.proposals, sources).map { proposal, source in
            Graph(
                id: GraphID(source.id.rawValue), device: device, template: proposal.template,
                dataSource: source.id, title: proposal.title)
        }
        return DeviceDefinition(
            device: Device(
                id: device, name: new.name, target: new.target, step: new.profile.step,
                template: new.discovered.kind.main.name, graphPolicy: new.graphPolicy,
                isDiscovered: new.discovered.hasAnswered, system: new.discovered.system,
                createdAt: now),
            rows: [], dataSources: sources, graphs: graphs)
    }
}
