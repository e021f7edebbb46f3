/// A graph of one data source, drawn as its template says, or otherwise where somebody wants so.
package struct Graph: Sendable, Hashable {
    package let id: GraphID
    package let device: DeviceID
    /// Name of the graph template.
    package let template: String
    package let dataSource: DataSourceID
    /// As it was made, or followed the device's name since.
    package var givenTitle: String
    /// How somebody wants it to be drawn; nil as long as nobody said.
    package var edit: GraphEdit?

    package init(
        id: GraphID, device: DeviceID, template: String, dataSource: DataSourceID, title: String,
        edit: GraphEdit? = nil
    ) {
        self.id = id
        self.device = device
        self.template = template
        self.dataSource = dataSource
        givenTitle = title
        self.edit = edit
    }

    /// What it is called.
    package var title: String { edit?.override.title ?? givenTitle }

    /// Of how it is drawn; 0 as long as nobody changed it.
    package var version: Int { edit?.version ?? 0 }
}
