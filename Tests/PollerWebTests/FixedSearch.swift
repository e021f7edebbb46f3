import PollerModel
import Synchronization
import Testing

@testable import PollerWeb

/// Finds by looking at everything there is.
final class FixedSearch: SearchIndex, Sendable {
    let requests = Mutex<[SearchRequest]>([])
    let failure = Mutex<InventoryFailure?>(nil)
    private let inventory: FixedInventory

    init(_ inventory: FixedInventory) { self.inventory = inventory }

    func find(_ request: SearchRequest) async throws(InventoryFailure) -> [SearchGroup] {
        requests.withLock { $0.append(request) }
        if let failure = failure.withLock({ $0 }) { throw failure }
        let definitions = inventory.definitions
        // Scopes are left to whoever asks: what he does not look up is seen in the tests.
        let entries =
            definitions.devices.values.flatMap {
                SearchEntry.all(of: $0, catalogue: definitions.catalogue)
            } + definitions.aggregates.values.map(SearchEntry.init)
        return request.kinds.map { kind in
            SearchGroup(
                kind, entries.filter { $0.key.kind == kind }, fitting: request.text, isCut: false)
        }
    }
}

/// Reports readings that a test makes, and ends as it says.
final class ScriptedLive: LiveOperations, Sendable {
    let orders = Mutex<[LiveOrder]>([])
    let readings = Mutex<[LiveReading]>([])
    let end = Mutex(LiveEnd.timeIsOver)
    /// How many were taken before nobody looked on any more; nil while somebody does.
    let leftAfter = Mutex<Int?>(nil)
    /// Whether it reports the first reading for ever.
    let isEndless = Mutex(false)
    /// Happens before a reading, which is told by how many were taken.
    let beforeReading = Mutex<(@Sendable (Int) async throws -> Void)?>(nil)

    func watch(
        _ order: LiveOrder, report: @escaping @Sendable (LiveReading) async -> Bool
    ) async -> LiveEnd {
        orders.withLock { $0.append(order) }
        let (readings, isEndless) = (readings.withLock { $0 }, isEndless.withLock { $0 })
        var count = 0
        while isEndless || count < readings.count {
            let before = beforeReading.withLock { $0 }
            do {
                try await before?(count)
            } catch { Issue.record(error) }
            guard !Task.isCancelled, await report(readings[isEndless ? 0 : count]) else {
                leftAfter.withLock { $0 = count }
                return .left
            }
            count += 1
            await Task.yield()
        }
        return end.withLock { $0 }
    }
}
