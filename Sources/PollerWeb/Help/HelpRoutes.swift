import Hummingbird

/// `/help` and `/help/{name}`.
struct HelpRoutes: Sendable {
    let help: HelpPages
    let pages: PageRenderer

    func addRoutes(to router: some RouterMethods<WebContext>) {
        router.get("/help") { _, context in try answer(HelpPages.first, context) }
        router.get("/help/{name}") { _, context in
            try answer(context.parameters.get("name") ?? "", context)
        }
    }

    private func answer(_ name: String, _ context: WebContext) throws -> Response {
        let content = try help.content(name)
        return pages.page(
            "help", title: content.heading, section: .none, content, context: context)
    }
}
