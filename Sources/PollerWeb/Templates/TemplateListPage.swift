import PollerModel

/// `/templates`: what pollerd knows of kinds of devices, to be looked through.
struct TemplateListPage {
    let services: WebServices
    static let pageSize = 100

    struct Content {
        let filter: String
        let kinds: [Kind]
        /// Of the kind that is shown.
        let heading: String
        let meaning: String
        let kind: String
        let rows: [Row]
        let isEmpty: Bool
        let previous: String?
        let next: String?
        let range: String
    }

    struct Kind {
        let text: String
        let count: Int
        let link: String
        let isCurrent: Bool
    }

    struct Row {
        let name: String
        let link: String
        let title: String
        let source: String
        let file: String
        let isSite: Bool
        let users: String
    }

    func content(_ query: Query) throws(WebProblem) -> Content {
        let definitions = services.definitions
        let catalogue = definitions.catalogue
        let filter = try TextFilter(query)
        let word = query.text("kind") ?? TemplateKind.deviceTemplate.rawValue
        guard let kind = TemplateKind(rawValue: word) else {
            let known = TemplateKind.allCases.map(\.rawValue)
            throw .badRequest(
                "there is no kind “\(DeviceText(word).text)”"
                    + Suggestion.phrase(for: word, among: known),
                fix: "it is one of \(known.joined(separator: ", "))")
        }
        let fitting = TemplateKind.allCases.map { kind in
            (
                kind,
                TemplateEntry.all(kind, catalogue).filter {
                    filter.matches("\($0.name) \($0.title) \($0.source)")
                }
            )
        }
        let shown = fitting.first { $0.0 == kind }?.1 ?? []
        let pages = Pages(
            count: shown.count, size: Self.pageSize, page: try query.integer("page", default: 1),
            path: "/templates", parameters: [("q", filter.text), ("kind", kind.rawValue)])
        let counts = definitions.useCounts(of: kind)
        return Content(
            filter: filter.text,
            kinds: fitting.map { other, entries in
                Kind(
                    text: other.plural, count: entries.count,
                    link: "/templates?"
                        + GraphFilter.query([("kind", other.rawValue), ("q", filter.text)]),
                    isCurrent: other == kind)
            }, heading: kind.plural, meaning: kind.meaning, kind: kind.rawValue,
            rows: shown[pages.range].map { entry in
                let origin = catalogue.origins["\(kind.folder)/\(entry.name)"]
                return Row(
                    name: entry.name, link: kind.path(entry.name), title: entry.title,
                    source: entry.source, file: origin?.file ?? "",
                    isSite: origin?.isSite == true, users: kind.users(counts[entry.name] ?? 0))
            }, isEmpty: shown.isEmpty, previous: pages.previous, next: pages.next,
            range: pages.text)
    }
}
