import PollerModel

/// What discovery found, in lines for a person.
enum Findings {
    static func summary(_ device: DiscoveredDevice, messages: Int) -> String {
        let rows = device.tables.values.reduce(0) { $0 + $1.rows.count }
        let tables = device.tables.values.count { !$0.rows.isEmpty }
        return "\(device.kind.main.title): \(tables) tables with \(rows) rows, "
            + "\(device.scalars.count) sets of single values, in \(messages) messages"
    }

    /// What it is, and what it has; then in one line each what may be had on request, and what
    /// would have had a graph and is not there.
    static func lines(
        _ device: DiscoveredDevice, proposals: [GraphProposal], catalogue: Catalogue
    ) -> [String] {
        guard device.hasAnswered else { return [] }
        let kinds = device.kind.templates.map(\.title)
        let (found, empty) = tables(device, proposals, catalogue)
        let values = Scalars(device, Set(proposals.map(\.template)), catalogue)
        var lines = [
            "Recognised as \(kinds[0])"
                + (kinds.count > 1 ? ", also \(kinds.dropFirst().joined(separator: ", "))" : "")
        ]
        lines += found
        for (heading, titles) in [
            ("Single values", values.graphed), ("On request", values.offered),
            ("Not there", (empty + values.missing).sorted()),
        ] where !titles.isEmpty {
            lines.append("\(heading): \(titles.joined(separator: ", "))")
        }
        return lines
    }

    private static func tables(
        _ device: DiscoveredDevice, _ proposals: [GraphProposal], _ catalogue: Catalogue
    ) -> (found: [String], empty: [String]) {
        let graphed = Dictionary(grouping: proposals.compactMap(\.row), by: \.query)
            .mapValues { Set($0).count }
        let automatic = Set(
            device.kind.graphs.compactMap { name in
                catalogue.graphTemplates[name].flatMap { catalogue.dataTemplates[$0.dataTemplate] }?
                    .query
            })
        var found: [String] = []
        var empty: [String] = []
        for table in device.tables.values.sorted(by: { $0.query < $1.query }) {
            let query = catalogue.dataQueries[table.query]
            let title = query?.title ?? table.query
            if table.isAbsent {
                if automatic.contains(table.query) { empty.append(title) }
                continue
            }
            var line = "\(title): \(table.rows.count)"
            if let count = graphed[table.query] { line += ", \(count) with graphs" }
            if let note = table.note { line += " (\(note))" }
            found.append(line)
        }
        return (found, empty)
    }

    /// Titles of what a device has once.
    private struct Scalars {
        var graphed: [String] = []
        var offered: [String] = []
        var missing: [String] = []

        init(_ device: DiscoveredDevice, _ graphed: Set<String>, _ catalogue: Catalogue) {
            let automatic = device.kind.graphs
            var seen: Set<String> = []
            for (position, name) in (automatic + device.kind.offers).enumerated() {
                guard
                    let data = catalogue.graphTemplates[name].flatMap({
                        catalogue.dataTemplates[$0.dataTemplate]
                    }), data.query == nil, seen.insert(data.name).inserted
                else { continue }
                if graphed.contains(name) {
                    self.graphed.append(data.title)
                } else if device.scalars[data.name] != nil {
                    offered.append(data.title)
                } else if position < automatic.count {
                    missing.append(data.title)
                }
            }
        }
    }
}
