import Hummingbird
import PollerModel

/// `/templates` and `/templates/{kind}/{name}`.
struct TemplatePages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/templates") { request, context in
            here.pages.page(
                "templates", title: "Templates", section: .templates,
                try TemplateListPage(services: here.services).content(Query(request)),
                context: context)
        }
        router.get("/templates/{kind}/{name}") { _, context in
            let content = try here.content(
                context.parameters.get("kind") ?? "", context.parameters.get("name") ?? "")
            return here.pages.page(
                "template", title: content.name, section: .templates, content, context: context)
        }
    }

    struct Content {
        let kind: String
        let kindLink: String
        let plural: String
        let meaning: String
        let name: String
        let title: String
        let source: String
        let isSourceLink: Bool
        let file: String
        let isSite: Bool
        let users: String
        let usersLink: String
        let hasUsersLink: Bool
        let facts: [TemplateDefinition.Fact]
        let tables: [TemplateDefinition.Table]
    }

    private func content(_ word: String, _ name: String) throws(WebProblem) -> Content {
        let definitions = services.definitions
        let catalogue = definitions.catalogue
        guard let kind = TemplateKind(rawValue: word) else {
            throw .notFound("kind of template “\(DeviceText(word).text)”", fix: "see /templates")
        }
        let entries = TemplateEntry.all(kind, catalogue)
        guard let entry = entries.first(where: { $0.name == name }),
            let definition = TemplateDefinition(kind, name, in: catalogue)
        else {
            throw .notFound(
                "\(kind.words) “\(DeviceText(name).text)”"
                    + Suggestion.phrase(for: name, among: entries.map(\.name)),
                fix: "see /templates?kind=\(kind.rawValue)")
        }
        let origin = catalogue.origins["\(kind.folder)/\(name)"]
        let usersLink =
            switch kind {
            case .deviceTemplate: "/devices?template=\(name)"
            case .graphTemplate: "/graphs?template=\(name)"
            case .dataTemplate, .dataQuery: ""
            }
        return Content(
            kind: kind.words, kindLink: "/templates?kind=\(kind.rawValue)", plural: kind.plural,
            meaning: kind.meaning, name: name, title: entry.title, source: entry.source,
            isSourceLink: entry.source.hasPrefix("https://"), file: origin?.file ?? "",
            isSite: origin?.isSite == true,
            users: kind.users(definitions.useCounts(of: kind)[name] ?? 0), usersLink: usersLink,
            hasUsersLink: !usersLink.isEmpty, facts: definition.facts, tables: definition.tables)
    }
}
