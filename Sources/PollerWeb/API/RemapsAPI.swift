import Hummingbird
import PollerModel

/// `/api/v1/devices/{id}/remaps`: what became of the rows of a device's tables.
struct RemapsAPI: Sendable {
    let services: WebServices

    func addReading(to router: some RouterMethods<WebContext>) {
        router.group("/api/v1").get("devices/{id}/remaps") { _, context in
            let definition = try services.device(context)
            do {
                let remaps = try await services.operations.remaps(of: definition.device.id)
                return try JSONAnswer.ok(
                    ListReport(items: remaps.map { RemapReport($0) }, next: nil))
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
    }

    func addChanges(to router: some RouterMethods<WebContext>) {
        router.group("/api/v1").post("devices/{id}/remaps/{remap}/undo") { _, context in
            let device = try services.device(context).device
            let id = device.id
            let text = context.parameters.get("remap") ?? ""
            guard let remap = RemapID(text: text) else {
                throw WebProblem.notFound(
                    "remap \(DeviceText(text).text)", fix: "see pollerctl device remaps \(id)")
            }
            do {
                let definition = try await services.operations.undoRemap(remap, of: id)
                context.audit.note(object: "rows of \(device.words)", after: ["undone": "\(remap)"])
                return try JSONAnswer.ok(
                    DeviceReport(definition, status: services.status.device(id)))
            } catch OperationFailure.invalid(let words, let fix) {
                // This order has no arguments that could be wrong: only the moment is.
                throw WebProblem(.conflict, words, code: "device_busy", fix: fix)
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
    }
}
