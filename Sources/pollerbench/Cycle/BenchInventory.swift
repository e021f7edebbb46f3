import PollerModel
import Synchronization

/// Devices that nobody changes.
final class BenchInventory: DeviceInventory {
    let definitions: Definitions
    private let watches = Mutex<[DeviceID: [OID: String]]>([:])

    init(_ definitions: Definitions) { self.definitions = definitions }

    func watchValues(of device: DeviceID) async throws(InventoryFailure) -> [OID: String] {
        watches.withLock { $0[device] ?? [:] }
    }

    func setWatchValues(
        _ values: [OID: String], of device: DeviceID
    ) async throws(InventoryFailure) {
        watches.withLock { $0[device] = values }
    }

    func remember(_ knowledge: SNMPKnowledge) async throws(InventoryFailure) {}

    // Nothing of the following is asked for while agents do not change.

    private static let refusal = InventoryFailure.failed(
        operation: "change devices", detail: "those of a measurement stay as they are")

    func add(
        _ device: NewDevice, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw Self.refusal }

    func complete(
        _ device: DeviceID, with discovered: DiscoveredDevice, proposals: [GraphProposal],
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw Self.refusal }

    func change(
        _ device: DeviceID, to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw Self.refusal }

    func change(
        _ devices: [DeviceID], to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> [DeviceDefinition] { throw Self.refusal }

    func remove(_ device: DeviceID) async throws(InventoryFailure) -> DeviceDefinition {
        throw Self.refusal
    }

    func apply(
        _ change: TableChange, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw Self.refusal }

    func remaps(of device: DeviceID) async throws(InventoryFailure) -> [Remap] { [] }

    func undoRemap(
        _ remap: RemapID, of device: DeviceID, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw Self.refusal }

    func makeGraphs(
        _ proposals: [GraphProposal], judged templates: [String], of device: DeviceID,
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw Self.refusal }

    func removeGraph(_ graph: GraphID) async throws(InventoryFailure) -> RemovedGraph {
        throw Self.refusal
    }

    func makeAggregate(
        _ order: AggregateOrder, at now: Timestamp
    ) async throws(InventoryFailure) -> Aggregate { throw Self.refusal }

    func changeAggregate(
        _ id: GraphID, to order: AggregateOrder
    ) async throws(InventoryFailure) -> Aggregate { throw Self.refusal }

    func removeAggregate(_ id: GraphID) async throws(InventoryFailure) -> Aggregate {
        throw Self.refusal
    }

    func recognise(
        _ device: DeviceID, as templates: [String], system: SystemDescription
    ) async throws(InventoryFailure) -> DeviceDefinition { throw Self.refusal }

    func setProfile(
        of sources: [DataSourceID], to profile: String
    ) async throws(InventoryFailure) -> [DeviceDefinition] { throw Self.refusal }
}

/// For devices that count as up by SNMP.
struct NoPings: PingTransport {
    func ping(_ request: PingRequest) async -> Result<PingAnswer, PingFailure> {
        .success(PingAnswer(microseconds: 0, attempts: 1))
    }
}

extension Fleet {
    /// All devices with the traffic of all their interfaces and a graph for each, as discovery
    /// leaves them.
    func definitions(profile: Profile, createdAt: Timestamp) throws -> Definitions {
        let shipped = try Catalogue.shipped()
        let catalogue = Catalogue(
            profiles: [profile], dataQueries: Array(shipped.dataQueries.values),
            dataTemplates: Array(shipped.dataTemplates.values),
            graphTemplates: Array(shipped.graphTemplates.values),
            deviceTemplates: Array(shipped.deviceTemplates.values))
        return Definitions(
            version: 1, catalogue: catalogue,
            devices: (0..<devices).map { definition($0, profile, createdAt) })
    }

    private func definition(
        _ position: Int, _ profile: Profile, _ createdAt: Timestamp
    ) -> DeviceDefinition {
        let device = DeviceID(Int64(position + 1))
        let name = "dev-\(index(position))"
        let rows = (1...interfaces).map { interface in
            QueryRow(
                id: QueryRowID(Int64(position * interfaces + interface)), device: device,
                query: "interfaces", index: [UInt32(interface)],
                fields: fields(interface, name), isPresent: true)
        }
        let sources = rows.map {
            DataSource(
                id: DataSourceID($0.id.rawValue), device: device, template: "interface_traffic",
                row: $0.id, profile: profile.name, width: .wide, createdAt: createdAt)
        }
        let graphs = zip(sources, 1...).map { source, interface in
            Graph(
                id: GraphID(source.id.rawValue), device: device, template: "interface_traffic",
                dataSource: source.id, title: "\(name) - Traffic - port \(interface) of \(name)")
        }
        return DeviceDefinition(
            device: Device(
                id: device, name: name, target: target(position), step: profile.step,
                template: "generic_snmp", system: SystemDescription(name: DeviceText(name)),
                createdAt: createdAt),
            rows: rows, dataSources: sources, graphs: graphs)
    }

    /// What the farm's tables say.
    private func fields(_ interface: Int, _ device: String) -> RowFields {
        [
            "ifDescr": .text(DeviceText("eth\(interface)")), "ifType": .integer(6),
            "ifSpeed": .integer(1_000_000_000),
            "ifPhysAddress": .text(DeviceText("02:00:00:00:00:01")),
            "ifAdminStatus": .integer(1), "ifOperStatus": .integer(1),
            "ifName": .text(DeviceText("eth\(interface)")), "ifHighSpeed": .integer(1_000),
            "ifAlias": .text(DeviceText("port \(interface) of \(device)")),
        ]
    }
}
