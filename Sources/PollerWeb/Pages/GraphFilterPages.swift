import HTTPTypes
import Hummingbird
import PollerModel

/// Filters of the list of graphs that somebody keeps, and graphs that are ticked there.
struct GraphFilterPages: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/graphs/filters") { request, context in
            try await here.keep(Form(request), context)
        }
        router.post("/graphs/filters/remove") { request, context in
            try await here.remove(Form(request), context)
        }
        router.post("/graphs/select") { request, context in
            context.audit.changesNothing()
            let ids = try GraphTicks(await Form(request)).ids
            guard !ids.isEmpty else {
                return Answer.seeOther("/graphs?view=list", notice: "No graph was ticked.")
            }
            let text = ids.map(\.description).joined(separator: ",")
            return Answer.seeOther("/graphs?ids=\(text)")
        }
    }

    private static let noAccount = WebProblem(
        .forbidden, "filters are kept for people who have logged in", code: "no_account",
        fix: "log in with a browser: /login")

    private func keep(_ form: Form, _ context: WebContext) async throws -> Response {
        guard let account = context.session?.account.id else { throw Self.noAccount }
        let query = try Self.query(form.text("query") ?? "")
        let name = try form.text("name") ?? ""
        guard DeviceText(name).text == name,
            (1...SavedFilter.longestName).contains(name.unicodeScalars.count)
        else {
            throw WebProblem.badRequest(
                "a filter's name is 1 to \(SavedFilter.longestName) printable characters",
                fix: "go back, and call it otherwise")
        }
        do {
            try await services.graphs.keep(SavedFilter(name: name, query: query), of: account)
        } catch {
            throw WebProblem(.inventory(error))
        }
        return Answer.seeOther("/graphs?\(query)", notice: "The filter “\(name)” was kept.")
    }

    /// Only what the list reads is kept, so that no filter leads elsewhere.
    private static func query(_ text: String) throws(WebProblem) -> String {
        var pairs: [(String, String)] = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, GraphFilter.keys.contains(String(parts[0])),
                let value = Query.decoded(parts[1])
            else { continue }
            pairs.append((String(parts[0]), value))
        }
        let query = GraphFilter.query(pairs)
        guard query.utf8.count <= SavedFilter.longestQuery else {
            throw .badRequest(
                "the filter is longer than \(SavedFilter.longestQuery) bytes",
                fix: "name fewer graphs")
        }
        return query
    }

    private func remove(_ form: Form, _ context: WebContext) async throws -> Response {
        guard let account = context.session?.account.id else { throw Self.noAccount }
        let name = try form.text("name") ?? ""
        let wasThere: Bool
        do {
            wasThere = try await services.graphs.removeFilter(name, of: account)
        } catch {
            throw WebProblem(.inventory(error))
        }
        guard wasThere else {
            throw WebProblem.notFound("filter “\(DeviceText(name).text)”", fix: "see /graphs")
        }
        return Answer.seeOther("/graphs", notice: "The filter “\(name)” was removed.")
    }
}

/// Graphs that were ticked in a list.
struct GraphTicks {
    /// Each once, in the order of the list.
    let ids: [GraphID]

    init(_ form: Form) throws(WebProblem) {
        var seen: Set<GraphID> = []
        var ids: [GraphID] = []
        for text in form.texts("ids") {
            guard let id = GraphID(text: text) else {
                throw .badRequest("“\(DeviceText(text).text)” is no id of a graph")
            }
            if seen.insert(id).inserted { ids.append(id) }
        }
        guard ids.count <= GraphFilter.largestSelection else {
            throw .badRequest(
                "\(ids.count) graphs were ticked, and at most \(GraphFilter.largestSelection) are "
                    + "taken at a time", fix: "tick fewer")
        }
        self.ids = ids
    }
}
