/// Which graphs a device gets for what is found on it, without being asked for each.
package enum GraphPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// What its kind makes by itself, of rows that are worth a graph.
    case auto
    /// What its kind makes and what it offers, of every row that has values.
    case all
    case none
}

extension GraphPolicy {
    /// Names of the graph templates that are made of a device of this kind.
    package func templates(of kind: DeviceKind) -> [String] {
        switch self {
        case .auto: kind.graphs
        case .all: kind.graphs + kind.offers
        case .none: []
        }
    }

    /// Whether a row gets its graphs.
    package func takes(_ row: DiscoveredTable.Row, of query: DataQuery) -> Bool {
        switch self {
        case .auto: query.isGraphedByDefault(row.fields)
        case .all: true
        case .none: false
        }
    }
}
