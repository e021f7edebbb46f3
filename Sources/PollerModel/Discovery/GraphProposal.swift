/// A graph that could be made for a device.
package struct GraphProposal: Sendable, Hashable {
    /// Name of the graph template.
    package let template: String
    /// Name of the data template behind it.
    package let dataTemplate: String
    package let width: CounterWidth
    package let title: String
    /// Name of the data query and index of the row; nil for values a device has once.
    package let row: RowKey?

    package struct RowKey: Sendable, Hashable {
        package let query: String
        package let index: [UInt32]

        package init(query: String, index: [UInt32]) {
            self.query = query
            self.index = index
        }
    }

    package init(
        template: String, dataTemplate: String, width: CounterWidth, title: String, row: RowKey?
    ) {
        self.template = template
        self.dataTemplate = dataTemplate
        self.width = width
        self.title = title
        self.row = row
    }
}

/// Decides which graphs a discovered device gets.
package enum GraphSelection {
    /// Those that are made without being asked for.
    ///
    /// - Parameter taken: titles that other graphs of the device have.
    package static func proposals(
        by policy: GraphPolicy = .auto, for device: DiscoveredDevice, of subject: TitleSubject,
        catalogue: Catalogue, taken: Set<String> = []
    ) -> [GraphProposal] {
        proposals(
            policy.templates(of: device.kind), for: device, of: subject, catalogue: catalogue,
            taken: taken
        ) { query, row in policy.takes(row, of: query) }
    }

    /// All graphs of `templates` that the device has values for, of the rows that are wanted.
    package static func proposals(
        _ templates: [String], for device: DiscoveredDevice, of subject: TitleSubject,
        catalogue: Catalogue, taken: Set<String> = [],
        where isWanted: (DataQuery, DiscoveredTable.Row) -> Bool
    ) -> [GraphProposal] {
        var taken = taken
        var proposals: [GraphProposal] = []
        func propose(
            _ template: GraphTemplate, _ width: CounterWidth, query: String?,
            row: DiscoveredTable.Row?
        ) {
            let index = row?.index ?? []
            let plain = GraphTitles.title(
                template, of: subject, index: index, fields: row?.fields ?? [:])
            let place = GraphTitles.place(
                of: row.map { ($0.index, $0.fields) },
                query: query.flatMap { catalogue.dataQueries[$0] },
                beside: plain)
            let title = GraphTitles.distinct(plain, place: place, taken: taken)
            taken.insert(title)
            proposals.append(
                GraphProposal(
                    template: template.name, dataTemplate: template.dataTemplate, width: width,
                    title: title, row: query.map { .init(query: $0, index: index) }))
        }
        for template in templates.compactMap({ catalogue.graphTemplates[$0] }) {
            guard let data = catalogue.dataTemplates[template.dataTemplate] else { continue }
            guard let query = data.query.flatMap({ catalogue.dataQueries[$0] }) else {
                if data.query == nil, let width = device.scalars[data.name] {
                    propose(template, width, query: nil, row: nil)
                }
                continue
            }
            for row in device.tables[query.name]?.rows ?? [] {
                guard let width = row.widths[data.name], isWanted(query, row) else { continue }
                propose(template, width, query: query.name, row: row)
            }
        }
        return proposals
    }

    /// What graphs are called once their device is as `changed` says; those whose title is not
    /// the template's any more keep it.
    package static func titles(
        of definition: DeviceDefinition, as changed: Device, catalogue: Catalogue
    ) -> [GraphID: String] {
        let wanted = definition.graphs.compactMap {
            graph -> (graph: Graph, title: String, place: String)? in
            guard let template = catalogue.graphTemplates[graph.template] else { return nil }
            let source = definition.dataSource(graph.dataSource)
            let row = source.flatMap { definition.row(of: $0) }
            let query = row.flatMap { catalogue.dataQueries[$0.query] }
            let place = { (title: String) in
                GraphTitles.place(
                    of: row.map { ($0.index, $0.fields) }, query: query, beside: title)
            }
            let old = GraphTitles.title(template, of: source, in: definition)
            let new = GraphTitles.title(template, of: source, in: definition, as: changed)
            guard new != old,
                GraphTitles.follows(graph.givenTitle, pattern: old, place: place(old))
            else { return nil }
            return (graph, new, place(new))
        }
        return GraphTitles.renamed(definition, wanted)
    }
}
