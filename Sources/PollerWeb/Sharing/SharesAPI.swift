import Hummingbird
import PollerModel

/// Which graphs are shared, by links that are made and revoked here.
struct SharesAPI: Sendable {
    let services: WebServices
    let desk: ShareDesk

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let (services, desk) = (services, desk)
        let group = router.group("/api/v1")
        group.post("graphs/{id}/shares") { request, context in
            let graph = try services.drawing(context.parameters.get("id") ?? "")
            let order = try await JSONAnswer.decode(StrictShareOrder.self, from: request).order
            let link = try await desk.share(graph.id, order, by: context.viewer.name)
            context.audit.note(object: "share \(link.share.id)", after: link.share)
            return try JSONAnswer.ok(link, status: .created)
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
            let shares = try await desk.shares(of: graph).filter { services.sees($0) }
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
            guard let share = try await desk.shares(of: nil).first(where: { $0.id == id }),
                services.sees(share)
            else { throw WebProblem.notFound("share \(id)", fix: "see pollerctl graph shares") }
            let before = desk.report(share)
            try await desk.revoke(id)
            context.audit.note(object: "share \(id)", before: before)
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
        group.post("share-keys") { _, context in
            let key = try await desk.addKey()
            context.audit.note(object: "key \(key.id) of shares")
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
            context.audit.note(object: "key \(id) of shares")
            return Response(status: .noContent)
        }
    }
}

extension WebServices {
    /// Whether whoever asks sees what is shared; links to graphs that are gone are everybody's who
    /// sees everything.
    fileprivate func sees(_ share: Share) -> Bool {
        CurrentViewer.viewer.scope == .everything || definitions.drawingTitle(share.graph) != nil
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
