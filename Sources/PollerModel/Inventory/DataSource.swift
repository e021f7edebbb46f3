/// One round-robin file: a data template measured on a device or on a row of its table.
package struct DataSource: Sendable, Hashable {
    package let id: DataSourceID
    package let device: DeviceID
    /// Name of the data template.
    package let template: String
    package let row: QueryRowID?
    /// Name of the profile its file was created with.
    package let profile: String
    package var width: CounterWidth
    package let createdAt: Timestamp

    /// Where its file lies below the state folder, made of ids only: `rrd/7/42.rrd`.
    package var path: String { "rrd/\(device)/\(id).rrd" }

    package init(
        id: DataSourceID, device: DeviceID, template: String, row: QueryRowID?, profile: String,
        width: CounterWidth, createdAt: Timestamp
    ) {
        self.id = id
        self.device = device
        self.template = template
        self.row = row
        self.profile = profile
        self.width = width
        self.createdAt = createdAt
    }
}
