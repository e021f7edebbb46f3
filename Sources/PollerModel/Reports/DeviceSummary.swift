/// A device in a listing of all of them (`/api/v1/devices?view=summary`), as far as a table shows
/// it: a fleet is told in a fifth of the time that full reports take.
package struct DeviceSummary: Sendable, Hashable, Codable {
    package let id: DeviceID
    package let name: String
    package let address: String
    package let port: UInt16
    package let template: String
    @ExplicitNull package var site: String?
    package let status: DeviceStatus.State
    @ExplicitNull package var statusReason: String?
    @ExplicitNull package var pollMilliseconds: Int64?
    package let intervalSeconds: Int64
    package let dataSources: Int
    package let graphs: Int

    /// As they are sent: names that are put together for each device cost as much as the rest.
    private enum CodingKeys: String, CodingKey {
        case id, name, address, port, template, site, status, graphs
        case statusReason = "status_reason"
        case pollMilliseconds = "poll_milliseconds"
        case intervalSeconds = "interval_seconds"
        case dataSources = "data_sources"
    }

    package init(_ definition: DeviceDefinition, status: DeviceStatus) {
        let device = definition.device
        id = device.id
        name = device.name
        address = device.target.host.description
        port = device.target.port
        template = device.template
        self.status = device.isEnabled ? status.state : .disabled
        intervalSeconds = device.step.seconds
        dataSources = definition.dataSources.count
        graphs = definition.graphs.count
        _site = ExplicitNull(wrappedValue: device.site)
        _statusReason = ExplicitNull(
            wrappedValue: device.isEnabled ? status.reason?.words : nil)
        _pollMilliseconds = ExplicitNull(wrappedValue: status.pollMilliseconds)
    }

    /// The same of a device that is known in full.
    package init(_ report: DeviceReport) {
        id = report.id
        name = report.name
        address = report.address
        port = report.port
        template = report.template
        status = report.status
        intervalSeconds = report.intervalSeconds
        dataSources = report.dataSources
        graphs = report.graphs
        _site = ExplicitNull(wrappedValue: report.site)
        _statusReason = ExplicitNull(wrappedValue: report.statusReason)
        _pollMilliseconds = ExplicitNull(wrappedValue: report.pollMilliseconds)
    }
}
