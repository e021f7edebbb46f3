import PollerModel

/// `/graphs`: all graphs as thumbnails or as a list, as far as a filter chooses them.
struct GraphListPage {
    let services: WebServices
    /// Values that a field suggests.
    private static let mostSuggestions = 200

    struct Content {
        let filter: Fields
        let cards: [GraphCard]
        let rows: [Row]
        let isList: Bool
        let isEmpty: Bool
        let hasGraphs: Bool
        let isFiltered: Bool
        /// Of named graphs those that are not there.
        let lack: String?
        let deviceName: String?
        /// `columns-3`, or nothing.
        let gridClass: String
        let views: [Link]
        let columns: [Link]
        let ranges: [Link]
        let previous: String?
        let next: String?
        let range: String
        /// Filters that somebody keeps; nil where nobody has logged in.
        let saved: Saved?
        /// Of the address, for what is kept of it.
        let query: String
    }

    /// What the fields of the filter hold.
    struct Fields {
        let text: String
        /// nil where all devices are meant.
        let device: String?
        let site: String
        let tag: String
        let template: String
        let isDevice: Bool
        let isAggregate: Bool
        let sites: [String]
        let tags: [String]
        /// Parameters that the form keeps.
        let kept: [ViewSwitches.Parameter]
        let isOpen: Bool
    }

    struct Row {
        let id: String
        let title: String
        let link: String
        let device: String?
        let deviceLink: String?
        let template: String
        let isAggregate: Bool
        let isTicked: Bool
    }

    struct Link {
        let text: String
        let link: String
        let isCurrent: Bool
    }

    struct Saved {
        let filters: [Filter]
        let canKeep: Bool

        struct Filter {
            let name: String
            let link: String
            let isCurrent: Bool
        }
    }

    func content(_ query: Query, account: AccountID?) async throws(WebProblem) -> Content {
        let definitions = services.definitions
        let filter = try GraphFilter(query, services: services)
        let shown = filter.graphs(definitions)
        let pages = Pages(
            count: shown.count, size: filter.perPage, page: try query.integer("page", default: 1),
            path: "/graphs", parameters: filter.parameters())
        var cards: [GraphCard] = []
        var rows: [Row] = []
        for id in shown[pages.range] {
            guard let drawing = services.memberships.drawing(id, in: definitions) else { continue }
            if filter.isList {
                rows.append(Self.row(drawing, isTicked: filter.ids != nil))
            } else {
                cards.append(
                    try GraphCard.thumbnail(
                        drawing, size: .columns(filter.columns), range: filter.range,
                        services: services))
            }
        }
        let missing = (filter.ids?.count ?? shown.count) - shown.count
        return Content(
            filter: fields(filter, definitions), cards: cards, rows: rows,
            isList: filter.isList, isEmpty: shown.isEmpty,
            hasGraphs: definitions.fleetCounts.graphs > 0,
            isFiltered: !filter.isEmpty,
            lack: missing > 0
                ? "\(missing) of the named graphs \(missing == 1 ? "is" : "are") not there" : nil,
            deviceName: filter.device?.device.name,
            gridClass: filter.columns.map { "columns-\($0)" } ?? "", views: views(filter),
            columns: columns(filter), ranges: ranges(filter), previous: pages.previous,
            next: pages.next, range: pages.text, saved: try await saved(filter, account),
            query: filter.address)
    }

    private static func row(_ drawing: Drawing, isTicked: Bool) -> Row {
        Row(
            id: "\(drawing.id)", title: drawing.title, link: "/graphs/\(drawing.id)",
            device: drawing.device?.name, deviceLink: drawing.device.map { "/devices/\($0.id)" },
            template: drawing.template, isAggregate: drawing.device == nil, isTicked: isTicked)
    }

    private func fields(_ filter: GraphFilter, _ definitions: Definitions) -> Fields {
        let devices = definitions.fleet.map(\.device)
        let sites = Set(devices.compactMap(\.site))
        let tags = Set(devices.flatMap(\.tags))
        return Fields(
            text: filter.text.text, device: filter.device.map { "\($0.device.id)" },
            site: filter.site ?? "",
            tag: filter.tag ?? "", template: filter.template ?? "",
            isDevice: filter.kind == .device, isAggregate: filter.kind == .aggregate,
            sites: Array(sites.sorted().prefix(Self.mostSuggestions)),
            tags: Array(tags.sorted().prefix(Self.mostSuggestions)),
            kept: ["view", "columns", "per", "from", "to"].compactMap { key in
                let value = filter.value(key)
                return value.isEmpty ? nil : ViewSwitches.Parameter(key: key, value: value)
            },
            isOpen: filter.site != nil || filter.tag != nil || filter.template != nil
                || filter.kind != nil)
    }

    private func views(_ filter: GraphFilter) -> [Link] {
        [("Pictures", nil), ("List", "list")].map { text, value in
            link(filter, text, "view", value, isCurrent: filter.isList == (value != nil))
        }
    }

    private func columns(_ filter: GraphFilter) -> [Link] {
        guard !filter.isList else { return [] }
        let numbers = GraphFilter.columnsRange.map { number in
            link(
                filter, "\(number)", "columns", "\(number)", isCurrent: filter.columns == number)
        }
        return [link(filter, "auto", "columns", nil, isCurrent: filter.columns == nil)] + numbers
    }

    private static let stretches: [(String, String?)] = [
        ("1 h", "now-1h"), ("6 h", "now-6h"), ("1 day", nil), ("1 week", "now-7d"),
        ("1 month", "now-1M"), ("1 year", "now-1y"),
    ]

    private func ranges(_ filter: GraphFilter) -> [Link] {
        guard !filter.isList else { return [] }
        return Self.stretches.map { text, from in
            let pairs =
                filter.parameters(without: ["from", "to"]) + [("from", from ?? "")]
            return Link(
                text: text, link: "/graphs?\(GraphFilter.query(pairs))",
                isCurrent: filter.range?.from == from)
        }
    }

    private func link(
        _ filter: GraphFilter, _ text: String, _ key: String, _ value: String?, isCurrent: Bool
    ) -> Link {
        Link(text: text, link: "/graphs?\(filter.text(key, value))", isCurrent: isCurrent)
    }

    private func saved(
        _ filter: GraphFilter, _ account: AccountID?
    ) async throws(WebProblem) -> Saved? {
        guard let account else { return nil }
        do {
            let filters = try await services.graphs.filters(of: account)
            return Saved(
                filters: filters.map {
                    Saved.Filter(
                        name: $0.name, link: "/graphs?\($0.query)",
                        isCurrent: $0.query == filter.address)
                }, canKeep: !filter.address.isEmpty)
        } catch {
            throw WebProblem(.inventory(error))
        }
    }
}
