import PollerModel
import Synchronization

/// Keeps how graphs are drawn, and filters, as long as a test runs.
final class MemoryGraphs: GraphRegister, Sendable {
    let kept = Mutex<[GraphID: [GraphEdit]]>([:])
    let keptFilters = Mutex<[AccountID: [SavedFilter]]>([:])
    private let inventory: FixedInventory

    init(_ inventory: FixedInventory) { self.inventory = inventory }

    func editGraph(
        _ graph: GraphID, to override: GraphOverride, from version: Int, by editor: String,
        at now: Timestamp
    ) async throws(InventoryFailure) -> Graph {
        let definitions = inventory.definitions
        guard var (changed, definition) = definitions.graph(graph) else {
            throw .unknownGraph(graph)
        }
        if changed.version != version, let edit = changed.edit {
            throw .editedMeanwhile(graph, edit)
        }
        let edit = GraphEdit(
            version: version + 1, override: override, editedAt: now, editedBy: editor)
        kept.withLock { $0[graph, default: []].insert(edit, at: 0) }
        changed.edit = edit
        definition = DeviceDefinition(
            device: definition.device, rows: definition.rows, dataSources: definition.dataSources,
            graphs: definition.graphs.map { $0.id == graph ? changed : $0 })
        inventory.set(definitions.replacing(definition.device.id, with: definition))
        return changed
    }

    func edits(of graph: GraphID) async throws(InventoryFailure) -> [GraphEdit] {
        kept.withLock { $0[graph] ?? [] }
    }

    func filters(of account: AccountID) async throws(InventoryFailure) -> [SavedFilter] {
        keptFilters.withLock { ($0[account] ?? []).sorted { $0.name < $1.name } }
    }

    func keep(_ filter: SavedFilter, of account: AccountID) async throws(InventoryFailure) {
        keptFilters.withLock { filters in
            filters[account, default: []].removeAll { $0.name == filter.name }
            filters[account, default: []].append(filter)
        }
    }

    func removeFilter(
        _ name: String, of account: AccountID
    ) async throws(InventoryFailure) -> Bool {
        keptFilters.withLock { filters in
            let before = filters[account]?.count ?? 0
            filters[account]?.removeAll { $0.name == name }
            return before != filters[account]?.count ?? 0
        }
    }
}
