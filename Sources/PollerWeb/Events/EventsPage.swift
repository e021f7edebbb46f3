import Hummingbird
import PollerModel

/// `/events`: what happened, newest first.
struct EventsPage {
    let services: WebServices
    static let pageSize = 100

    struct Content {
        let rows: [EventRows.Row]
        let isEmpty: Bool
        let isFiltered: Bool
        let device: String
        let severities: [Choice]
        let kinds: [Choice]
        let sinces: [Choice]
        let until: String
        /// Why the filter cannot be used; nil when it can.
        let mistake: String?
        let fix: String?
        /// The page of older ones; nil on the last.
        let older: String?
        /// The first page; nil on it.
        let newest: String?
    }

    /// An option of a select.
    struct Choice {
        let value: String
        let title: String
        let isChosen: Bool
    }

    func content(_ query: Query) async throws -> Content {
        let filter: EventFilter
        do throws(WebProblem) {
            filter = try EventFilter(query, services, largest: Self.pageSize)
        } catch {
            return content(query, [], mistake: error)
        }
        let events = try await services.events(filter.query)
        return content(query, events, filter)
    }

    private func content(
        _ query: Query, _ events: [Event], _ filter: EventFilter? = nil,
        mistake: WebProblem? = nil
    ) -> Content {
        let isLast = events.count < filter?.query.limit ?? Self.pageSize
        let older = isLast ? nil : events.last.map { address(filter, cursor: "\($0.id)") }
        let newest = query.text("cursor").map { _ in address(filter, cursor: nil) }
        return Content(
            rows: EventRows(services: services).rows(of: events), isEmpty: events.isEmpty,
            isFiltered: !(filter?.isEmpty ?? false), device: query.text("device") ?? "",
            severities: Self.severities(query.text("severity") ?? ""),
            kinds: Self.kinds(query.text("kind") ?? ""),
            sinces: Self.sinces(query.text("since") ?? ""), until: query.text("until") ?? "",
            mistake: mistake?.words, fix: mistake?.fix, older: older, newest: newest)
    }

    private func address(_ filter: EventFilter?, cursor: String?) -> String {
        let parameters =
            (filter?.parameters.filter { !$0.1.isEmpty } ?? [])
            + (cursor.map { [("cursor", $0)] } ?? [])
        guard !parameters.isEmpty else { return "/events" }
        return "/events?"
            + parameters.map { "\($0)=\(Query.escaped($1))" }.joined(separator: "&")
    }

    // MARK: Choices

    private static func choices(
        _ known: [(value: String, title: String)], _ chosen: String
    ) -> [Choice] {
        var all = known
        // What was asked for is not lost by the next use of the form.
        if !known.contains(where: { $0.value == chosen }) { all.append((chosen, chosen)) }
        return all.map { Choice(value: $0.value, title: $0.title, isChosen: $0.value == chosen) }
    }

    private static func severities(_ chosen: String) -> [Choice] {
        choices(
            [("", "all"), ("warning", "warnings and errors"), ("error", "errors")], chosen)
    }

    private static func kinds(_ chosen: String) -> [Choice] {
        let groups = [
            ("", "all"), ("device", "everything of devices"),
            ("file,files,journal", "files and journal"), ("login", "logins"),
        ]
        return choices(
            groups + EventKind.allCases.map { ($0.code, $0.title) }.sorted { $0.1 < $1.1 }, chosen)
    }

    private static func sinces(_ chosen: String) -> [Choice] {
        choices(
            [
                ("", "the beginning"), ("now-1h", "an hour ago"), ("now-1d", "a day ago"),
                ("now-7d", "a week ago"), ("now-30d", "30 days ago"),
            ], chosen)
    }
}

/// The page's route.
struct EventsPages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    func addRoutes(to router: some RouterMethods<WebContext>) {
        router.get("/events") { [services, pages] request, context in
            let content = try await EventsPage(services: services).content(Query(request))
            return pages.page(
                "events", title: "Events", section: .events, content,
                status: content.mistake == nil ? .ok : .badRequest, context: context)
        }
    }
}
