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

/// Decides which graphs a discovered device gets without being asked.
package enum GraphSelection {
    package static func proposals(
        for device: DiscoveredDevice, name: String, host: DeviceHost, catalogue: Catalogue
    ) -> [GraphProposal] {
        device.template.graphs.flatMap { graphName -> [GraphProposal] in
            guard let template = catalogue.graphTemplates[graphName],
                let data = catalogue.dataTemplates[template.dataTemplate]
            else { return [] }
            guard let queryName = data.query else {
                guard let width = device.scalars[data.name] else { return [] }
                let title = title(template, device: name, host: host, index: [], fields: [:])
                return [
                    GraphProposal(
                        template: graphName, dataTemplate: data.name, width: width, title: title,
                        row: nil)
                ]
            }
            guard let query = catalogue.dataQueries[queryName] else { return [] }
            return (device.tables[queryName]?.rows ?? []).compactMap { row in
                guard query.isGraphedByDefault(row.fields), let width = row.widths[data.name]
                else { return nil }
                return GraphProposal(
                    template: graphName, dataTemplate: data.name, width: width,
                    title: title(
                        template, device: name, host: host, index: row.index, fields: row.fields),
                    row: .init(query: queryName, index: row.index))
            }
        }
    }

    /// What graphs are called once their device is as `changed` says; those whose title is not
    /// the template's any more keep it.
    package static func titles(
        of definition: DeviceDefinition, as changed: Device, catalogue: Catalogue
    ) -> [GraphID: String] {
        var titles: [GraphID: String] = [:]
        for graph in definition.graphs {
            guard let template = catalogue.graphTemplates[graph.template] else { continue }
            let row = definition.dataSource(graph.dataSource).flatMap { definition.row(of: $0) }
            let title = { (device: Device) in
                Self.title(
                    template, device: device.name, host: device.target.host,
                    index: row?.index ?? [], fields: row?.fields ?? [:])
            }
            let new = title(changed)
            if graph.title == title(definition.device), new != graph.title {
                titles[graph.id] = new
            }
        }
        return titles
    }

    package static func title(
        _ template: GraphTemplate, device: String, host: DeviceHost, index: [UInt32],
        fields: RowFields
    ) -> String {
        let filled = template.title.filled { name in
            switch name {
            case "device": device
            case "host": host.description
            case "index": OID.dotted(index)
            default: fields[name]?.text
            }
        }
        // A title made of fields that are all empty would be none.
        return filled.isEmpty ? template.name : filled.cut(toScalars: GraphLimits.longestText)
    }
}
