/// What an entry of the catalogue is. In the order in which a name is looked up.
package enum CatalogueKind: String, Sendable, Hashable, Codable, CaseIterable {
    case deviceTemplate = "device-template"
    case graphTemplate = "graph-template"
    case dataTemplate = "data-template"
    case dataQuery = "data-query"

    /// Where its files lie, below a folder of resources.
    package var folder: String {
        switch self {
        case .deviceTemplate: "device_templates"
        case .graphTemplate: "graph_templates"
        case .dataTemplate: "data_templates"
        case .dataQuery: "data_queries"
        }
    }

    /// For eyes: “device template”.
    package var words: String { rawValue.replacing("-", with: " ") }

    /// Keys under which an entry names others, and what these are.
    var references: [(key: String, kind: CatalogueKind)] {
        switch self {
        case .deviceTemplate:
            [("graphs", .graphTemplate), ("offers", .graphTemplate), ("tables", .dataQuery)]
        case .graphTemplate: [("data_template", .dataTemplate)]
        case .dataTemplate: [("query", .dataQuery)]
        case .dataQuery: []
        }
    }
}

/// An entry of the catalogue as it is written, whatever keys it has: where it stands, what it is
/// called, what it names.
package struct CatalogueEntry: Sendable, Hashable {
    /// A place in `text` where a name stands; both counted from 1, columns in Unicode scalars.
    struct Place: Sendable, Hashable {
        let line: Int
        let column: Int
    }

    /// Another entry that this one names.
    package struct Reference: Sendable, Hashable {
        package let kind: CatalogueKind
        package let name: String
        let place: Place
    }

    package let kind: CatalogueKind
    package let name: String
    package let title: String
    /// Of a device template: router, switch, ups, …; nil where it does not say.
    package let deviceClass: String?
    /// Where the knowledge comes from: an RFC, a MIB or a URL.
    package let source: String
    package let path: String
    /// Where its name stands in the file, from 1.
    package let line: Int
    /// Whether it is the site's own, and not shipped.
    package let isSite: Bool
    /// As it is written, with its comments.
    package let text: String
    package let references: [Reference]
    let namePlace: Place
}
