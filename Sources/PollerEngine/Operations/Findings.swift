import PollerModel

/// What discovery found, in lines for a person.
enum Findings {
    static func summary(_ device: DiscoveredDevice, messages: Int) -> String {
        let rows = device.tables.values.reduce(0) { $0 + $1.rows.count }
        let tables = device.tables.values.count { !$0.rows.isEmpty }
        return "\(device.kind.main.title): \(tables) tables with \(rows) rows, "
            + "\(device.scalars.count) sets of single values, in \(messages) messages"
    }

    /// What it is, what it has, and in one line each of the rest: what was looked for and is not
    /// there.
    static func lines(
        _ device: DiscoveredDevice, proposals: [GraphProposal], catalogue: Catalogue
    ) -> [String] {
        guard device.hasAnswered else { return [] }
        let kinds = device.kind.templates.map(\.title)
        let graphs = Dictionary(grouping: proposals, by: \.template).mapValues(\.count)
        let (found, empty) = tables(device, proposals, catalogue)
        let (values, missing) = scalars(device, graphs, catalogue)
        var lines = [
            "Recognised as \(kinds[0])"
                + (kinds.count > 1 ? ", also \(kinds.dropFirst().joined(separator: ", "))" : "")
        ]
        lines += found + values
        let absent = (empty + missing).sorted()
        if !absent.isEmpty { lines.append("Not there: \(absent.joined(separator: ", "))") }
        return lines
    }

    private static func tables(
        _ device: DiscoveredDevice, _ proposals: [GraphProposal], _ catalogue: Catalogue
    ) -> (found: [String], empty: [String]) {
        let graphed = Dictionary(grouping: proposals.compactMap(\.row), by: \.query)
            .mapValues { Set($0).count }
        var found: [String] = []
        var empty: [String] = []
        for table in device.tables.values.sorted(by: { $0.query < $1.query }) {
            let query = catalogue.dataQueries[table.query]
            let title = query?.title ?? table.query
            if table.rows.isEmpty, table.note == nil || table.note == "the device has none" {
                empty.append(title)
                continue
            }
            var line = "\(title): \(table.rows.count)"
            if let count = graphed[table.query] { line += ", \(count) with graphs" }
            if let note = table.note { line += " (\(note))" }
            found.append(line)
        }
        return (found, empty)
    }

    /// What a device has once.
    private static func scalars(
        _ device: DiscoveredDevice, _ graphs: [String: Int], _ catalogue: Catalogue
    ) -> (found: [String], missing: [String]) {
        var found: [String] = []
        var missing: [String] = []
        var seen: Set<String> = []
        for name in device.kind.graphs + device.kind.offers {
            guard
                let data = catalogue.graphTemplates[name].flatMap({
                    catalogue.dataTemplates[$0.dataTemplate]
                }), data.query == nil, seen.insert(data.name).inserted
            else { continue }
            if device.scalars[data.name] == nil {
                missing.append(data.title)
            } else {
                found.append("\(data.title): yes" + (graphs[name] == nil ? ", on request" : ""))
            }
        }
        return (found, missing)
    }
}
