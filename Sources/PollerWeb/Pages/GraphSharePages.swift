import HTTPTypes
import Hummingbird
import PollerModel

/// `/graphs/{id}/shares`: links to a graph that anybody may open. A new one is shown once, because
/// nobody keeps it.
struct GraphSharePages: Sendable {
    let services: WebServices
    let pages: PageRenderer
    let desk: ShareDesk

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/graphs/{id}/shares") { request, context in
            let query = try Query(request)
            var texts = EditorTexts()
            texts["from"] = query.text("from") ?? "now-1d"
            texts["to"] = query.text("to") ?? "now"
            texts["expires"] = "30d"
            texts["theme"] = GraphTheme.light.rawValue
            return try await here.page(here.drawing(context), texts, context)
        }
        router.post("/graphs/{id}/shares") { request, context in
            try await here.share(Form(request), here.drawing(context), context)
        }
        router.post("/graphs/{id}/shares/{share}/revoke") { _, context in
            let drawing = try here.drawing(context)
            let text = context.parameters.get("share") ?? ""
            let own = try await here.desk.shares(of: drawing.id)
            guard let id = ShareID(text: text), own.contains(where: { $0.id == id }) else {
                throw WebProblem.notFound(
                    "link \(DeviceText(text).text) to graph \(drawing.id)",
                    fix: "see /graphs/\(drawing.id)/shares")
            }
            try await here.desk.revoke(id)
            context.audit.note(object: "share \(id) of graph \(drawing.id)")
            return Answer.seeOther(
                "/graphs/\(drawing.id)/shares", notice: "The link shows nothing any more.")
        }
    }

    struct Content {
        let id: String
        let title: String
        /// Of the link that was made just now.
        let url: String?
        let sections: [EditorSection]
        let mistake: String?
        let mistakeFix: String?
        let shares: [Row]
        let hasShares: Bool
    }

    struct Row {
        let graph: String
        let id: String
        let label: String
        let allows: String
        let state: String
        let isValid: Bool
        let ends: String
        let made: String
        let uses: String
    }

    private func drawing(_ context: WebContext) throws(WebProblem) -> Drawing {
        try services.drawing(context.parameters.get("id") ?? "")
    }

    private static let fields = ["what", "from", "to", "format", "theme", "expires", "label"]

    private func share(
        _ form: Form, _ drawing: Drawing, _ context: WebContext
    ) async throws -> Response {
        var texts = EditorTexts()
        for key in Self.fields { texts[key] = try form.text(key) ?? "" }
        var order = ShareOrder()
        order.expires = try form.text("expires")
        order.label = try form.text("label")
        order.format = try form.text("format")
        if texts["what"] == "any" {
            order.anyRange = true
        } else {
            order.from = try form.text("from")
            order.to = try form.text("to")
            order.theme = try form.text("theme")
        }
        let made: SharedLinkReport
        do {
            made = try await desk.share(drawing.id, order, by: context.viewer.name)
        } catch {
            guard error.status == .badRequest else { throw error }
            return try await page(
                drawing, texts, mistake: error, status: .badRequest, context)
        }
        context.audit.note(
            object: "share \(made.share.id) of graph \(drawing.id)", after: made.share)
        return try await page(drawing, texts, url: made.url, status: .created, context)
    }

    private func page(
        _ drawing: Drawing, _ texts: EditorTexts, url: String? = nil,
        mistake: WebProblem? = nil, status: HTTPResponse.Status = .ok, _ context: WebContext
    ) async throws(WebProblem) -> Response {
        let shares = try await desk.shares(of: drawing.id).reversed().map {
            row(desk.report($0), $0)
        }
        return pages.page(
            "graph_shares", title: "Share \(drawing.title)", section: .graphs,
            Content(
                id: "\(drawing.id)", title: drawing.title, url: url,
                sections: [Self.section(texts)], mistake: mistake?.words,
                mistakeFix: mistake?.fix, shares: shares, hasShares: !shares.isEmpty),
            status: status, context: context)
    }

    private static func section(_ texts: EditorTexts) -> EditorSection {
        EditorSection(
            title: "A new link",
            fields: [
                .choice(
                    "what", "It shows", texts,
                    [("", "this stretch of time"), ("any", "any stretch of time")]),
                .text("from", "From", texts, placeholder: "now-1d"),
                .text("to", "To", texts, placeholder: "now"),
                .choice(
                    "format", "As", texts,
                    [
                        ("", "picture (PNG)"), ("svg", "picture (SVG)"), ("csv", "rows (CSV)"),
                        ("json", "rows (JSON)"),
                    ]),
                .choice("theme", "Colours", texts, [("light", "light"), ("dark", "dark")]),
                .choice(
                    "expires", "It ends after", texts,
                    [
                        ("1h", "an hour"), ("1d", "a day"), ("7d", "a week"), ("30d", "30 days"),
                        ("1y", "a year"), ("never", "never, until it is revoked"),
                    ]),
                .text(
                    "label", "What it is for", texts, placeholder: "",
                    hint: "For the list below; not in the link."),
            ])
    }

    private func row(_ report: ShareReport, _ share: Share) -> Row {
        let format = Format(services)
        return Row(
            graph: "\(share.graph)", id: "\(report.id)", label: report.label ?? "",
            allows: report.allows,
            state: report.state.rawValue.replacing("_", with: " "),
            isValid: report.state == .valid,
            ends: share.expiresAt.map(format.time) ?? "never",
            made: "\(format.time(share.createdAt)) by \(report.createdBy)",
            uses: report.uses == 0
                ? "never"
                : "\(report.uses) ×, last \(share.use.map { format.time($0.lastAt) } ?? "")")
    }
}
