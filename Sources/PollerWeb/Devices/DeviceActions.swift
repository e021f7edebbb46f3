import HTTPTypes
import Hummingbird
import PollerModel

/// What is done to one device from its page: each is a form of its own, and leads back to the page
/// with a sentence about what became of it.
struct DeviceActions: Sendable {
    let services: WebServices
    let pages: PageRenderer

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/devices/{id}/poll") { _, context in
            try await here.act(context) { definition throws(OperationFailure) in
                context.audit.note(object: definition.device.words)
                let status = try await here.services.operations.poll(definition.device.id)
                if let reason = status.reason { return "It was polled: \(reason.words)." }
                return "It was polled, and answered within \(status.pollMilliseconds ?? 0) ms."
            }
        }
        router.post("/devices/{id}/reindex") { _, context in
            try await here.act(context) { definition throws(OperationFailure) in
                context.audit.note(object: definition.device.words)
                let tables = try await here.services.operations.reindex(
                    definition.device.id, query: nil)
                guard !tables.isEmpty else { return "It has no tables." }
                return "Its tables were read again. "
                    + tables.map { "\($0.title): \($0.words)" }.joined(separator: "; ") + "."
            }
        }
        router.post("/devices/{id}/recognise") { _, context in
            try await here.act(context) { definition throws(OperationFailure) in
                let report = try await here.services.operations.recognise(definition.device.id)
                context.audit.note(
                    object: definition.device.words, after: ["result": report.words])
                return "It was \(report.words)."
            }
        }
        router.post("/devices/{id}/debug") { request, context in
            let form = try await Form(request)
            let seconds = form.flag("off") ? 0 : DeviceDebugging.defaultSeconds
            return try await here.act(context) { definition throws(OperationFailure) in
                let device = definition.device
                let until = try await here.services.operations.debug(device.id, seconds: seconds)
                context.audit.note(
                    object: device.words,
                    after: DeviceDebugReport(device: device.id, name: device.name, until: until))
                return until.map {
                    "Its polls are in the daemon’s log in full until "
                        + "\(Format(here.services).time($0))."
                } ?? "Its polls are not in the daemon’s log in full any more."
            }
        }
        for isEnabled in [true, false] {
            router.post(isEnabled ? "/devices/{id}/enable" : "/devices/{id}/disable") {
                _, context in
                try await here.act(context) { definition throws(OperationFailure) in
                    var change = DeviceChange()
                    change.isEnabled = isEnabled
                    let device = definition.device
                    let after = try await here.services.operations.change(device.id, to: change)
                    context.audit.note(
                        device, before: here.report(definition), after: here.report(after))
                    return isEnabled
                        ? "It is polled again from now on."
                        : "It is not polled any more. Its graphs and files stay."
                }
            }
        }
        addEditing(to: router)
        addDeletion(to: router)
    }

    /// Does something to the device of the address and says on its page what became of it.
    private func act(
        _ context: WebContext,
        _ body: (DeviceDefinition) async throws(OperationFailure) -> String
    ) async throws -> Response {
        let definition = try services.device(context)
        let notice: String
        do {
            notice = try await body(definition)
        } catch {
            throw WebProblem(error)
        }
        return Answer.seeOther("/devices/\(definition.device.id)", notice: notice)
    }

    private func report(_ definition: DeviceDefinition) -> DeviceReport {
        DeviceReport(definition, status: services.status.device(definition.device.id))
    }

    // MARK: Edit

    struct EditContent {
        let id: String
        let name: String
        let form: DeviceFormView
    }

    private func addEditing(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/devices/{id}/edit") { _, context in
            let device = try here.services.device(context).device
            return here.editPage(DeviceForm(device), device, context)
        }
        router.post("/devices/{id}/edit") { request, context in
            let definition = try here.services.device(context)
            let device = definition.device
            var form = try DeviceForm(try await Form(request))
            guard let change = form.change(of: device, site: here.services.site) else {
                return here.editPage(form, device, status: .badRequest, context)
            }
            try context.viewer.checkCovers(
                change, of: device, by: here.services.trees.trees)
            do {
                let after = try await here.services.operations.change(device.id, to: change)
                context.audit.note(
                    device, before: here.report(definition), after: here.report(after))
                let changes = DeviceDifference.between(
                    here.report(definition), and: here.report(after))
                return Answer.seeOther(
                    "/devices/\(device.id)",
                    notice: changes.isEmpty
                        ? "Saved."
                        : "Saved. "
                            + changes.map { "\($0.property): \($0.before) → \($0.after)" }
                            .joined(separator: "; ") + ".")
            } catch let failure as OperationFailure {
                let problem = WebProblem(failure)
                form.blame(DeviceForm.field(of: failure), problem)
                return here.editPage(form, device, status: problem.status, context)
            }
        }
    }

    private func editPage(
        _ form: DeviceForm, _ device: Device, status: HTTPResponse.Status = .ok,
        _ context: WebContext
    ) -> Response {
        pages.page(
            "device_edit", title: "Edit \(device.name)", section: .devices,
            EditContent(
                id: "\(device.id)", name: device.name,
                form: DeviceFormView(
                    form, of: device, catalogue: services.definitions.catalogue)),
            status: status, context: context)
    }

    // MARK: Delete

    struct DeletionContent {
        let id: String
        let name: String
        let graphs: Int
        let files: Int
        let typed: String
        let keepsData: Bool
        let mistake: String?
    }

    private func addDeletion(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/devices/{id}/delete") { _, context in
            here.deletionPage(try here.services.device(context), context: context)
        }
        router.post("/devices/{id}/delete") { request, context in
            let definition = try here.services.device(context)
            let device = definition.device
            let form = try await Form(request)
            let keepsData = try form.text("files") != "delete"
            let typed = try form.text("name") ?? ""
            guard typed == device.name else {
                return here.deletionPage(
                    definition, typed: typed, keepsData: keepsData,
                    mistake: "This is not its name.", status: .badRequest, context: context)
            }
            do {
                try await here.services.operations.delete(device.id, keepsData: keepsData)
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
            context.audit.note(
                device, before: here.report(definition), after: Optional<String>.none)
            return Answer.seeOther(
                "/devices",
                notice: "\(device.name) was removed"
                    + (keepsData
                        ? "; its \(definition.dataSources.count) files are kept."
                        : ", with its \(definition.dataSources.count) files."))
        }
    }

    private func deletionPage(
        _ definition: DeviceDefinition, typed: String = "", keepsData: Bool = true,
        mistake: String? = nil, status: HTTPResponse.Status = .ok, context: WebContext
    ) -> Response {
        let device = definition.device
        return pages.page(
            "device_delete", title: "Remove \(device.name)", section: .devices,
            DeletionContent(
                id: "\(device.id)", name: device.name, graphs: definition.graphs.count,
                files: definition.dataSources.count, typed: typed, keepsData: keepsData,
                mistake: mistake),
            status: status, context: context)
    }
}

extension AuditTrail {
    /// What became of a device.
    func note(
        _ device: Device, before: (any Encodable & Sendable)?, after: (any Encodable & Sendable)?
    ) {
        note(object: "device \(device.id) (\(device.name))", before: before, after: after)
    }
}
