import Hummingbird
import PollerModel

/// Rows of devices' tables, and what asks a device about them.
struct TablesAPI: Sendable {
    let services: WebServices

    /// `GET /api/v1/devices/{id}/rows?query=`, a page at a time.
    func addReading(to router: some RouterMethods<WebContext>) {
        let (services, pages) = (services, ReadAPI(services: services))
        router.group("/api/v1").get("devices/{id}/rows") { request, context in
            let definition = try services.device(context)
            let catalogue = services.definitions.catalogue
            let query = try Self.query(request, definition, catalogue)
            let table = DeviceTable(query, of: definition, catalogue: catalogue)
            let rows = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.id, $0) })
            return try pages.page(of: rows.keys, request) { id in
                rows[id].map { QueryRowReport($0, of: table) }
            }
        }
    }

    /// What makes the daemon ask.
    func addOrders(to router: some RouterMethods<WebContext>) {
        let services = services
        let group = router.group("/api/v1")
        group.post("devices/{id}/reindex") { request, context in
            let device = try services.device(context).device
            let query = try Query(request).text("query")
            context.audit.note(object: device.words)
            do {
                let tables = try await services.operations.reindex(device.id, query: query)
                return try JSONAnswer.ok(ListReport(items: tables, next: nil))
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
        group.post("walks") { request, _ in
            let order = try await JSONAnswer.decode(StrictWalkOrder.self, from: request).order
            let wanted = try Self.request(order, services)
            do {
                return try JSONAnswer.ok(WalkReport(try await services.operations.walk(wanted)))
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
    }

    /// The data query of a listing, which has to be one that the device has rows of, or that the
    /// catalogue knows.
    private static func query(
        _ request: Request, _ definition: DeviceDefinition, _ catalogue: Catalogue
    ) throws -> String {
        let known = Set(definition.rows.map(\.query))
        guard let name = try Query(request).text("query") else {
            throw WebProblem.badRequest(
                "the parameter “query” is missing",
                fix: known.isEmpty
                    ? "no rows are known of this device"
                    : "of this device there are \(known.sorted().joined(separator: ", "))")
        }
        guard known.contains(name) || catalogue.dataQueries[name] != nil else {
            let names = known.union(catalogue.dataQueries.keys)
            throw WebProblem(
                .notFound,
                "there is no data query “\(DeviceText(name).text)”"
                    + Suggestion.phrase(for: name, among: names),
                code: "not_found", fix: "see pollerctl template list --kind data-query")
        }
        return name
    }

    private static func request(
        _ order: WalkOrder, _ services: WebServices
    ) throws(WebProblem) -> SNMPWalkRequest {
        guard let root = OID(order.oid), root.arcs.count >= 2, root.arcs[0] <= 2,
            root.arcs[1] < 40
        else {
            throw .badRequest(
                "“\(DeviceText(order.oid).text)” is no OID in numbers",
                fix: "write it out, for example 1.3.6.1.2.1.1")
        }
        let rows = order.rows ?? SNMPWalkRequest.defaultRowLimit
        guard (1...SNMPWalkRequest.defaultRowLimit).contains(rows) else {
            throw .badRequest("“rows” is 1 to \(SNMPWalkRequest.defaultRowLimit), not \(rows)")
        }
        return SNMPWalkRequest(target: try target(order, services), root: root, rowLimit: rows)
    }

    private static func target(
        _ order: WalkOrder, _ services: WebServices
    ) throws(WebProblem) -> SNMPTarget {
        switch (order.device, order.target) {
        case (let device?, nil):
            guard let definition = services.definitions.devices[device] else {
                throw .notFound("device \(device)", fix: "see pollerctl device list")
            }
            return definition.device.target
        case (nil, let target?):
            return try OrderReader(order: target).addition(site: services.site).target
        case (nil, nil), (_?, _?):
            throw .badRequest("give “device” or “target”, and not both")
        }
    }
}
