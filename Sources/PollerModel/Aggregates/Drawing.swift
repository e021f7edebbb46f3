/// What a graph's id names: the graph of one data source, or an aggregate of many.
package enum Drawing: Sendable {
    case graph(Graph, DeviceDefinition)
    case aggregate(Aggregate, AggregateMembers)

    package var id: GraphID {
        switch self {
        case .graph(let graph, _): graph.id
        case .aggregate(let aggregate, _): aggregate.id
        }
    }

    package var title: String {
        switch self {
        case .graph(let graph, _): graph.title
        case .aggregate(let aggregate, _): aggregate.title
        }
    }

    /// Name of the graph template.
    package var template: String {
        switch self {
        case .graph(let graph, _): graph.template
        case .aggregate(let aggregate, _): aggregate.template
        }
    }

    /// The devices of which something is drawn, each once, by their ids.
    package var definitions: [DeviceDefinition] {
        switch self {
        case .graph(_, let definition): [definition]
        case .aggregate(_, let members):
            Dictionary(
                members.members.map { ($0.definition.device.id, $0.definition) },
                uniquingKeysWith: { first, _ in first }
            ).sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// What is drawn, in order.
    package var dataSources: [DataSource] {
        switch self {
        case .graph(let graph, let definition):
            definition.dataSource(graph.dataSource).map { [$0] } ?? []
        case .aggregate(_, let members): members.members.map(\.source)
        }
    }

    /// The one of them that has been measured longest; nil where nothing is drawn.
    package var oldestSource: DataSource? { dataSources.min { $0.createdAt < $1.createdAt } }
}

extension Definitions {
    /// What the graph with this id shows.
    package func drawing(_ id: GraphID) -> Drawing? {
        if let (graph, definition) = graph(id) { return .graph(graph, definition) }
        return aggregates[id].map { .aggregate($0, $0.members(in: self)) }
    }

    /// The title of what an id names, which costs no look at the members of an aggregate; nil where
    /// it names nothing.
    package func drawingTitle(_ id: GraphID) -> String? {
        graph(id)?.graph.title ?? aggregates[id]?.title
    }
}
