/// A graph as `/api/v1/graphs` and `pollerctl graph list -o json` show it.
package struct GraphReport: Sendable, Hashable, Codable {
    package let id: GraphID
    package let title: String
    package let template: String
    package let deviceId: DeviceID
    package let dataSourceId: DataSourceID
    /// The row's index at the device; null for values a device has once.
    @ExplicitNull package var index: String?
    package let url: String

    package init(_ graph: Graph, of definition: DeviceDefinition, baseURL: String) {
        id = graph.id
        title = graph.title
        template = graph.template
        deviceId = graph.device
        dataSourceId = graph.dataSource
        url = "\(baseURL)/graphs/\(graph.id)"
        let row = definition.dataSource(graph.dataSource).flatMap { definition.row(of: $0) }
        _index = ExplicitNull(wrappedValue: row.map { OID.dotted($0.index) })
    }
}
