import HTTPTypes
import Hummingbird
import PollerModel

/// `/trees`, `/trees/{id}` and `/trees/{id}/edit`, and what their forms do.
struct TreePages: Sendable {
    let services: WebServices
    let pages: PageRenderer
    private var desk: TreeDesk { TreeDesk(services: services) }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/trees") { _, context in here.list(context) }
        router.post("/trees") { request, context in
            try await here.make(Form(request), context)
        }
        router.get("/trees/{id}") { request, context in
            let outline = try here.desk.outline(context)
            let content = try TreePage(services: here.services, outline: outline).content(
                Query(request), context.viewer)
            return here.pages.page(
                "tree", title: content.heading, section: .trees, content, context: context)
        }
        router.get("/trees/{id}/edit") { request, context in
            let outline = try here.desk.outline(context)
            let node = try Query(request).text("node").map { text throws(WebProblem) in
                try here.node(text, in: outline)
            }
            return try here.editor(outline, node, context)
        }
        addForms(to: router)
    }

    private func list(
        _ context: WebContext, name: String = "", mistake: WebProblem? = nil
    ) -> Response {
        pages.page(
            "trees", title: "Trees", section: .trees,
            TreeListPage(services: services).content(context.viewer, name: name, mistake: mistake),
            status: mistake?.status ?? .ok, context: context)
    }

    private func make(_ form: Form, _ context: WebContext) async throws -> Response {
        let name = try form.text("name") ?? ""
        do {
            let tree = try await desk.add(named: name, context).tree
            return Answer.seeOther(
                "/trees/\(tree.id)/edit", notice: "“\(tree.name)” was made. Put something into it.")
        } catch {
            return list(context, name: name, mistake: try Self.shown(error))
        }
    }

    // MARK: The editor

    private func addForms(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/trees/{id}/change") { request, context in
            try await here.change(Form(request), context, .tree) { form, _ in
                try Self.treeChanges(form)
            }
        }
        router.post("/trees/{id}/remove") { request, context in
            try await here.remove(Form(request), context)
        }
        router.post("/trees/{id}/nodes") { request, context in
            let form = try await Form(request)
            let kind = TreeNode.Kind(rawValue: try form.text("kind") ?? "") ?? .branch
            return try await here.change(form, context, .add(kind)) { form, _ in
                [
                    try TreeForm(form, in: here.services.definitions).addition()
                        .addition(in: here.services.definitions)
                ]
            }
        }
        router.post("/trees/{id}/nodes/{node}/change") { request, context in
            try await here.change(Form(request), context, .node) { form, outline in
                let node = try here.desk.node(context, in: outline)
                return try TreeForm(form, in: here.services.definitions).change(of: node)
                    .changes(of: node, in: here.services.definitions)
            }
        }
        router.post("/trees/{id}/nodes/{node}/move") { request, context in
            try await here.change(Form(request), context, .node) { form, outline in
                let node = try here.desk.node(context, in: outline)
                return [
                    try TreeForm(form, in: here.services.definitions).move().change(of: node.id)
                ]
            }
        }
        router.post("/trees/{id}/nodes/{node}/remove") { request, context in
            try await here.change(Form(request), context, .node) { _, outline in
                [.remove(try here.desk.node(context, in: outline).id)]
            }
        }
    }

    private static func treeChanges(_ form: Form) throws -> [TreeChange] {
        try TreeOrder(name: form.text("name") ?? "", order: form.text("order")).changes()
    }

    /// Changes the tree, and shows it at the node that was looked at.
    private func change(
        _ form: Form, _ context: WebContext, _ part: TreeEditPage.Part,
        _ changes: (Form, TreeOutline) throws -> [TreeChange]
    ) async throws -> Response {
        let before = try desk.outline(context)
        let selected = try form.text("node") ?? context.parameters.get("node")
        let node = selected.flatMap { TreeNodeID(text: $0) }.flatMap { before.tree.nodes[$0] }
        do {
            let wanted = try changes(form, before)
            let after = try await desk.change(
                before, from: form.integer("version").map { Int64($0) }, with: wanted, context)
            // Of a node that was removed, its branch.
            let shown = node.flatMap { after.tree.nodes[$0.id]?.id ?? $0.parent }
            let words = wanted.map { TreeChangeWords.words($0, in: before) + "." }
            return Answer.seeOther(
                "/trees/\(after.tree.id)/edit" + (shown.map { "?node=\($0)" } ?? ""),
                notice: words.isEmpty ? nil : words.joined(separator: " "))
        } catch {
            let problem = try Self.shown(error)
            return try editor(
                desk.outline(context), node, context,
                TreeEditPage.Mistake(part: part, problem: problem, form: form))
        }
    }

    private func remove(_ form: Form, _ context: WebContext) async throws -> Response {
        let outline = try desk.outline(context)
        do {
            try await desk.remove(
                outline, from: form.integer("version").map { Int64($0) }, context)
            return Answer.seeOther("/trees", notice: "“\(outline.tree.name)” was removed.")
        } catch {
            return try editor(
                desk.outline(context), nil, context,
                TreeEditPage.Mistake(part: .tree, problem: Self.shown(error), form: form))
        }
    }

    private func editor(
        _ outline: TreeOutline, _ node: TreeNode?, _ context: WebContext,
        _ mistake: TreeEditPage.Mistake? = nil
    ) throws -> Response {
        guard TreeDesk.canChange(context.viewer) else {
            throw WebProblem(
                .forbidden, "trees are changed by those who see every device",
                code: "scope", fix: "ask an administrator")
        }
        let content = TreeEditPage(outline: outline, node: node, script: pages.script("tree.js"))
            .content(mistake)
        return pages.page(
            "tree_edit", title: "Edit \(outline.tree.name)", section: .trees, content,
            status: mistake?.problem.status ?? .ok, context: context)
    }

    private func node(
        _ text: String, in outline: TreeOutline
    ) throws(WebProblem) -> TreeNode {
        guard let node = TreeNodeID(text: text).flatMap({ outline.tree.nodes[$0] }),
            outline.isShown(node)
        else { throw TreeAddress.noPlace }
        return node
    }

    /// What is said beside the form. What is no mistake of the form is a page of its own.
    private static func shown(_ error: any Error) throws -> WebProblem {
        let problem = WebProblem(treeError: error)
        guard [.badRequest, .conflict].contains(problem.status) else { throw problem }
        return problem
    }
}
