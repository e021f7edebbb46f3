import HTTPTypes
import Hummingbird
import PollerModel

/// `/admin/tokens` and `/admin/audit`: what programs may do, and who changed what.
struct AdminPages: Sendable {
    let services: WebServices
    let pages: PageRenderer
    static let auditPageSize = 100
    /// Records of one CSV file.
    static let largestFile = 10_000

    struct AuditContent {
        let parts: [NavigationEntry]
        let rows: [AuditRow]
        let isEmpty: Bool
        let isFiltered: Bool
        let actor: String
        let since: String
        let mistake: String?
        let csv: String
        let next: String?
        let isFirst: Bool
        let check: Check?
        let checkLink: String
    }

    struct AuditRow {
        let id: String
        let time: String
        let actor: String
        let address: String
        let action: String
        let status: Int
        let isDone: Bool
        let notes: [Note]
    }

    struct Note {
        let object: String
        let before: String?
        let after: String?
        let hasDetails: Bool
    }

    struct Check {
        let isSound: Bool
        let words: String
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/admin/tokens") { _, context in
            let reports = try await TokensAPI(services: here.services).tokens(for: context.viewer)
            return here.pages.page(
                "tokens", title: "Tokens", section: .admin,
                TokenRows(
                    reports, Format(here.services),
                    parts: NavigationEntry.administration(
                        for: context.viewer, at: "/admin/tokens")), context: context)
        }
        router.post("/admin/tokens/{id}/revoke") { _, context in
            try await TokensAPI(services: here.services).revoke(
                context.parameters.get("id") ?? "", for: context)
            return Answer.seeOther("/admin/tokens", notice: "The token is revoked.")
        }
        router.get("/admin/audit") { request, context in
            try await here.audit(Query(request), context)
        }
        router.get("/admin/audit.csv") { request, _ in
            try await here.file(Query(request))
        }
    }

    // MARK: Audit

    private func audit(_ query: Query, _ context: WebContext) async throws -> Response {
        let (wanted, mistake) = wanted(query)
        let services = services
        let records = try await AuditAPI.said { () async throws(AccountFailure) in
            try await services.audit.records(wanted)
        }
        var check: Check?
        if try query.flag("check", default: false) {
            let found = try await AuditAPI.said { () async throws(AccountFailure) in
                try await services.audit.check()
            }
            check = Check(isSound: found.flaw == nil, words: found.words)
        }
        let shown = records.prefix(Self.auditPageSize)
        let filter = [("actor", query.text("actor")), ("since", query.text("since"))]
        return pages.page(
            "audit", title: "Audit log", section: .admin,
            AuditContent(
                parts: NavigationEntry.administration(for: context.viewer, at: "/admin/audit"),
                rows: shown.map { row($0) }, isEmpty: records.isEmpty,
                isFiltered: filter.contains { $0.1 != nil },
                actor: DeviceText(query.text("actor") ?? "").text,
                since: DeviceText(query.text("since") ?? "").text, mistake: mistake,
                csv: Self.address("/admin/audit.csv", filter),
                next: records.count > shown.count
                    ? shown.last.map {
                        Self.address("/admin/audit", filter + [("cursor", "\($0.id)")])
                    } : nil,
                isFirst: query.text("cursor") == nil, check: check,
                checkLink: Self.address("/admin/audit", filter + [("check", "1")])),
            status: mistake == nil ? .ok : .badRequest, context: context)
    }

    /// A page too long by one, which tells whether there is another.
    private func wanted(_ query: Query) -> (query: AuditQuery, mistake: String?) {
        do {
            var wanted = try AuditAPI.query(query, services)
            wanted.limit = Self.auditPageSize + 1
            return (wanted, nil)
        } catch {
            return (AuditQuery(limit: Self.auditPageSize + 1), error.sentence)
        }
    }

    private static func address(_ path: String, _ parameters: [(String, String?)]) -> String {
        let pairs = parameters.compactMap { key, value in
            value.map { "\(key)=\(Query.escaped($0))" }
        }
        return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
    }

    private func row(_ record: AuditRecord) -> AuditRow {
        let entry = record.entry
        return AuditRow(
            id: "\(record.id)", time: Format(services).time(entry.time), actor: entry.actor,
            address: entry.address.isEmpty ? "this machine" : entry.address,
            action: entry.action, status: entry.status, isDone: entry.status < 400,
            notes: entry.notes.map {
                Note(
                    object: $0.object, before: $0.before, after: $0.after,
                    hasDetails: $0.before != nil || $0.after != nil)
            })
    }

    private func file(_ query: Query) async throws -> Response {
        var wanted = try AuditAPI.query(query, services)
        wanted.limit = Self.largestFile
        let (services, order) = (services, wanted)
        let records = try await AuditAPI.said { () async throws(AccountFailure) in
            try await services.audit.records(order)
        }
        let headings = [
            "id", "time", "actor", "address", "action", "status", "object", "before", "after",
        ]
        var lines = [headings.map(CSVText.heading).joined(separator: ",")]
        for record in records {
            let entry = record.entry
            let fixed = [
                "\(record.id)", entry.time.rfc3339, entry.actor, entry.address, entry.action,
                "\(entry.status)",
            ]
            let notes = entry.notes.isEmpty ? [nil] : entry.notes.map(Optional.some)
            for note in notes {
                let cells = fixed + [note?.object ?? "", note?.before ?? "", note?.after ?? ""]
                lines.append(cells.map(CSVText.cell).joined(separator: ","))
            }
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"audit.csv\"",
            ],
            body: .init(byteBuffer: .init(string: lines.map { $0 + "\r\n" }.joined())))
    }
}

extension AuditCheck {
    /// For people.
    var words: String {
        if let flaw { return "The chain breaks: \(flaw.words)." }
        guard let newest, let digest else { return "There is nothing to check yet." }
        return
            "All \(count) records are as they were written. The newest, \(newest), has the digest "
            + "\(Hexadecimal.text(digest))."
    }
}
