/// A graph as `/api/v1/graphs` and `pollerctl graph list -o json` show it.
package struct GraphReport: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        /// Of one data source of one device.
        case device
        /// Of many data sources.
        case aggregate
    }

    package let id: GraphID
    package let kind: Kind
    package let title: String
    package let template: String
    /// null of an aggregate, as is the data source.
    @ExplicitNull package var deviceId: DeviceID?
    @ExplicitNull package var dataSourceId: DataSourceID?
    /// The row's index at the device; null for values a device has once, and of an aggregate.
    @ExplicitNull package var index: String?
    package let url: String
    /// null of a graph of a device.
    @ExplicitNull package var aggregate: AggregateReport?
    /// null as long as it is drawn as its template says, and of an aggregate.
    @ExplicitNull package var edit: GraphEditReport?

    package init(_ graph: Graph, of definition: DeviceDefinition, baseURL: String) {
        id = graph.id
        kind = .device
        title = graph.title
        template = graph.template
        url = "\(baseURL)/graphs/\(graph.id)"
        let row = definition.dataSource(graph.dataSource).flatMap { definition.row(of: $0) }
        _deviceId = ExplicitNull(wrappedValue: graph.device)
        _dataSourceId = ExplicitNull(wrappedValue: graph.dataSource)
        _index = ExplicitNull(wrappedValue: row.map { OID.dotted($0.index) })
        _aggregate = ExplicitNull(wrappedValue: nil)
        _edit = ExplicitNull(wrappedValue: graph.edit.map { GraphEditReport($0) })
    }

    /// - Parameter members: nil leaves them out, as listings do.
    package init(_ aggregate: Aggregate, members: AggregateMembers?, baseURL: String) {
        id = aggregate.id
        kind = .aggregate
        title = aggregate.title
        template = aggregate.template
        url = "\(baseURL)/graphs/\(aggregate.id)"
        _deviceId = ExplicitNull(wrappedValue: nil)
        _dataSourceId = ExplicitNull(wrappedValue: nil)
        _index = ExplicitNull(wrappedValue: nil)
        _aggregate = ExplicitNull(wrappedValue: AggregateReport(aggregate, members: members))
        _edit = ExplicitNull(wrappedValue: nil)
    }

    /// With the members of an aggregate.
    package init(_ drawing: Drawing, baseURL: String) {
        switch drawing {
        case .graph(let graph, let definition):
            self.init(graph, of: definition, baseURL: baseURL)
        case .aggregate(let aggregate, let members):
            self.init(aggregate, members: members, baseURL: baseURL)
        }
    }
}
