package import PollerModel
import Synchronization

/// Remembers what was reported.
package final class ReportedEvents: EventHistory {
    private let reported = Mutex<[NewEvent]>([])
    private let kept = Mutex<[Event]>([])

    package init() {}

    package var events: [NewEvent] { reported.withLock { $0 } }
    package func report(_ event: NewEvent) { reported.withLock { $0.append(event) } }

    /// What is found when somebody asks, ascending by id.
    package func keep(_ events: [Event]) { kept.withLock { $0 = events } }

    package func events(_ query: EventQuery) async throws(InventoryFailure) -> [Event] {
        let found = kept.withLock { events in
            events.reversed().filter { event in
                query.kinds.contains(event.kind)
                    && query.before.map { event.id < $0 } ?? true
                    && query.after.map { event.id > $0 } ?? true
                    && query.since.map { event.lastTime >= $0 } ?? true
                    && query.until.map { event.time < $0 } ?? true
                    && isOfDevice(event, query.device)
                    && isInScope(event, query.scope)
            }
        }
        return Array(found.prefix(query.limit))
    }

    private func isOfDevice(_ event: Event, _ device: DeviceID?) -> Bool {
        guard let device else { return true }
        return switch event.subject {
        case .device(let id), .source(_, of: let id): id == device
        case .graph, .none: false
        }
    }

    private func isInScope(_ event: Event, _ scope: EventQuery.Scope) -> Bool {
        guard case .parts(let devices, let graphs) = scope else { return true }
        return switch event.subject {
        case .device(let id), .source(_, of: let id): devices.contains(id)
        case .graph(let id): graphs.contains(id)
        case .none: false
        }
    }

    package func marks(
        of devices: Set<DeviceID>, graph: GraphID, ofAll: Bool, in range: TimeRange
    ) -> [EventMark] {
        kept.withLock { EventMarks($0.reversed()) }.marks(
            of: devices, graph: graph, ofAll: ofAll, in: range)
    }
}
