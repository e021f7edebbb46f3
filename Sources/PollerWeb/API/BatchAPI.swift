import Hummingbird
import PollerModel

/// `POST /api/v1/device-batches`: the same for many devices. A change is made
/// to all of them or to none; what asks devices, or removes files, is done to one after the other,
/// and each result is a line of the answer.
struct BatchAPI: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let services = services
        router.group("/api/v1").post("device-batches") { request, _ in
            let order = try await JSONAnswer.decode(StrictBatchOrder.self, from: request).order
            let work = try DeviceBatch(services: services).work(order)
            return EventStream.response { report in
                try await work { report(OperationEvent(result: $0)) }
            }
        }
    }
}
