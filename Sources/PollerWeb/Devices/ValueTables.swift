import PollerModel

/// Tables of last values: what a device's rows measure beside interfaces, and all data sources.
struct ValueTables {
    let services: WebServices
    static let pageSize = 100

    struct Content {
        let entries: [Entry]
        let isEmpty: Bool
        let previous: String?
        let next: String?
        let range: String
    }

    /// A data source. Its names are its own: a template shows what lies around it where it has none.
    struct Entry {
        let source: String
        let what: String
        let of: String
        let graph: String?
        let values: [Value]
        let sampledAt: String
        let storeTrouble: String?
    }

    struct Value {
        let item: String
        let text: String
        let unit: String
        /// Why it is not known; nil where it is.
        let lack: String?
    }

    /// Of rows of all tables but that of interfaces.
    func sensors(
        of definition: DeviceDefinition, _ query: Query
    ) throws(WebProblem) -> Content {
        let catalogue = services.definitions.catalogue
        return try table(
            definition, query, tab: .sensors,
            definition.dataSources.filter { source in
                source.row != nil
                    && catalogue.dataTemplates[source.template]?.query != InterfaceTemplates.query
            })
    }

    func all(
        of definition: DeviceDefinition, _ query: Query
    ) throws(WebProblem) -> Content {
        try table(definition, query, tab: .data, definition.dataSources)
    }

    private func table(
        _ definition: DeviceDefinition, _ query: Query, tab: DeviceTab, _ sources: [DataSource]
    ) throws(WebProblem) -> Content {
        let pages = Pages(
            count: sources.count, size: Self.pageSize,
            page: try query.integer("page", default: 1),
            path: "/devices/\(definition.device.id)", parameters: [("tab", tab.rawValue)])
        let shown = Array(sources[pages.range])
        let format = Format(services)
        let graphs = Dictionary(
            definition.graphs.map { ($0.dataSource, $0.id) },
            uniquingKeysWith: { first, _ in first })
        return Content(
            entries: zip(shown, services.status.statuses(of: shown)).map { source, status in
                entry(source, services.shown(status), definition, graph: graphs[source.id], format)
            }, isEmpty: sources.isEmpty, previous: pages.previous, next: pages.next,
            range: pages.text)
    }

    private func entry(
        _ source: DataSource, _ status: SourceStatus?, _ definition: DeviceDefinition,
        graph: GraphID?, _ format: Format
    ) -> Entry {
        let catalogue = services.definitions.catalogue
        let template = catalogue.dataTemplates[source.template]
        let values = (template?.items ?? []).enumerated().map { position, item in
            let isThere = status?.items.indices.contains(position) == true
            return value(item, isThere ? status?.items[position] : nil)
        }
        return Entry(
            source: source.id.description, what: template?.title ?? source.template,
            of: definition.row(of: source).map { catalogue.name(of: $0) } ?? "the device",
            graph: graph.map { "/graphs/\($0)" }, values: values,
            sampledAt: status.map { format.time($0.sampledAt) } ?? "–",
            storeTrouble: status?.storeFailure?.words)
    }

    private func value(_ item: DataTemplate.Item, _ sample: SourceStatus.Item?) -> Value {
        let unit = item.kind == .counter ? "\(item.unit)/s" : item.unit
        switch sample?.shown {
        case .success(let number)?:
            return Value(item: item.name, text: Format.number(number), unit: unit, lack: nil)
        case .failure(let reason)?:
            return Value(item: item.name, text: "unknown", unit: "", lack: reason.words)
        case nil:
            return Value(
                item: item.name, text: "–", unit: "", lack: "not polled since the start")
        }
    }
}
