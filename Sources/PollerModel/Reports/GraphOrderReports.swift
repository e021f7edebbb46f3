/// What became of an order of graphs.
package struct GraphOrderReport: Sendable, Hashable, Codable {
    package let items: [GraphOutcome]
    /// Whether nothing was made, though this says so.
    package let dryRun: Bool

    package init(items: [GraphOutcome], dryRun: Bool) {
        self.items = items
        self.dryRun = dryRun
    }

    package func count(_ outcome: GraphOutcome.Kind) -> Int {
        items.count { $0.outcome == outcome }
    }
}

/// One graph of an order, or one reason why there is none.
package struct GraphOutcome: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case made
        case exists
        case impossible
    }

    package let outcome: Kind
    /// Name of the graph template.
    package let template: String
    /// null where there is no graph, and after a dry run.
    @ExplicitNull package var graphId: GraphID?
    /// The row's index at the device; null for values a device has once, and where the reason is
    /// that of many rows.
    @ExplicitNull package var index: String?
    /// The graph's title, or why there is none.
    package let words: String

    /// A graph that there is or, after a dry run, would be.
    package init(_ outcome: Kind, _ template: String, id: GraphID?, index: [UInt32]?, title: String)
    {
        self.outcome = outcome
        self.template = template
        words = title
        _graphId = ExplicitNull(wrappedValue: id)
        _index = ExplicitNull(wrappedValue: index.map { OID.dotted($0) })
    }

    package static func impossible(
        _ template: String, index: [UInt32]? = nil, words: String
    ) -> GraphOutcome {
        GraphOutcome(.impossible, template, id: nil, index: index, title: words)
    }
}

/// What recognising a device again gave.
package struct RecognitionReport: Sendable, Hashable, Codable {
    /// Titles of all device templates that fit, best first.
    package let templates: [String]
    /// Those of them that were not known.
    package let added: [String]
    /// How many graphs were made.
    package let graphs: Int
    /// What became of each table.
    package let tables: [TableReading]

    package init(templates: [String], added: [String], graphs: Int, tables: [TableReading]) {
        self.templates = templates
        self.added = added
        self.graphs = graphs
        self.tables = tables
    }

    /// In one line.
    package var words: String {
        let rows = tables.filter { $0.presentRows > 0 }
        let others = templates.dropFirst().joined(separator: ", ")
        return "recognised as \(templates.first ?? "nothing")"
            + (others.isEmpty ? "" : ", also \(others)")
            + (added.isEmpty ? "" : "; new: \(added.joined(separator: ", "))")
            + "; \(rows.count) tables with \(rows.reduce(0) { $0 + $1.presentRows }) rows, "
            + (graphs == 1 ? "1 graph made" : "\(graphs) graphs made")
    }
}

/// A graph template that a device's kind makes or offers.
package struct OfferReport: Sendable, Hashable, Codable {
    /// Name of the graph template.
    package let template: String
    /// What is measured.
    package let title: String
    /// Name of the data query of its rows; null for values a device has once.
    @ExplicitNull package var query: String?
    /// Whether such graphs are made without being asked for.
    package let automatic: Bool
    /// Rows of its table that the device lists; null for values a device has once.
    @ExplicitNull package var rows: Int?
    /// Graphs there are.
    package let graphs: Int

    /// All that a device's kind makes or offers: first what is made by itself.
    package static func all(
        of definition: DeviceDefinition, catalogue: Catalogue
    ) -> [OfferReport] {
        guard let kind = catalogue.kind(named: definition.device.templates) else { return [] }
        let rows = Dictionary(grouping: definition.rows.filter(\.isPresent), by: \.query)
            .mapValues(\.count)
        let graphs = Dictionary(grouping: definition.graphs, by: \.template).mapValues(\.count)
        let automatic = Set(kind.graphs)
        return (kind.graphs + kind.offers).compactMap { name in
            guard let template = catalogue.graphTemplates[name],
                let data = catalogue.dataTemplates[template.dataTemplate]
            else { return nil }
            return OfferReport(
                template, data, isAutomatic: automatic.contains(name),
                rows: data.query.map { rows[$0] ?? 0 }, graphs: graphs[name] ?? 0)
        }
    }

    private init(
        _ graph: GraphTemplate, _ data: DataTemplate, isAutomatic: Bool, rows: Int?, graphs: Int
    ) {
        template = graph.name
        title = data.title
        automatic = isAutomatic
        self.graphs = graphs
        _query = ExplicitNull(wrappedValue: data.query)
        _rows = ExplicitNull(wrappedValue: rows)
    }
}

/// A device template as `GET /api/v1/templates` shows it.
package struct DeviceTemplateReport: Sendable, Hashable, Codable {
    package let name: String
    package let title: String
    package let `class`: String
    /// Where the knowledge comes from.
    package let source: String
    /// Names of graph templates made by themselves, and of those made on request.
    package let graphs: [String]
    package let offers: [String]
    /// Names of data queries that are read though nothing is drawn of them.
    package let tables: [String]

    package init(_ template: DeviceTemplate) {
        name = template.name
        title = template.title
        `class` = template.deviceClass.rawValue
        source = template.source
        graphs = template.graphs
        offers = template.offers
        tables = template.tables
    }
}
