import Hummingbird
import PollerModel

/// Which graphs are shared, by links that are made and revoked here. On the admin socket only.
struct SharesAPI: Sendable {
    let services: WebServices
    let desk: ShareDesk

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let (services, desk) = (services, desk)
        let group = router.group("/api/v1")
        group.post("graphs/{id}/shares") { request, context in
            let graph = try services.drawing(context.parameters.get("id") ?? "")
            let order = try await JSONAnswer.decode(StrictShareOrder.self, from: request).order
            return try JSONAnswer.ok(
                await desk.share(graph.id, order, by: context.peer ?? "unknown"),
                status: .created)
        }
        group.get("shares") { request, _ in
            var graph: GraphID?
            if let text = try Query(request).text("graph") {
                // Also one that is gone: its links are still there to be revoked.
                guard let id = GraphID(text: text) else {
                    throw WebProblem.badRequest("“\(DeviceText(text).text)” is no id of a graph")
                }
                graph = id
            }
            let shares = try await desk.shares(of: graph)
            let byID = Dictionary(uniqueKeysWithValues: shares.map { ($0.id, $0) })
            return try ReadAPI(services: services).page(of: shares.map(\.id), request) { id in
                byID[id].map { desk.report($0) }
            }
        }
        group.delete("shares/{id}") { _, context in
            let text = context.parameters.get("id") ?? ""
            guard let id = ShareID(text: text) else {
                throw WebProblem.notFound(
                    "share \(DeviceText(text).text)", fix: "see pollerctl graph shares")
            }
            try await desk.revoke(id)
            return Response(status: .noContent)
        }
        addKeyRoutes(to: router)
    }

    private func addKeyRoutes(to router: some RouterMethods<WebContext>) {
        let desk = desk
        let group = router.group("/api/v1")
        group.get("share-keys") { _, _ in
            try JSONAnswer.ok(ListReport(items: await desk.keys(), next: nil))
        }
        group.post("share-keys") { _, _ in
            let key = try await desk.addKey()
            return try JSONAnswer.ok(
                SigningKeyReport(id: key.id, createdAt: key.createdAt, signs: true, shares: 0),
                status: .created)
        }
        group.delete("share-keys/{id}") { _, context in
            let text = context.parameters.get("id") ?? ""
            guard let id = SigningKeyID(text: text) else {
                throw WebProblem.notFound(
                    "key \(DeviceText(text).text)", fix: "see pollerctl graph share-keys")
            }
            try await desk.removeKey(id)
            return Response(status: .noContent)
        }
    }
}

/// An order of which every key is known: who misspells `expires` does not want a link for 30 days.
struct StrictShareOrder: Decodable {
    let order: ShareOrder

    init(from decoder: any Decoder) throws {
        try StrictKeys.check(
            decoder.container(keyedBy: StrictKeys.Key.self), has: ShareOrder.CodingKeys.self)
        order = try ShareOrder(from: decoder)
    }
}
