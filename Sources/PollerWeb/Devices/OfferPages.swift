import HTTPTypes
import Hummingbird
import PollerModel

/// `/devices/{id}/offers`: which graphs a device may have, and a form that makes them.
struct OfferPages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    /// Outcomes that are listed.
    static let listedOutcomes = 200

    struct Content {
        let id: String
        let name: String
        let offers: [Offer]
        let hasOffers: Bool
        let rows: String
        let mistake: String?
        let outcomes: [Outcome]
        let hasOutcomes: Bool
        let isTrial: Bool
        let summary: String
        let unlisted: Int?
    }

    struct Offer {
        let template: String
        let what: String
        let table: String
        let count: String
        let isMade: Bool
        let isAutomatic: Bool
        let isChosen: Bool
    }

    struct Outcome {
        let symbol: String
        let words: String
        let graph: String?
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/devices/{id}/offers") { _, context in
            here.page(try here.services.device(context), context: context)
        }
        router.post("/devices/{id}/offers") { request, context in
            try await here.make(try await Form(request), try here.services.device(context), context)
        }
    }

    private func make(
        _ form: Form, _ definition: DeviceDefinition, _ context: WebContext
    ) async throws -> Response {
        let chosen = form.texts("template")
        let rows = try form.text("rows") ?? ""
        let isTrial = try form.text("do") != "make"
        if isTrial { context.audit.changesNothing() }
        guard !chosen.isEmpty else {
            return page(
                definition, rows: rows, mistake: "Tick what is to be drawn.",
                status: .badRequest, context: context)
        }
        var outcomes: [GraphOutcome] = []
        do {
            for var order in orders(chosen, rows: rows) {
                order.dryRun = isTrial
                let report = try await services.operations.makeGraphs(
                    order, of: definition.device.id)
                context.audit.note(made: report, on: definition.device)
                outcomes += report.items
            }
        } catch {
            let problem = WebProblem(error)
            return page(
                definition, chosen: chosen, rows: rows,
                mistake: "\(problem.words)"
                    + (problem.fix.flatMap(PageWords.fix).map { ": \($0)." } ?? "."),
                outcomes: outcomes, isTrial: isTrial, status: problem.status, context: context)
        }
        // Anew, with the graphs that were made.
        let current = services.definitions.devices[definition.device.id] ?? definition
        return page(
            current, chosen: chosen, rows: rows, outcomes: outcomes, isTrial: isTrial,
            context: context)
    }

    /// One order for each table, because named rows are of one.
    private func orders(_ names: [String], rows: String) -> [GraphOrder] {
        let catalogue = services.definitions.catalogue
        let named = rows.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        let groups = Dictionary(grouping: names) { name in
            catalogue.graphTemplates[name]
                .flatMap { catalogue.dataTemplates[$0.dataTemplate]?.query } ?? ""
        }
        return groups.sorted { $0.key < $1.key }.map { query, names in
            var order = GraphOrder()
            order.templates = names
            if !query.isEmpty {
                order.rows = named.isEmpty ? nil : named
                order.allRows = named.isEmpty ? true : nil
            }
            return order
        }
    }

    private func page(
        _ definition: DeviceDefinition, chosen: [String] = [], rows: String = "",
        mistake: String? = nil, outcomes: [GraphOutcome] = [], isTrial: Bool = true,
        status: HTTPResponse.Status = .ok, context: WebContext
    ) -> Response {
        let catalogue = services.definitions.catalogue
        let offers = OfferReport.all(of: definition, catalogue: catalogue)
        let made = outcomes.count { $0.outcome == .made }
        return pages.page(
            "device_offers", title: "Graphs for \(definition.device.name)", section: .devices,
            Content(
                id: "\(definition.device.id)", name: definition.device.name,
                offers: offers.map { Self.offer($0, catalogue, chosen: chosen) },
                hasOffers: !offers.isEmpty, rows: rows, mistake: mistake,
                outcomes: outcomes.prefix(Self.listedOutcomes).map(Self.outcome),
                hasOutcomes: !outcomes.isEmpty, isTrial: isTrial,
                summary: isTrial
                    ? "Graphs that would be made: \(made). Nothing was made yet."
                    : "Graphs that were made: \(made).",
                unlisted: outcomes.count > Self.listedOutcomes
                    ? outcomes.count - Self.listedOutcomes : nil),
            status: status, context: context)
    }

    private static func offer(
        _ report: OfferReport, _ catalogue: Catalogue, chosen: [String]
    ) -> Offer {
        let graphs = report.graphs == 1 ? "1 graph" : "\(report.graphs) graphs"
        return Offer(
            template: report.template, what: report.title,
            table: report.query.map { query in
                "\(report.rows ?? 0) rows of \(catalogue.dataQueries[query]?.title ?? query)"
            } ?? "once", count: report.graphs == 0 ? "none yet" : graphs,
            isMade: report.graphs > 0, isAutomatic: report.automatic,
            isChosen: chosen.contains(report.template))
    }

    private static func outcome(_ outcome: GraphOutcome) -> Outcome {
        let symbol =
            switch outcome.outcome {
            case .made: "✓"
            case .exists: "–"
            case .impossible: "✗"
            }
        return Outcome(
            symbol: symbol,
            words: outcome.words + (outcome.outcome == .exists ? " (there already)" : ""),
            graph: outcome.graphId.map { "/graphs/\($0)" })
    }
}
