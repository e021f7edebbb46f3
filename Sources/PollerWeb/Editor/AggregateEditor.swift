import Foundation
import HTTPTypes
import Hummingbird
import PollerModel

/// The graph editor of a graph of many data sources.
struct AggregateEditor {
    let services: WebServices
    let pages: PageRenderer
    let aggregate: Aggregate

    private var template: GraphTemplate? {
        services.definitions.catalogue.graphTemplates[aggregate.template]
    }

    /// Of the aggregate as it is, by which it is seen that somebody changed it.
    private var version: String {
        let report = AggregateReport(aggregate, members: nil)
        // What encodes in the API encodes here.
        let bytes = (try? JSONAnswer.bytes(report)) ?? []
        return ContentHash.text(bytes + Array(aggregate.title.utf8))
    }

    func show(_ context: WebContext) -> Response {
        answer(AggregateEditForm(aggregate, template), shown: aggregate, context)
    }

    func save(_ form: Form, _ context: WebContext) async throws -> Response {
        var typed = try AggregateEditForm(form, template)
        let changed = typed.applied(to: aggregate, in: services.definitions)
        guard let changed else {
            return answer(typed, shown: aggregate, status: .badRequest, context)
        }
        guard try form.text("version") == version else {
            return answer(
                typed, shown: changed, conflict: conflict(with: changed), status: .conflict, context
            )
        }
        try context.viewer.checkSees(
            changed.members(in: services.definitions),
            ofAll: changed.members(in: services.inventory.definitions),
            by: services.trees.trees)
        do {
            _ = try await services.operations.changeAggregate(aggregate.id, to: typed.order)
        } catch {
            throw WebProblem(error)
        }
        context.audit.note(
            object: "graph \(aggregate.id) (\(changed.title))",
            before: AggregateReport(aggregate, members: nil),
            after: AggregateReport(changed, members: nil))
        return Answer.seeOther("/graphs/\(aggregate.id)", notice: "The graph was saved.")
    }

    /// - Parameter range: the one that the picture shows.
    func preview(
        _ form: Form, _ range: String, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        var typed = try AggregateEditForm(form, template)
        let changed = typed.applied(to: aggregate, in: services.definitions)
        guard !request.wantsPage else {
            return answer(
                typed, shown: changed ?? aggregate, range: range,
                status: changed == nil ? .badRequest : .ok, context)
        }
        guard let changed else { return try typed.texts.answer() }
        return try await GraphImageRoute(services: services).respond(
            .aggregate(changed, changed.members(in: services.definitions)),
            GraphEditPages.query(form, range: range), request)
    }

    /// The picture of a draft, for a page without scripts.
    func picture(_ query: Query, _ request: Request) async throws -> Response {
        var changed = aggregate
        if let text = query.text("draft") {
            let order: AggregateOrder = try GraphDraft.value(text)
            do {
                try order.apply(to: &changed, in: services.definitions)
            } catch {
                throw WebProblem.badRequest(error.words, fix: error.fix)
            }
        }
        return try await GraphImageRoute(services: services).respond(
            .aggregate(changed, changed.members(in: services.definitions)), query, request)
    }

    private func answer(
        _ form: AggregateEditForm, shown: Aggregate, range: String = GraphEditPage.usualRange,
        conflict: GraphEditPage.Conflict? = nil, status: HTTPResponse.Status = .ok,
        _ context: WebContext
    ) -> Response {
        let content = GraphEditPage.Content(
            id: "\(aggregate.id)", title: aggregate.title, deviceLink: nil, deviceName: nil,
            version: version, sections: form.sections(aggregate), isWrong: !form.isRight,
            conflict: conflict,
            preview: GraphEditPage.Preview(
                of: aggregate.id, range: range,
                draft: GraphDraft.text(AggregateOrder(drawing: shown)),
                alt: "\(shown.title) as it would be drawn"), facts: nil, history: [],
            hasHistory: false)
        return pages.page(
            "graph_edit", title: "Edit \(aggregate.title)", section: .graphs, content,
            modules: ["editor.js"], status: status, context: context)
    }

    private func conflict(with yours: Aggregate) -> GraphEditPage.Conflict {
        let fields: [(String, (Aggregate) -> String)] = [
            ("title", { "“\($0.title)”" }), ("drawn as", { $0.arrangement.rawValue }),
            ("mirrored", { $0.isMirrored ? "yes" : "no" }), ("total", { $0.total ? "yes" : "no" }),
            ("unknowns", { $0.unknowns.rawValue }),
            ("left out", { $0.skipped.joined(separator: ", ") }),
        ]
        return GraphEditPage.Conflict(
            who: "Somebody", when: "since you opened it",
            rows: fields.map { field, text in
                GraphEditPage.Conflict.Row(
                    field: field, theirs: text(aggregate), yours: text(yours))
            }.filter { $0.theirs != $0.yours })
    }
}

extension AggregateOrder {
    /// Asks for how an aggregate is drawn, and not for its members.
    fileprivate init(drawing aggregate: Aggregate) {
        self.init()
        title = aggregate.title
        arrangement = aggregate.arrangement.rawValue
        mirrored = aggregate.isMirrored
        total = aggregate.total
        unknowns = aggregate.unknowns.rawValue
        skip = aggregate.skipped
        palette = aggregate.palette
    }
}
