import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// `/devices.csv`: the list of devices as a table for other programs, all pages of it. Times are
/// RFC 3339 in UTC, and a cell is empty where nothing is known.
struct DeviceListCSV {
    let services: WebServices

    private static let headings = [
        "id", "name", "address", "port", "status", "reason", "kind", "site", "tags",
        "uptime_seconds", "last_poll", "poll_milliseconds", "interval_seconds", "graphs",
        "data_sources",
    ]

    func response(_ query: Query) throws(WebProblem) -> Response {
        let list = DeviceListPage(services: services)
        let filter = try DeviceFilter(query, services.definitions.catalogue)
        let order = try ListOrder<DeviceListPage.Column>(query, standard: .name)
        var text = Self.headings.map(CSVText.heading).joined(separator: ",") + "\r\n"
        for definition in list.sorted(list.matching(filter), by: order) {
            text += cells(definition).map(CSVText.cell).joined(separator: ",") + "\r\n"
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: GraphCSV.contentType,
                .contentDisposition: "attachment; filename=\"devices.csv\"",
            ], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func cells(_ definition: DeviceDefinition) -> [String] {
        let device = definition.device
        let status = services.status.device(device.id)
        let templates = services.definitions.catalogue.deviceTemplates
        return [
            "\(device.id)", device.name, "\(device.target.host)", "\(device.target.port)",
            services.status.state(of: device).rawValue,
            (device.isEnabled ? status.reason?.words : nil) ?? "",
            templates[device.template]?.title ?? device.template, device.site ?? "",
            device.tags.joined(separator: ";"), status.uptimeSeconds.map(String.init) ?? "",
            status.lastPoll?.rfc3339 ?? "", status.pollMilliseconds.map(String.init) ?? "",
            "\(device.step.seconds)", "\(definition.graphs.count)",
            "\(definition.dataSources.count)",
        ]
    }
}
