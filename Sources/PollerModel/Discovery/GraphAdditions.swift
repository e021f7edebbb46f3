/// Which graphs a device has, so that none is made twice.
package struct GraphPlaces: Sendable {
    private struct Place: Hashable {
        let template: String
        let row: GraphProposal.RowKey?
    }
    private let graphs: [Place: Graph]

    /// Rows count as where the device keeps them now; those that are gone do not.
    package init(_ definition: DeviceDefinition) {
        var graphs: [Place: Graph] = [:]
        for graph in definition.graphs {
            guard let source = definition.dataSource(graph.dataSource) else { continue }
            guard source.row != nil else {
                graphs[Place(template: graph.template, row: nil)] = graph
                continue
            }
            guard let row = definition.row(of: source), row.isPresent else { continue }
            let key = GraphProposal.RowKey(query: row.query, index: row.index)
            graphs[Place(template: graph.template, row: key)] = graph
        }
        self.graphs = graphs
    }

    /// The graph of a template, of a row or of what the device has once.
    package func graph(_ template: String, of row: GraphProposal.RowKey?) -> Graph? {
        graphs[Place(template: template, row: row)]
    }
}

extension GraphSelection {
    /// Those graphs of `templates` that a device has values for and does not have yet.
    package static func additions(
        _ templates: [String], for discovered: DiscoveredDevice,
        to definition: DeviceDefinition, catalogue: Catalogue,
        where isWanted: (DataQuery, DiscoveredTable.Row) -> Bool
    ) -> [GraphProposal] {
        let places = GraphPlaces(definition)
        var taken = Set(definition.graphs.map(\.title))
        var additions: [GraphProposal] = []
        for template in templates {
            let new = proposals(
                [template], for: discovered, of: definition.device.titleSubject,
                catalogue: catalogue, taken: taken
            ) { query, row in
                places.graph(template, of: .init(query: query.name, index: row.index)) == nil
                    && isWanted(query, row)
            }.filter { $0.row != nil || places.graph(template, of: nil) == nil }
            taken.formUnion(new.map(\.title))
            additions += new
        }
        return additions
    }
}
