/// What titles may name of a device: nothing that is secret.
package struct TitleSubject: Sendable, Hashable {
    package let name: String
    package let host: DeviceHost
    package let system: SystemDescription
    package let site: String?

    package init(
        name: String, host: DeviceHost, system: SystemDescription = SystemDescription(),
        site: String? = nil
    ) {
        self.name = name
        self.host = host
        self.system = system
        self.site = site
    }
}

/// What graphs are called. No title is empty, and no two graphs of a device have the same.
package enum GraphTitles {
    /// The title of a template for a row, or for the device.
    package static func title(
        _ template: GraphTemplate, of subject: TitleSubject, index: [UInt32], fields: RowFields
    ) -> String {
        let filled = template.title.filled { name in
            switch name {
            case "device": subject.name
            case "host": subject.host.description
            case "index": OID.dotted(index)
            case "sysname": subject.system.name?.text
            case "location": subject.system.location?.text
            case "site": subject.site
            default: fields[name]?.text
            }
        }
        // A title made of fields that are all empty would be none.
        return filled.isEmpty ? template.name : filled.cut(toScalars: GraphLimits.longestText)
    }

    /// The same for something that is measured on a device now.
    package static func title(
        _ template: GraphTemplate, of source: DataSource?, in definition: DeviceDefinition,
        as device: Device? = nil, row changed: QueryRow? = nil
    ) -> String {
        let row = changed ?? source.flatMap { definition.row(of: $0) }
        return title(
            template, of: (device ?? definition.device).titleSubject, index: row?.index ?? [],
            fields: row?.fields ?? [:])
    }

    /// What sets a graph apart whose title another of its device has: the first of what identifies
    /// its row that the title does not tell, else where the row stands.
    static func place(
        of row: (index: [UInt32], fields: RowFields)?, query: DataQuery?, beside title: String
    ) -> String {
        guard let row else { return "" }
        let names = query?.identity.joined() ?? [].joined()
        let told = names.lazy.compactMap { row.fields[$0]?.text }
            .first { !$0.isEmpty && !title.contains($0) }
        return told ?? "#\(OID.dotted(row.index))"
    }

    private static func suffix(place: String, attempt: Int) -> String {
        let count = attempt > 0 ? "\(place.isEmpty ? "" : ", ")\(attempt + 1)" : ""
        return place.isEmpty && count.isEmpty ? "" : " (\(place)\(count))"
    }

    private static func joined(_ title: String, _ suffix: String) -> String {
        title.cut(toScalars: max(1, GraphLimits.longestText - suffix.unicodeScalars.count)) + suffix
    }

    /// `title`, set apart from those that are taken.
    static func distinct(_ title: String, place: String, taken: Set<String>) -> String {
        guard taken.contains(title) else { return title }
        for attempt in 0...taken.count {
            let candidate = joined(title, suffix(place: place, attempt: attempt))
            if !taken.contains(candidate) { return candidate }
        }
        preconditionFailure("there are more attempts than titles")
    }

    /// Whether a graph has the title its template gives, or that set apart.
    package static func follows(_ title: String, pattern: String, place: String) -> Bool {
        title == pattern || title == joined(pattern, suffix(place: place, attempt: 0))
    }

    /// The new titles of graphs, given what each of them would be called by itself.
    static func renamed(
        _ definition: DeviceDefinition, _ wanted: [(graph: Graph, title: String, place: String)]
    ) -> [GraphID: String] {
        let changing = Set(wanted.map(\.graph.id))
        var taken = Set(definition.graphs.filter { !changing.contains($0.id) }.map(\.title))
        var titles: [GraphID: String] = [:]
        for (graph, title, place) in wanted {
            let new = distinct(title, place: place, taken: taken)
            taken.insert(new)
            if new != graph.givenTitle { titles[graph.id] = new }
        }
        return titles
    }
}
