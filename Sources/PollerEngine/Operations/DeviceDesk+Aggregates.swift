import Logging
package import PollerModel

/// What people ask of graphs of many data sources.
extension DeviceDesk {
    package func makeAggregate(
        _ order: AggregateOrder
    ) async throws(OperationFailure) -> Aggregate {
        let aggregate: Aggregate
        do {
            aggregate = try await inventory.makeAggregate(order, at: timekeeper.now.wall)
        } catch {
            throw .inventory(error)
        }
        note("made", aggregate)
        return aggregate
    }

    package func changeAggregate(
        _ id: GraphID, to order: AggregateOrder
    ) async throws(OperationFailure) -> Aggregate {
        let aggregate: Aggregate
        do {
            aggregate = try await inventory.changeAggregate(id, to: order)
        } catch {
            throw .inventory(error)
        }
        note("changed", aggregate)
        return aggregate
    }

    func deleteAggregate(_ id: GraphID) async throws(OperationFailure) {
        let aggregate: Aggregate
        do {
            aggregate = try await inventory.removeAggregate(id)
        } catch {
            throw .inventory(error)
        }
        note("removed", aggregate)
    }

    private func note(_ change: String, _ aggregate: Aggregate) {
        logger.notice(
            "aggregate \(aggregate.id) (\(aggregate.title)) was \(change)",
            metadata: ["event": "aggregate.\(change)", "graph": "\(aggregate.id)"])
    }
}
