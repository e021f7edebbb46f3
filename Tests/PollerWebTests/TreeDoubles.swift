import PollerModel
import Synchronization

/// Trees in memory, beginning with the one of all devices by site.
final class MemoryTrees: TreeRegister, Sendable {
    private struct State {
        var trees: [TreeID: Tree] = [:]
        var next: Int64 = 2
    }

    private let state: Mutex<State>
    private let inventory: FixedInventory

    init(_ inventory: FixedInventory) {
        self.inventory = inventory
        let rule = TreeNode(
            id: TreeNodeID(1), parent: nil, name: "By site",
            content: .rule(TreeRule(grouping: .site)))
        let first = Tree(
            id: TreeID(1), name: "All devices", ordering: .byHand, version: 1,
            changedAt: Timestamp(seconds: 1_795_000_000), changedBy: "pollerd", nextNode: 2,
            nodes: [rule])
        state = Mutex(State(trees: first.map { [$0.id: $0] } ?? [:]))
    }

    var trees: [TreeID: Tree] { state.withLock { $0.trees } }

    private func write(
        _ body: (inout State) throws(TreeFailure) -> Tree
    ) throws(TreeFailure) -> Tree {
        try state.withLock { state in
            Result { () throws(TreeFailure) in try body(&state) }
        }.get()
    }

    func addTree(
        named name: String, by author: String, at now: Timestamp
    ) async throws(TreeFailure) -> Tree {
        try write { state throws(TreeFailure) in
            if let taken = state.trees.values.first(where: { $0.name == name }) {
                throw .nameTaken(name, by: taken.id)
            }
            let tree = Tree(
                id: TreeID(state.next), name: try Tree.checked(name), changedAt: now,
                changedBy: author)
            state.next += 1
            state.trees[tree.id] = tree
            return tree
        }
    }

    func changeTree(
        _ id: TreeID, from version: Int64?, with changes: [TreeChange], by author: String,
        at now: Timestamp
    ) async throws(TreeFailure) -> Tree {
        let definitions = inventory.definitions
        return try write { state throws(TreeFailure) in
            var tree = try Self.tree(id, version, state)
            tree.forgetWhatIsGone(in: definitions)
            for change in changes { try tree.apply(change) }
            tree.version += 1
            tree.changedAt = now
            tree.changedBy = author
            state.trees[id] = tree
            return tree
        }
    }

    func removeTree(_ id: TreeID, from version: Int64?) async throws(TreeFailure) -> Tree {
        try write { state throws(TreeFailure) in
            let tree = try Self.tree(id, version, state)
            state.trees[id] = nil
            return tree
        }
    }

    private static func tree(
        _ id: TreeID, _ version: Int64?, _ state: State
    ) throws(TreeFailure) -> Tree {
        guard let tree = state.trees[id] else { throw .unknownTree(id) }
        guard version == nil || version == tree.version else {
            throw .conflict(
                SavedMeanwhile(
                    name: tree.name, author: tree.changedBy, savedAt: tree.changedAt,
                    version: tree.version))
        }
        return tree
    }
}

/// Dashboards in memory.
final class MemoryDashboards: DashboardRegister, Sendable {
    private let kept = Mutex<[DashboardID: Dashboard]>([:])

    private func write(
        _ body: (inout [DashboardID: Dashboard]) throws(DashboardFailure) -> Dashboard
    ) throws(DashboardFailure) -> Dashboard {
        try kept.withLock { kept in
            Result { () throws(DashboardFailure) in try body(&kept) }
        }.get()
    }

    func dashboards() async throws(DashboardFailure) -> [Dashboard] {
        kept.withLock { $0.values.sorted { $0.id < $1.id } }
    }

    func dashboard(_ id: DashboardID) async throws(DashboardFailure) -> Dashboard? {
        kept.withLock { $0[id] }
    }

    func addDashboard(
        named name: String, with changes: [DashboardChange], owner: Viewer, at now: Timestamp
    ) async throws(DashboardFailure) -> Dashboard {
        try write { kept throws(DashboardFailure) in
            var dashboard = Dashboard(
                id: DashboardID(Int64(kept.count) + 1), name: try Dashboard.checked(name),
                owner: owner.name, ownerAccount: owner.account, changedAt: now,
                changedBy: owner.name)
            for change in changes { try dashboard.apply(change) }
            kept[dashboard.id] = dashboard
            return dashboard
        }
    }

    func changeDashboard(
        _ id: DashboardID, from version: Int64?, with changes: [DashboardChange],
        by author: String, at now: Timestamp
    ) async throws(DashboardFailure) -> Dashboard {
        try write { kept throws(DashboardFailure) in
            var dashboard = try Self.dashboard(id, version, kept)
            for change in changes { try dashboard.apply(change) }
            dashboard.version += 1
            dashboard.changedBy = author
            kept[id] = dashboard
            return dashboard
        }
    }

    func removeDashboard(
        _ id: DashboardID, from version: Int64?
    ) async throws(DashboardFailure) -> Dashboard {
        try write { kept throws(DashboardFailure) in
            let dashboard = try Self.dashboard(id, version, kept)
            kept[id] = nil
            return dashboard
        }
    }

    private static func dashboard(
        _ id: DashboardID, _ version: Int64?, _ kept: [DashboardID: Dashboard]
    ) throws(DashboardFailure) -> Dashboard {
        guard let dashboard = kept[id] else { throw .unknown(id) }
        guard version == nil || version == dashboard.version else {
            throw .conflict(
                SavedMeanwhile(
                    name: dashboard.name, author: dashboard.changedBy,
                    savedAt: dashboard.changedAt, version: dashboard.version))
        }
        return dashboard
    }
}
