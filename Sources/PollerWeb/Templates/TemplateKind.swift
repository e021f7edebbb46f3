import PollerModel

/// The kinds of entries of the catalogue that have pages.
enum TemplateKind: String, CaseIterable {
    case deviceTemplate = "device-template"
    case graphTemplate = "graph-template"
    case dataTemplate = "data-template"
    case dataQuery = "data-query"

    /// “device template”
    var words: String { rawValue.replacing("-", with: " ") }

    var plural: String {
        switch self {
        case .deviceTemplate: "Device templates"
        case .graphTemplate: "Graph templates"
        case .dataTemplate: "Data templates"
        case .dataQuery: "Data queries"
        }
    }

    /// What entries of this kind are, in a sentence.
    var meaning: String {
        switch self {
        case .deviceTemplate:
            "By what devices of a kind are recognised, and which graphs they get."
        case .graphTemplate: "How a data source is drawn: series, axis, legend."
        case .dataTemplate: "What is measured: the objects that go into one file."
        case .dataQuery: "How the rows of a table are found and recognised."
        }
    }

    /// Where its files lie below a folder of resources.
    var folder: String {
        switch self {
        case .deviceTemplate: "device_templates"
        case .graphTemplate: "graph_templates"
        case .dataTemplate: "data_templates"
        case .dataQuery: "data_queries"
        }
    }

    /// What is counted of those who use an entry.
    func users(_ count: Int) -> String {
        let one =
            switch self {
            case .deviceTemplate, .dataQuery: "device"
            case .graphTemplate: "graph"
            case .dataTemplate: "data source"
            }
        return count == 1 ? "1 \(one)" : "\(count) \(one)s"
    }

    func path(_ name: String) -> String { "/templates/\(rawValue)/\(name)" }
}

/// An entry of the catalogue, as lists show it.
struct TemplateEntry {
    let kind: TemplateKind
    let name: String
    let title: String
    let source: String

    /// In the order of their names.
    static func all(_ kind: TemplateKind, _ catalogue: Catalogue) -> [TemplateEntry] {
        let entries: [TemplateEntry] =
            switch kind {
            case .deviceTemplate:
                catalogue.deviceTemplates.values.map {
                    TemplateEntry(kind: kind, name: $0.name, title: $0.title, source: $0.source)
                }
            case .graphTemplate:
                catalogue.graphTemplates.values.map {
                    TemplateEntry(
                        kind: kind, name: $0.name, title: $0.title.text, source: $0.source)
                }
            case .dataTemplate:
                catalogue.dataTemplates.values.map {
                    TemplateEntry(kind: kind, name: $0.name, title: $0.title, source: $0.source)
                }
            case .dataQuery:
                catalogue.dataQueries.values.map {
                    TemplateEntry(kind: kind, name: $0.name, title: $0.title, source: $0.source)
                }
            }
        return entries.sorted { $0.name < $1.name }
    }
}

extension Definitions {
    /// How often each entry of a kind is used: by devices, graphs or data sources, without the
    /// daemon's own.
    func useCounts(of kind: TemplateKind) -> [String: Int] {
        var counts: [String: Int] = [:]
        for definition in fleet {
            switch kind {
            case .deviceTemplate:
                for name in definition.device.templates { counts[name, default: 0] += 1 }
            case .graphTemplate:
                for graph in definition.graphs { counts[graph.template, default: 0] += 1 }
            case .dataTemplate:
                for source in definition.dataSources { counts[source.template, default: 0] += 1 }
            case .dataQuery:
                for name in Set(definition.rows.map(\.query)) { counts[name, default: 0] += 1 }
            }
        }
        if kind == .graphTemplate {
            for aggregate in aggregates.values { counts[aggregate.template, default: 0] += 1 }
        }
        return counts
    }
}
