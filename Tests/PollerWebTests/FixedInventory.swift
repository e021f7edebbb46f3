import PollerModel
import Synchronization

/// Definitions that nobody changes but the test.
final class FixedInventory: DeviceInventory, Sendable {
    private let current: Mutex<Definitions>
    var definitions: Definitions { current.withLock { $0 } }
    init(_ definitions: Definitions) { current = Mutex(definitions) }

    func set(_ definitions: Definitions) { current.withLock { $0 = definitions } }

    private var refusal: InventoryFailure { .failed(operation: "change", detail: "fixed") }
    func add(_ device: NewDevice, at now: Timestamp) async throws(InventoryFailure)
        -> DeviceDefinition
    { throw refusal }
    func complete(
        _ device: DeviceID, with discovered: DiscoveredDevice, proposals: [GraphProposal],
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw refusal }
    func change(
        _ device: DeviceID, to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw refusal }
    func change(
        _ devices: [DeviceID], to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> [DeviceDefinition] { throw refusal }
    func remove(_ device: DeviceID) async throws(InventoryFailure) -> DeviceDefinition {
        throw refusal
    }
    func apply(_ change: TableChange, at now: Timestamp) async throws(InventoryFailure)
        -> DeviceDefinition
    { throw refusal }
    func remaps(of device: DeviceID) async throws(InventoryFailure) -> [Remap] { throw refusal }
    func undoRemap(
        _ remap: RemapID, of device: DeviceID, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw refusal }
    func makeGraphs(
        _ proposals: [GraphProposal], judged templates: [String], of device: DeviceID,
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw refusal }
    func removeGraph(_ graph: GraphID) async throws(InventoryFailure) -> RemovedGraph {
        throw refusal
    }
    func makeAggregate(
        _ order: AggregateOrder, at now: Timestamp
    ) async throws(InventoryFailure) -> Aggregate { throw refusal }
    func changeAggregate(
        _ id: GraphID, to order: AggregateOrder
    ) async throws(InventoryFailure) -> Aggregate { throw refusal }
    func removeAggregate(_ id: GraphID) async throws(InventoryFailure) -> Aggregate {
        throw refusal
    }
    func recognise(
        _ device: DeviceID, as templates: [String], system: SystemDescription
    ) async throws(InventoryFailure) -> DeviceDefinition { throw refusal }
    func setProfile(
        of sources: [DataSourceID], to profile: String
    ) async throws(InventoryFailure) -> [DeviceDefinition] { throw refusal }
    func remember(_ knowledge: SNMPKnowledge) async throws(InventoryFailure) {}
    func watchValues(of device: DeviceID) async throws(InventoryFailure) -> [OID: String] { [:] }
    func setWatchValues(_ values: [OID: String], of device: DeviceID) async throws(InventoryFailure)
    {}
}
