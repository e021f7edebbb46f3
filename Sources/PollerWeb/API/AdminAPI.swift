import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// `/api/v1` on the admin socket only: what changes things.
struct AdminAPI: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let group = router.group("/api/v1")
        group.post("devices") { request, _ in
            let wanted = try await order(request).addition(site: services.site)
            return EventStream.response { report in
                let added = try await services.operations.add(wanted) { step in
                    report(OperationEvent(step: step))
                }
                report(
                    OperationEvent(
                        added: AddedDeviceReport(added, baseURL: services.site.baseURL)))
            }
        }
        group.post("device-tests") { request, _ in
            let wanted = try await order(request).addition(site: services.site)
            return EventStream.response { report in
                _ = await services.operations.test(
                    wanted.target, availability: wanted.availability
                ) { step in
                    report(OperationEvent(step: step))
                }
            }
        }
        group.post("devices/{id}/poll") { _, context in
            let definition = try services.device(context)
            do {
                let status = try await services.operations.poll(definition.device.id)
                return try JSONAnswer.ok(DeviceReport(definition, status: status))
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
        group.patch("devices/{id}") { request, context in
            let definition = try services.device(context)
            let id = definition.device.id
            let change = try await order(request).change(of: definition.device)
            do {
                let changed = try await services.operations.change(id, to: change)
                return try JSONAnswer.ok(DeviceReport(changed, status: services.status.device(id)))
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
        group.post("rrd/reshape") { request, _ in
            let wanted = try await JSONAnswer.decode(ReshapeOrder.self, from: request).request
            return EventStream.response { report in
                let end = try await services.archives.reshape(wanted) { progress in
                    report(OperationEvent(reshaping: progress))
                }
                report(OperationEvent(reshaping: end))
            }
        }
        group.delete("devices/{id}") { request, context in
            let definition = try services.device(context)
            let keepsData = try Query(request).flag("keep_data", default: false)
            do {
                try await services.operations.delete(definition.device.id, keepsData: keepsData)
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
            return Response(status: .noContent)
        }
    }

    private func order(_ request: Request) async throws -> OrderReader {
        OrderReader(order: try await JSONAnswer.decode(StrictOrder.self, from: request).order)
    }
}
