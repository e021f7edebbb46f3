import PollerModel

/// What discovery found, in lines for a person.
enum Findings {
    static func summary(_ device: DiscoveredDevice) -> String {
        let tables = device.tables.values.sorted { $0.query < $1.query }.map {
            "\($0.query): \($0.rows.count)"
        }
        return tables.isEmpty ? "no tables are known for it" : tables.joined(separator: ", ")
    }

    /// One line for each table and each template without one: how many, or why none.
    static func lines(
        _ device: DiscoveredDevice, proposals: [GraphProposal], catalogue: Catalogue
    ) -> [String] {
        guard device.hasAnswered else { return [] }
        var lines: [String] = []
        let graphed = Dictionary(grouping: proposals.compactMap(\.row), by: \.query)
            .mapValues { Set($0).count }
        for table in device.tables.values.sorted(by: { $0.query < $1.query }) {
            let title = catalogue.dataQueries[table.query]?.title ?? table.query
            var line = "\(title): \(table.rows.count)"
            if !table.rows.isEmpty { line += ", \(graphed[table.query] ?? 0) worth a graph" }
            if let note = table.note { line += " (\(note))" }
            lines.append(line)
        }
        for name in device.template.graphs {
            guard
                let data = catalogue.graphTemplates[name].flatMap({
                    catalogue.dataTemplates[$0.dataTemplate]
                }), data.query == nil
            else { continue }
            lines.append("\(data.title): \(device.scalars[data.name] == nil ? "none" : "yes")")
        }
        return lines
    }
}
