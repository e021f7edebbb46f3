import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// What changes devices.
struct AdminAPI: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let group = router.group("/api/v1")
        group.post("devices") { request, context in
            let wanted = try await order(request).addition(site: services.site)
            try context.viewer.checkCovers(wanted, by: services.trees.trees)
            let audit = context.audit
            return EventStream.response { report in
                let added = try await services.operations.add(wanted) { step in
                    report(OperationEvent(step: step))
                }
                if !wanted.isDryRun, let id = added.definition?.device.id {
                    audit.note(
                        object: "device \(id) (\(added.name))",
                        after: added.definition.map {
                            DeviceReport($0, status: services.status.device(id))
                        })
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
            context.audit.note(object: definition.device.words)
            do {
                let status = try await services.operations.poll(definition.device.id)
                return try JSONAnswer.ok(DeviceReport(definition, status: status))
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
        group.post("devices/{id}/debug") { request, context in
            let definition = try services.device(context)
            let order = try await JSONAnswer.decode(
                StrictBody<DeviceDebugOrder>.self, from: request
            ).order
            let until: Timestamp?
            do {
                until = try await services.operations.debug(
                    definition.device.id,
                    seconds: order.seconds ?? DeviceDebugging.defaultSeconds)
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
            let report = DeviceDebugReport(
                device: definition.device.id, name: definition.device.name, until: until)
            context.audit.note(object: definition.device.words, after: report)
            return try JSONAnswer.ok(report)
        }
        group.patch("devices/{id}") { request, context in
            let definition = try services.device(context)
            let id = definition.device.id
            let reader = try await order(request)
            let change = try reader.change(of: definition.device)
            try context.viewer.checkCovers(
                change, of: definition.device, by: services.trees.trees)
            let before = DeviceReport(definition, status: services.status.device(id))
            do {
                let changed = try await services.operations.change(id, to: change)
                context.audit.note(
                    changed: definition.device,
                    DeviceDifference.between(
                        before, and: DeviceReport(changed, status: services.status.device(id)),
                        by: reader.order))
                return try JSONAnswer.ok(DeviceReport(changed, status: services.status.device(id)))
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
        group.post("rrd/reshape") { request, context in
            let wanted = try await JSONAnswer.decode(ReshapeOrder.self, from: request).request
            if !wanted.isDryRun { context.audit.note(object: "steps and archives of files") }
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
            let id = definition.device.id
            do {
                try await services.operations.delete(id, keepsData: keepsData)
                context.audit.note(
                    object: definition.device.words,
                    before: DeviceReport(definition, status: services.status.device(id)))
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
