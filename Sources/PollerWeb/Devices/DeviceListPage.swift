import PollerModel

/// `/devices`: all devices, filtered and sorted by the address, a page at a time.
struct DeviceListPage {
    let services: WebServices
    static let pageSize = 100
    /// Sites, tags and kinds that are offered as filters.
    static let largestChoiceCount = 500

    enum Column: String, CaseIterable {
        case name, status, address, kind, site, uptime
        case lastPoll = "last_poll"
        case took, graphs
    }

    struct Content {
        let headings: [ListOrder<Column>.Heading]
        let rows: [Row]
        let isEmpty: Bool
        let hasDevices: Bool
        let count: Int
        let filter: String
        let statuses: [Choice]
        let sites: [Choice]
        let tags: [Choice]
        let kinds: [Choice]
        let isFiltered: Bool
        /// What the addresses of the list and its CSV have behind the question mark, for forms.
        let query: String
        let table: String
        let sort: String
        let order: String
        let previous: String?
        let next: String?
        let range: String
        /// The daemon itself, which is in no list of devices.
        let daemon: Row?
    }

    /// An entry of a filter.
    struct Choice {
        let value: String
        let text: String
        let isChosen: Bool
    }

    struct Row {
        let id: String
        let link: String
        let name: String
        let address: String
        let state: String
        let symbol: String
        let trouble: String?
        let kind: String
        let site: String
        let uptime: String
        let lastPoll: String
        let milliseconds: String
        let graphs: Int
    }

    private static let columns: [(key: Column?, title: String, isNumber: Bool)] = [
        (.status, "Status", false), (.name, "Name", false), (.address, "Address", false),
        (.kind, "Kind", false), (.site, "Site", false), (.uptime, "Uptime", true),
        (.lastPoll, "Last poll", false), (.took, "Took", true), (.graphs, "Graphs", true),
    ]

    func content(_ query: Query) throws(WebProblem) -> Content {
        let format = Format(services)
        let definitions = services.definitions
        let filter = try DeviceFilter(query, definitions.catalogue)
        let order = try ListOrder<Column>(query, standard: .name)
        let shown = sorted(matching(filter), by: order)
        let parameters = filter.parameters + order.parameters
        let pages = Pages(
            count: shown.count, size: Self.pageSize, page: try query.integer("page", default: 1),
            path: "/devices", parameters: parameters)
        return Content(
            headings: order.headings(
                Self.columns, path: "/devices", parameters: filter.parameters),
            rows: shown[pages.range].map { row($0, format) }, isEmpty: shown.isEmpty,
            hasDevices: definitions.fleetCounts.devices > 0, count: shown.count,
            filter: filter.text.text,
            statuses: Self.choices(
                DeviceStatus.State.allCases.map { ($0.rawValue, $0.rawValue) },
                chosen: filter.state?.rawValue),
            sites: Self.choices(sites(), chosen: filter.site),
            tags: Self.choices(tags(), chosen: filter.tag),
            kinds: Self.choices(kinds(), chosen: filter.template),
            isFiltered: !filter.isEmpty,
            query: String(URLText.address("", parameters).dropFirst()),
            table: URLText.address("/devices.csv", parameters),
            sort: order.key == .name ? "" : order.key.rawValue,
            order: order.isDescending ? "desc" : "",
            previous: pages.previous, next: pages.next, range: pages.text,
            daemon: definitions.daemon.map { row($0, format) })
    }

    /// Devices in the order of their names, without the daemon itself.
    func matching(_ filter: DeviceFilter) -> [DeviceDefinition] {
        let all = services.definitions.devicesByName.filter { !$0.device.isDaemon }
        return filter.isEmpty
            ? all : all.filter { filter.matches($0.device, services.status) }
    }

    func sorted(
        _ devices: [DeviceDefinition], by order: ListOrder<Column>
    ) -> [DeviceDefinition] {
        switch order.key {
        case .name: order.isDescending ? devices.reversed() : devices
        case .status: order.sorted(devices) { services.status.state(of: $0.device).rank }
        case .address: order.sorted(devices) { NaturalText($0.device.target.place) }
        case .kind: order.sorted(devices) { kind(of: $0.device) }
        case .site: order.sorted(devices) { $0.device.site }
        case .uptime: order.sorted(devices) { status(of: $0).uptimeSeconds }
        case .lastPoll: order.sorted(devices) { status(of: $0).lastPoll }
        case .took: order.sorted(devices) { took($0) }
        case .graphs: order.sorted(devices) { $0.graphs.count }
        }
    }

    private func status(of definition: DeviceDefinition) -> DeviceStatus {
        services.status.device(definition.device.id)
    }

    private func kind(of device: Device) -> String {
        services.definitions.catalogue.deviceTemplates[device.template]?.title ?? device.template
    }

    /// nil where there was no answer.
    private func took(_ definition: DeviceDefinition) -> Int64? {
        let status = status(of: definition)
        return definition.device.isEnabled && status.failure == nil
            ? status.pollMilliseconds : nil
    }

    func row(_ definition: DeviceDefinition, _ format: Format) -> Row {
        let device = definition.device
        let status = status(of: definition)
        let state = services.status.state(of: device)
        return Row(
            id: "\(device.id)", link: "/devices/\(device.id)", name: device.name,
            address: device.target.place, state: state.rawValue, symbol: state.symbol,
            trouble: device.isEnabled ? status.reason?.words : nil, kind: kind(of: device),
            site: device.site ?? "–", uptime: status.uptimeSeconds.map(DurationText.words) ?? "–",
            lastPoll: status.lastPoll.map(format.time) ?? "–",
            milliseconds: took(definition).map { "\($0) ms" } ?? "–",
            graphs: definition.graphs.count)
    }

    // MARK: Filters

    private static func choices(
        _ all: [(value: String, text: String)], chosen: String?
    ) -> [Choice] {
        all.prefix(largestChoiceCount).map {
            Choice(value: $0.value, text: $0.text, isChosen: $0.value == chosen)
        }
    }

    private func sites() -> [(value: String, text: String)] {
        counted(services.definitions.fleet.compactMap(\.device.site)) { $0 }
    }

    private func tags() -> [(value: String, text: String)] {
        counted(services.definitions.fleet.flatMap(\.device.tags)) { $0 }
    }

    private func kinds() -> [(value: String, text: String)] {
        let known = services.definitions.catalogue.deviceTemplates
        let used = services.definitions.fleet.map(\.device.template)
        return counted(used.filter { known[$0] != nil }) { known[$0]?.title ?? $0 }
    }

    private func counted(
        _ values: [String], _ title: (String) -> String
    ) -> [(value: String, text: String)] {
        values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            .map { (value: $0.key, text: "\(title($0.key)) (\($0.value))") }
            .sorted { $0.text.lowercased() < $1.text.lowercased() }
    }
}

extension DeviceStatus.State {
    /// What needs somebody comes first.
    fileprivate var rank: Int {
        switch self {
        case .down: 0
        case .recovering: 1
        case .unknown: 2
        case .up: 3
        case .disabled: 4
        }
    }
}
