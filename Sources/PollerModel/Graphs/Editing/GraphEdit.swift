/// How somebody wanted one graph to be drawn, as it was saved.
package struct GraphEdit: Sendable, Hashable {
    /// Kept of one graph: what holds, and twenty of before, which can be restored.
    package static let largestCount = 21

    /// Of the graph: 1 for the first time it was changed.
    package let version: Int
    package let override: GraphOverride
    package let editedAt: Timestamp
    /// The name of an account, or of a user of this machine.
    package let editedBy: String

    package init(version: Int, override: GraphOverride, editedAt: Timestamp, editedBy: String) {
        self.version = version
        self.override = override
        self.editedAt = editedAt
        self.editedBy = editedBy
    }
}

/// What people keep about graphs: how they want them drawn, and which they look at often.
package protocol GraphRegister: Sendable {
    /// Keeps how a graph of a device is to be drawn, as its next version where that is another
    /// than it is; the graph then.
    ///
    /// - Parameter version: the one that was changed, 0 where there was none: a graph that was
    ///   saved by somebody else meanwhile is left alone (`InventoryFailure.editedMeanwhile`).
    func editGraph(
        _ graph: GraphID, to override: GraphOverride, from version: Int, by editor: String,
        at now: Timestamp
    ) async throws(InventoryFailure) -> Graph

    /// What was saved of a graph, the newest first.
    func edits(of graph: GraphID) async throws(InventoryFailure) -> [GraphEdit]

    /// In the order of their names.
    func filters(of account: AccountID) async throws(InventoryFailure) -> [SavedFilter]

    /// Keeps one, in place of the one that has its name.
    func keep(
        _ filter: SavedFilter, of account: AccountID
    ) async throws(InventoryFailure)

    /// Whether there was one.
    func removeFilter(
        _ name: String, of account: AccountID
    ) async throws(InventoryFailure) -> Bool
}

/// A filter of the list of graphs that somebody keeps.
package struct SavedFilter: Sendable, Hashable {
    /// Of one account.
    package static let largestCount = 50
    /// Characters (Unicode scalars) of a name.
    package static let longestName = 60
    /// Bytes of the query.
    package static let longestQuery = 1_000

    package let name: String
    /// Of the address of the list, as browsers send it: `q=uplink&columns=3`.
    package let query: String

    package init(name: String, query: String) {
        self.name = name
        self.query = query
    }
}
