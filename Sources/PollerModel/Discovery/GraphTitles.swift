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

    /// What sets a graph apart whose title another of its device has.
    static func suffix(index: [UInt32], attempt: Int) -> String {
        let place = index.isEmpty ? "" : "#\(OID.dotted(index))"
        let count = attempt > 0 ? "\(place.isEmpty ? "" : ", ")\(attempt + 1)" : ""
        return place.isEmpty && count.isEmpty ? "" : " (\(place)\(count))"
    }

    /// `title`, set apart from those that are taken.
    static func distinct(_ title: String, index: [UInt32], taken: Set<String>) -> String {
        guard taken.contains(title) else { return title }
        for attempt in 0...taken.count {
            let suffix = suffix(index: index, attempt: attempt)
            let room = GraphLimits.longestText - suffix.unicodeScalars.count
            let candidate = title.cut(toScalars: room) + suffix
            if !taken.contains(candidate) { return candidate }
        }
        preconditionFailure("there are more attempts than titles")
    }

    /// Whether a graph has the title its template gives, or that set apart.
    package static func follows(_ title: String, pattern: String, index: [UInt32]) -> Bool {
        if title == pattern { return true }
        let suffix = suffix(index: index, attempt: 0)
        return !suffix.isEmpty
            && title == pattern.cut(
                toScalars: GraphLimits.longestText - suffix.unicodeScalars.count) + suffix
    }

    /// The new titles of graphs, given what each of them would be called by itself.
    static func renamed(
        _ definition: DeviceDefinition, _ wanted: [(graph: Graph, title: String, index: [UInt32])]
    ) -> [GraphID: String] {
        let changing = Set(wanted.map(\.graph.id))
        var taken = Set(definition.graphs.filter { !changing.contains($0.id) }.map(\.title))
        var titles: [GraphID: String] = [:]
        for (graph, title, index) in wanted {
            let new = distinct(title, index: index, taken: taken)
            taken.insert(new)
            if new != graph.title { titles[graph.id] = new }
        }
        return titles
    }
}
