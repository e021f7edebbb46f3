/// A graph of one data source, drawn as its template says.
package struct Graph: Sendable, Hashable {
    package let id: GraphID
    package let device: DeviceID
    /// Name of the graph template.
    package let template: String
    package let dataSource: DataSourceID
    package var title: String

    package init(
        id: GraphID, device: DeviceID, template: String, dataSource: DataSourceID, title: String
    ) {
        self.id = id
        self.device = device
        self.template = template
        self.dataSource = dataSource
        self.title = title
    }
}
