import Hummingbird
import PollerModel

/// `/api/v1/audit`: who changed what, the newest first.
struct AuditAPI: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let services = services
        let group = router.group("/api/v1")
        group.get("audit") { request, _ in
            let query = try Self.query(Query(request), services)
            let records = try await Self.said { () async throws(AccountFailure) in
                try await services.audit.records(query)
            }
            let next = records.count == query.limit ? records.last.map { "\($0.id)" } : nil
            return try JSONAnswer.ok(
                ListReport(items: records.map { AuditReport($0) }, next: next))
        }
        group.get("audit/check") { _, _ in
            let check = try await Self.said { () async throws(AccountFailure) in
                try await services.audit.check()
            }
            return try JSONAnswer.ok(AuditCheckReport(check))
        }
    }

    /// `?actor=&since=&cursor=&limit=`
    static func query(_ query: Query, _ services: WebServices) throws(WebProblem) -> AuditQuery {
        var wanted = AuditQuery(actor: query.text("actor"))
        wanted.limit = try query.integer("limit", default: AuditQuery.largestPage)
        guard (1...AuditQuery.largestPage).contains(wanted.limit) else {
            throw .badRequest("“limit” is 1 to \(AuditQuery.largestPage), not \(wanted.limit)")
        }
        if let text = query.text("since") {
            guard let time = TimeExpression(text) else {
                throw .badRequest(
                    "“since” is no time: “\(DeviceText(text).text)”",
                    fix: "write now-1d, now/d, 2026-11-25T16:00:00Z or Unix seconds")
            }
            wanted.since = time.timestamp(
                now: services.now, edge: .start, zoneOffset: services.zoneOffset)
        }
        if let text = query.text("cursor") {
            guard let id = AuditRecordID(text: text) else {
                throw .badRequest("“\(DeviceText(text).text)” is no cursor of this listing")
            }
            wanted.before = id
        }
        return wanted
    }

    static func said<Value>(
        _ body: () async throws(AccountFailure) -> Value
    ) async throws(WebProblem) -> Value {
        do {
            return try await body()
        } catch {
            throw WebProblem(error)
        }
    }
}
