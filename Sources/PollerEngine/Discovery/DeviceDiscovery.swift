import PollerModel

/// Asks a device what it is and which of the catalogue's tables and values it has.
struct DeviceDiscovery: Sendable {
    let transport: any SNMPTransport
    let catalogue: Catalogue
    let timekeeper: any Timekeeper

    /// The system group, and how long its answer took.
    struct SystemAnswer: Sendable {
        let system: SystemDescription
        let milliseconds: Int64
        /// Whether the agent was asked with SNMPv2c and answered SNMPv1.
        var isOlder = false
    }

    /// Asks for the system group (RFC 3418).
    ///
    /// - Throws: also when the agent answers but shows nothing at all.
    func systemGroup(of target: SNMPTarget) async throws(SNMPFailure) -> SystemAnswer {
        let objects = [
            WellKnownObject.sysDescr, WellKnownObject.sysObjectID, WellKnownObject.sysContact,
            WellKnownObject.sysName, WellKnownObject.sysLocation, WellKnownObject.sysUpTime,
        ]
        let response = await transport.get(SNMPGetRequest(target: target, groups: [objects]))
        let values = try response.groups[0].get().values.map(\.success)
        if !values.contains(where: { $0?.isPresent == true }) {
            // Some agents lack the group; one that has nothing at all has an empty view.
            let root = OID([1, 3, 6, 1])
            let rest = try await transport.walk(
                SNMPWalkRequest(target: target, root: root, rowLimit: 1))
            if rest.rows.isEmpty { throw .viewEmpty }
        }
        var system = SystemDescription()
        system.description = Self.text(values[0])
        if case .oid(let oid)? = values[1] { system.objectID = oid }
        system.contact = Self.text(values[2])
        system.name = Self.text(values[3])
        system.location = Self.text(values[4])
        return SystemAnswer(
            system: system, milliseconds: response.effort.milliseconds,
            isOlder: target.version == .v2c
                && response.effort.habits?.speaksVersion1Only == true)
    }

    private static func text(_ value: SNMPValue?) -> DeviceText? {
        if case .octets(let bytes)? = value { DeviceText(bytes: bytes) } else { nil }
    }

    /// Which device templates fit a device: by what it says of itself, and by what it answers.
    ///
    /// - Throws: when the device falls silent on the way; nil when the catalogue has no template
    ///   that fits every device.
    func kind(
        of target: SNMPTarget, system: SystemDescription, columns: ColumnReader
    ) async throws(SNMPFailure) -> DeviceKind? {
        let answers = try await columns.answering(catalogue.probes(for: system))
        return catalogue.kind(of: system, answering: answers)
    }

    /// What a device has of what its kind may have.
    ///
    /// - Parameter judgesOffers: whether rows are also judged for graphs that are made on request.
    ///   Of thousands of interfaces that takes as many messages again, and whoever asks for such
    ///   a graph has its table read.
    /// - Throws: when the device falls silent on the way.
    func discover(
        _ target: SNMPTarget, system: SystemDescription, kind: DeviceKind, columns: ColumnReader,
        judgesOffers: Bool = false
    ) async throws(SNMPFailure) -> DiscoveredDevice {
        let templates = dataTemplates(of: kind)
        let scalars = try await scalars(target, templates)
        let judged = judgesOffers ? templates : dataTemplates(drawnBy: kind.graphs)
        var tables: [String: DiscoveredTable] = [:]
        for name in queries(of: kind) {
            tables[name] = try await table(
                name, templates: judged, columns: columns,
                demanded: judgesOffers ? Set(judged.map(\.name)) : [])
        }
        return DiscoveredDevice(system: system, kind: kind, tables: tables, scalars: scalars)
    }

    /// Names of the data queries that a kind has: first those of which something is drawn, for it
    /// is not to suffer from what is only listed.
    func queries(of kind: DeviceKind) -> [String] {
        Self.distinct(dataTemplates(of: kind).compactMap(\.query) + kind.tables)
    }

    /// Which of the templates without a query have values, and with which width.
    func scalars(
        _ target: SNMPTarget, _ templates: [DataTemplate]
    ) async throws(SNMPFailure) -> [String: CounterWidth] {
        try await ScalarReader(transport: transport, target: target)
            .widths(of: templates.filter { $0.query == nil })
    }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// Those of the graphs a device gets by itself and of those it offers, each once.
    func dataTemplates(of kind: DeviceKind) -> [DataTemplate] {
        dataTemplates(drawnBy: kind.graphs + kind.offers)
    }

    /// What graph templates draw, each once.
    func dataTemplates(drawnBy graphs: [String]) -> [DataTemplate] {
        let names = graphs.compactMap { catalogue.graphTemplates[$0]?.dataTemplate }
        return Self.distinct(names).compactMap { catalogue.dataTemplates[$0] }
    }

    /// What reads a device's columns, within the limits of one discovery.
    func columns(of target: SNMPTarget) -> ColumnReader {
        ColumnReader(transport: transport, target: target, timekeeper: timekeeper)
    }

    /// The rows of one table. An error of the agent makes the table empty, with the reason as
    /// its note; a silence is thrown.
    ///
    /// - Parameter demanded: names of the templates for which also rows are judged that are graphed
    ///   on request only.
    func table(
        _ name: String, templates: [DataTemplate], columns: ColumnReader,
        demanded: Set<String> = []
    ) async throws(SNMPFailure) -> DiscoveredTable {
        guard let query = catalogue.dataQueries[name] else {
            return DiscoveredTable(query: name, rows: [], note: "the catalogue does not know it")
        }
        var reader = TableReader(
            query: query, templates: templates.filter { $0.query == name }, columns: columns)
        reader.demanded = demanded
        return try await reader.read()
    }
}
