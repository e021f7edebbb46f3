import Testing

@testable import PollerModel

/// A catalogue with interfaces and their traffic, and a device that has some.
struct CatalogueFixture {
    let catalogue: Catalogue
    let template = DeviceTemplate(
        name: "switch", title: "Switch", source: "test", graphs: ["traffic"])
    let created = Timestamp(seconds: 1_700_000_000)
    let step: Step

    init() throws {
        step = try #require(Step(seconds: 60))
        let fields = ["ifName", "ifAlias"]
        var query = DataQuery(
            name: "interfaces", title: "Interfaces", source: "RFC 2863",
            index: OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 1]),
            fields: [
                .init(
                    name: "ifName",
                    origin: .column(OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1]), at: nil), kind: .text),
                .init(
                    name: "ifAlias",
                    origin: .column(OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18]), at: nil), kind: .text),
                .init(
                    name: "ifOperStatus",
                    origin: .column(OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 8]), at: nil), kind: .integer),
                .init(
                    name: "ifSpeed", origin: .column(OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 5]), at: nil),
                    kind: .integer),
                .init(
                    name: "ifHighSpeed",
                    origin: .column(OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 15]), at: nil),
                    kind: .integer),
            ], identity: [["ifName"]])
        query.watches = [OID([1, 3, 6, 1, 2, 1, 2, 1, 0])]
        query.graphed.when = RowCondition([[.init(field: "ifOperStatus", tests: [.oneOf(["1"])])]])
        query.speed = DataQuery.SpeedRule(
            high: "ifHighSpeed", low: "ifSpeed", except: nil)
        query.rowLimit = 1_000
        let items = [("traffic_in", 6, 10), ("traffic_out", 10, 16)].map { name, wide, narrow in
            var item = DataTemplate.Item(
                name: name, kind: .counter,
                origin: .object(
                    OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, UInt32(wide)]),
                    narrow: OID([1, 3, 6, 1, 2, 1, 2, 2, 1, UInt32(narrow)])),
                unit: "octets")
            item.limit = .init(factor: 0.125)
            return item
        }
        let names = Set(items.map(\.name))
        catalogue = Catalogue(
            profiles: [
                Profile(
                    name: "one_minute", title: "1 minute",
                    step: step,
                    heartbeatSeconds: 120,
                    archives: [
                        .init(function: .average, stepsPerRow: 1, rows: 1_500),
                        .init(function: .average, stepsPerRow: 60, rows: 800),
                        .init(function: .maximum, stepsPerRow: 60, rows: 800),
                    ])
            ], dataQueries: [query],
            dataTemplates: [
                DataTemplate(
                    name: "traffic", title: "Traffic", source: "RFC 2863", query: "interfaces",
                    items: items)
            ],
            graphTemplates: [
                GraphTemplate(
                    name: "traffic",
                    title: try TitlePattern(
                        "{device} - Traffic - {ifAlias|ifName}", fields: Set(fields)),
                    source: "RFC 2863", dataTemplate: "traffic",
                    settings: Self.settings,
                    items: [
                        .series(
                            .init(
                                label: "Inbound",
                                value: try Expression("traffic_in,8,*", variables: names),
                                style: .area, color: .palette(.blue), format: .scaled)),
                        .series(
                            .init(
                                label: "Outbound",
                                value: try Expression("traffic_out,8,*", variables: names),
                                style: .line, color: .palette(.orange), format: .scaled)),
                    ])
            ], deviceTemplates: [template])
    }

    private static var settings: GraphSettings {
        var settings = GraphSettings(verticalLabel: "bits per second")
        settings.lowerLimit = 0
        return settings
    }

    func row(
        index: UInt32, name: String, alias: String = "", status: Int64 = 1,
        width: CounterWidth? = .wide
    ) -> DiscoveredTable.Row {
        .init(
            index: [index], fields: fields(name, alias, status),
            widths: width.map { ["traffic": $0] } ?? [:])
    }

    private func fields(_ name: String, _ alias: String, _ status: Int64) -> RowFields {
        [
            "ifName": .text(DeviceText(name)), "ifAlias": .text(DeviceText(alias)),
            "ifOperStatus": .integer(status), "ifSpeed": .integer(1_000_000_000),
            "ifHighSpeed": .integer(1_000),
        ]
    }

    /// Device 1 with interfaces 1...n at indexes 1...n.
    ///
    /// - Parameter titles: of graphs that somebody named, by row.
    func device(
        interfaces: [String], absent: Set<String> = [], titles: [QueryRowID: String] = [:]
    ) -> DeviceDefinition {
        let device = DeviceID(1)
        let rows = interfaces.enumerated().map { position, name in
            QueryRow(
                id: QueryRowID(Int64(position + 1)), device: device, query: "interfaces",
                index: [UInt32(position + 1)], fields: fields(name, "", 1),
                isPresent: !absent.contains(name))
        }
        let sources = rows.map { row in
            DataSource(
                id: DataSourceID(row.id.rawValue), device: device, template: "traffic", row: row.id,
                profile: "one_minute", width: .wide, createdAt: created)
        }
        let graphs = zip(rows, sources).map { row, source in
            Graph(
                id: GraphID(source.id.rawValue), device: device, template: "traffic",
                dataSource: source.id,
                title: titles[row.id] ?? "sw1 - Traffic - \(row.fields["ifName"]?.text ?? "")")
        }
        return DeviceDefinition(
            device: Device(
                id: device, name: "sw1",
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [192, 0, 2, 1])),
                    credentials: .community(Secret("public"))),
                step: step, template: "switch", system: SystemDescription(),
                createdAt: created),
            rows: rows, dataSources: sources, graphs: graphs)
    }
}
