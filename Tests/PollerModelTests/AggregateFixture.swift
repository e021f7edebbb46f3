import PollerModel
import TestSupport

/// Devices with graphs, for rules and lists.
enum AggregateFixture {
    static let catalogue = ShippedCatalogue.catalogue

    /// A device whose graphs have these titles; data sources and graphs are numbered alike, from
    /// a hundred times its id on.
    static func device(
        _ number: Int64, _ name: String, titles: [String], tags: [String] = [],
        site: String? = nil, template: String = "generic_snmp",
        otherTemplates: [String] = [], graphTemplate: String = "interface_traffic",
        dataTemplate: String = "interface_traffic"
    ) -> DeviceDefinition {
        let id = DeviceID(number)
        let numbers = titles.indices.map { number * 1_000 + Int64($0) }
        return DeviceDefinition(
            device: Device(
                id: id, name: name,
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [192, 0, 2, UInt8(number & 0xff)])),
                    credentials: .community(Secret("c"))),
                step: catalogue.steps[0], template: template, otherTemplates: otherTemplates,
                site: site, tags: tags, system: SystemDescription(),
                createdAt: Timestamp(seconds: 1)),
            rows: [],
            dataSources: numbers.map {
                DataSource(
                    id: DataSourceID($0), device: id, template: dataTemplate, row: nil,
                    profile: "one_minute", width: .wide, createdAt: Timestamp(seconds: 1))
            },
            graphs: zip(numbers, titles).map {
                Graph(
                    id: GraphID($0), device: id, template: graphTemplate,
                    dataSource: DataSourceID($0), title: $1)
            })
    }

    static func definitions(
        _ devices: [DeviceDefinition], aggregates: [Aggregate] = []
    ) -> Definitions {
        Definitions(version: 1, catalogue: catalogue, devices: devices, aggregates: aggregates)
    }

    static func aggregate(
        _ members: Aggregate.Members, id: Int64 = 900_000,
        arrangement: Aggregate.Arrangement = .sum, template: String = "interface_traffic"
    ) -> Aggregate {
        Aggregate(
            id: GraphID(id), title: "All of it", template: template, members: members,
            arrangement: arrangement, createdAt: Timestamp(seconds: 1))
    }

    static func rule(_ fill: (inout MemberRule) -> Void) -> MemberRule {
        var rule = MemberRule()
        fill(&rule)
        return rule
    }
}
