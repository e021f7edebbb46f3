/// Where interruptions outlive the process.
package protocol InterruptionStore: Sendable {
    /// Writes a batch, all or nothing. What belongs to devices and data sources that are gone
    /// meanwhile is left out.
    func write(_ batch: InterruptionBatch) async throws(InventoryFailure)
}

/// What was written before a start.
package struct InterruptionHistory: Sendable, Hashable {
    package var kept: [Interruption] = []
    /// Higher than any id that was ever used.
    package var nextID: Int64 = 1
    /// When the poller was last known to run; nil when it never did.
    package var aliveAt: Timestamp?

    package init(kept: [Interruption] = [], nextID: Int64 = 1, aliveAt: Timestamp? = nil) {
        self.kept = kept
        self.nextID = nextID
        self.aliveAt = aliveAt
    }
}
