import Hummingbird
import PollerModel

/// Which graphs a device may have, and what makes and removes them.
struct GraphsAPI: Sendable {
    let services: WebServices

    /// `GET /api/v1/devices/{id}/offers` and `/api/v1/templates`. Both are as long as the catalogue
    /// says (`CatalogueLoader` has a limit), so each is one page.
    func addReading(to router: some RouterMethods<WebContext>) {
        let services = services
        let group = router.group("/api/v1")
        group.get("devices/{id}/offers") { _, context in
            let definition = try services.device(context)
            let offers = OfferReport.all(of: definition, catalogue: services.definitions.catalogue)
            return try JSONAnswer.ok(ListReport(items: offers, next: nil))
        }
        group.get("templates") { _, _ in
            let templates = services.definitions.catalogue.deviceTemplates.values
                .sorted { $0.name < $1.name }
            return try JSONAnswer.ok(
                ListReport(items: templates.map { DeviceTemplateReport($0) }, next: nil))
        }
    }

    func addChanges(to router: some RouterMethods<WebContext>) {
        let services = services
        let group = router.group("/api/v1")
        group.post("devices/{id}/graphs") { request, context in
            let device = try services.device(context).device
            let order = try await JSONAnswer.decode(StrictGraphOrder.self, from: request).order
            return try await Self.answer { () throws(OperationFailure) in
                let report = try await services.operations.makeGraphs(order, of: device.id)
                context.audit.note(made: report, on: device)
                return report
            }
        }
        group.post("devices/{id}/recognise") { _, context in
            let device = try services.device(context).device
            return try await Self.answer { () throws(OperationFailure) in
                let report = try await services.operations.recognise(device.id)
                context.audit.note(object: device.words, after: ["result": report.words])
                return report
            }
        }
        group.delete("graphs/{id}") { request, context in
            let graph = try services.drawing(context.parameters.get("id") ?? "")
            let keepsData = try Query(request).flag("keep_data", default: true)
            do {
                try await services.operations.deleteGraph(graph.id, keepsData: keepsData)
                context.audit.note(
                    object: graph.words,
                    before: GraphReport(graph, baseURL: services.site.baseURL))
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
            return Response(status: .noContent)
        }
    }

    private static func answer<Report: Encodable>(
        _ body: () async throws(OperationFailure) -> Report
    ) async throws -> Response {
        let report: Report
        do {
            report = try await body()
        } catch {
            throw WebProblem(error)
        }
        return try JSONAnswer.ok(report)
    }
}
