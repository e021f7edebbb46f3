/// Graphs that somebody asks for of one device: the body of `POST /api/v1/devices/{id}/graphs`.
package struct GraphOrder: Sendable, Hashable, Codable {
    package static let largestTemplateCount = 100
    /// Rows that are named.
    package static let largestRowCount = 1_000
    /// Graphs made by one order.
    package static let largestGraphCount = 20_000

    /// Names of graph templates; null: those of `query` that the device's kind makes by itself,
    /// and where it makes none, those it offers.
    package var templates: [String]?
    /// Name of the data query whose rows are meant; null: the one of the templates.
    package var query: String?
    /// Rows, by index (`3` or `#3`) or by what identifies them (`ge-0/0/1`).
    package var rows: [String]?
    /// All rows in place of `rows`.
    package var allRows: Bool?
    /// Whether to say only what would be made.
    package var dryRun: Bool?

    /// All there are: an order with another one is refused, for it would not do what was meant.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case templates, query, rows, allRows, dryRun
    }

    package init() {}
}

/// An order whose every template exists, and which says of which rows.
package struct GraphOrderPlan: Sendable {
    package enum Rows: Sendable, Hashable {
        /// What the device has once.
        case none
        case named([String])
        case all
    }

    /// Each once.
    package let templates: [GraphTemplate]
    /// The tables to read, each once.
    package let queries: [DataQuery]
    package let rows: Rows

    /// - Throws: why it cannot be carried out, whatever the device answers.
    package init(
        _ order: GraphOrder, for definition: DeviceDefinition, catalogue: Catalogue
    ) throws(OperationFailure) {
        let reader = GraphOrderReader(order: order, definition: definition, catalogue: catalogue)
        templates = try reader.templates()
        rows = try reader.rows()
        queries = try reader.queries(of: templates, rows)
    }
}

/// Checks an order against the catalogue.
private struct GraphOrderReader {
    let order: GraphOrder
    let definition: DeviceDefinition
    let catalogue: Catalogue

    private var device: DeviceID { definition.device.id }

    func templates() throws(OperationFailure) -> [GraphTemplate] {
        guard let names = order.templates else { return try usual() }
        guard (1...GraphOrder.largestTemplateCount).contains(names.count) else {
            throw .invalid(
                words: "an order has 1 to \(GraphOrder.largestTemplateCount) templates, not "
                    + "\(names.count)", fix: "name fewer")
        }
        var templates: [GraphTemplate] = []
        for name in names where !templates.contains(where: { $0.name == name }) {
            guard let template = catalogue.graphTemplates[name] else {
                throw .notFound(
                    words: "there is no graph template “\(DeviceText(name).text)”"
                        + Suggestion.phrase(for: name, among: catalogue.graphTemplates.keys),
                    fix: "see pollerctl device offers \(device)")
            }
            templates.append(template)
        }
        return templates
    }

    /// What is made of the table's rows when nobody says what.
    private func usual() throws(OperationFailure) -> [GraphTemplate] {
        guard let name = order.query else {
            throw .invalid(
                words: "the order names neither a template nor a table",
                fix: "see pollerctl device offers \(device)")
        }
        let query = try self.query(named: name)
        let kind = catalogue.kind(named: definition.device.templates)
        let drawn = { (names: [String]) in
            names.compactMap { catalogue.graphTemplates[$0] }.filter {
                catalogue.dataTemplates[$0.dataTemplate]?.query == query.name
            }
        }
        let made = drawn(kind?.graphs ?? [])
        let usual = made.isEmpty ? drawn(kind?.offers ?? []) : made
        guard !usual.isEmpty else {
            throw .invalid(
                words: "a device of this kind has no graphs of the table \(query.name)",
                fix: "name one with --template; see pollerctl template list --kind graph-template")
        }
        return usual
    }

    private func query(named name: String) throws(OperationFailure) -> DataQuery {
        guard let query = catalogue.dataQueries[name] else {
            throw .notFound(
                words: "there is no data query “\(DeviceText(name).text)”"
                    + Suggestion.phrase(for: name, among: catalogue.dataQueries.keys),
                fix: "see pollerctl template list --kind data-query")
        }
        return query
    }

    func rows() throws(OperationFailure) -> GraphOrderPlan.Rows {
        switch (order.rows, order.allRows ?? false) {
        case (nil, false): return .none
        case (nil, true): return .all
        case (_?, true): throw .invalid(words: "rows are named, or all are meant", fix: "omit one")
        case (let rows?, false):
            guard (1...GraphOrder.largestRowCount).contains(rows.count) else {
                throw .invalid(
                    words: "an order names 1 to \(GraphOrder.largestRowCount) rows, not "
                        + "\(rows.count)", fix: "name fewer, or mean all of them")
            }
            return .named(rows)
        }
    }

    func queries(
        of templates: [GraphTemplate], _ rows: GraphOrderPlan.Rows
    ) throws(OperationFailure) -> [DataQuery] {
        let wanted = try order.query.map { name throws(OperationFailure) in
            try query(named: name)
        }
        var queries: [DataQuery] = []
        for template in templates {
            let name = catalogue.dataTemplates[template.dataTemplate]?.query
            let query = name.flatMap { catalogue.dataQueries[$0] }
            try check(template, query, rows, wanted)
            if let query, !queries.contains(query) { queries.append(query) }
        }
        if case .named = rows, queries.count > 1 {
            throw .invalid(
                words: "the templates draw rows of different tables: "
                    + queries.map(\.name).joined(separator: ", "),
                fix: "give one order for each table")
        }
        return queries
    }

    private func check(
        _ template: GraphTemplate, _ query: DataQuery?, _ rows: GraphOrderPlan.Rows,
        _ wanted: DataQuery?
    ) throws(OperationFailure) {
        if let wanted, query != wanted {
            throw .invalid(
                words: "the template \(template.name) does not draw rows of \(wanted.name), but "
                    + (query.map { "of \($0.name)" } ?? "what a device has once"),
                fix: query == nil
                    ? "pollerctl graph create \(device) \(template.name)"
                    : "see pollerctl device offers \(device)")
        }
        switch (query, rows) {
        case (nil, .named), (nil, .all):
            throw .invalid(
                words: "the template \(template.name) draws what a device has once, and no rows",
                fix: "pollerctl graph create \(device) \(template.name)")
        case (let query?, .none):
            throw .invalid(
                words: "the template \(template.name) draws rows of \(query.name): which?",
                fix: "add --row INDEX or --row NAME, or --all; pollerctl device rows \(device) "
                    + "\(query.name) lists them")
        default: break
        }
    }
}
