import Hummingbird
import PollerModel

/// `/search?q=` and `/api/v1/search?q=&kind=&limit=`.
struct SearchRoutes: Sendable {
    let desk: SearchDesk
    let pages: PageRenderer

    /// Of each kind, on the page that shows all kinds and on that of one.
    static let shownOfEach = 10
    static let pageSize = 100
    static let apiLimits = 1...SearchLimits.matches
    static let defaultAPILimit = 20

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let (desk, pages) = (desk, pages)
        router.get("/search") { request, context in
            let content = try await Self.content(Query(request), desk)
            return pages.page(
                "search", title: content.title, section: .none, content, context: context)
        }
        router.get("/api/v1/search") { request, _ in
            let query = try Query(request)
            let limit = try query.integer("limit", default: Self.defaultAPILimit)
            guard Self.apiLimits.contains(limit) else {
                throw WebProblem.badRequest(
                    "“limit” is 1 to \(Self.apiLimits.upperBound), not \(limit)")
            }
            let report = try await desk.report(
                SearchDesk.text(query), kind: SearchDesk.kind(query), limit: limit)
            return TaggedAnswer(try JSONAnswer.bytes(report), contentType: "application/json")
                .response(to: request)
        }
    }

    struct Content {
        let title: String
        /// As it was typed.
        let typed: String
        let isAsked: Bool
        let isFound: Bool
        let groups: [Group]
        /// Of one kind only.
        let all: String?
        let previous: String?
        let next: String?
        let range: String?
        let isShort: Bool
    }

    struct Group {
        let id: String
        let title: String
        let count: String
        let items: [SearchReport.Item]
        /// Where all of them are; nil when these are all.
        let more: String?
        let moreText: String
        /// Said where more were found than are looked at.
        let isCut: Bool
    }

    private static func content(_ query: Query, _ desk: SearchDesk) async throws -> Content {
        let text = try SearchDesk.text(query)
        let kind = try SearchDesk.kind(query)
        let page = try query.integer("page", default: 1)
        let first = kind == nil ? 0 : (min(max(page, 1), SearchLimits.matches) - 1) * pageSize
        let report =
            text.isEmpty
            ? SearchReport(query: "", groups: [])
            : try await desk.report(
                text, kind: kind, limit: kind == nil ? shownOfEach : pageSize,
                leavingOut: first)
        let address = "/search?q=\(URLText.escaped(text.text))"
        let pages = kind.flatMap { kind in
            report.groups.first.map {
                Pages(
                    count: $0.count, size: pageSize, page: page, path: "/search",
                    parameters: [("q", text.text), ("kind", kind.rawValue)])
            }
        }
        return Content(
            title: text.isEmpty ? "Search" : "“\(text.text)”", typed: text.text,
            isAsked: !text.isEmpty, isFound: !report.groups.isEmpty,
            groups: report.groups.map { group($0, address, isOnly: kind != nil) },
            all: kind == nil ? nil : address, previous: pages?.previous, next: pages?.next,
            range: pages.map(\.text), isShort: !text.words.contains(where: \.isIndexed))
    }

    private static func group(
        _ group: SearchReport.Group, _ address: String, isOnly: Bool
    ) -> Group {
        let isWhole = isOnly || group.items.count == group.count
        return Group(
            id: group.kind, title: group.title,
            count: (group.isCut ? "more than " : "") + "\(group.count)", items: group.items,
            more: isWhole ? nil : "\(address)&kind=\(group.kind)",
            moreText: group.isCut ? "the first \(group.count)" : "all \(group.count)",
            isCut: group.isCut)
    }
}
