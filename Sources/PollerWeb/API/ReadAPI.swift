import Hummingbird
import Logging
import PollerModel

/// `/api/v1`: what there is and how it fares.
struct ReadAPI: Sendable {
    let services: WebServices

    /// Elements of one answer.
    static let largestPage = 1_000

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let group = router.group("/api/v1")
        group.get("status") { [services] _, _ in
            try JSONAnswer.ok(
                StatusReport(
                    version: services.site.version, url: services.site.baseURL,
                    definitions: services.definitions, status: services.status,
                    pictures: services.pictures.counters))
        }
        group.get("devices") { [services] request, _ in
            let definitions = services.definitions
            let devices = definitions.devices
            let filter = try DeviceFilter(Query(request), definitions.catalogue)
            // The daemon itself is no device of anybody's; by its name it is found.
            let candidates =
                filter.name == nil ? Array(definitions.fleet) : Array(devices.values)
            let wanted = candidates.map(\.device)
                .filter { filter.isEmpty || filter.matches($0, services.status) }.map(\.id)
            guard try Self.isSummary(request) else {
                return try page(of: wanted, request) { id in
                    devices[id].map { DeviceReport($0, status: services.status.device(id)) }
                }
            }
            let (ids, next) = try shown(of: wanted, request)
            let items = ids.compactMap { id in
                devices[id].map { DeviceSummary($0, status: services.status.device(id)) }
            }
            return try JSONAnswer.asNamed(ListReport(items: items, next: next))
        }
        group.get("devices/{id}") { [services] _, context in
            let definition = try services.device(context)
            return try JSONAnswer.ok(
                DeviceReport(definition, status: services.status.device(definition.device.id)))
        }
        group.get("graphs") { [services] request, _ in
            let definitions = services.definitions
            let baseURL = services.site.baseURL
            return try page(of: Self.graphs(request, definitions), request) { id in
                definitions.graph(id).map {
                    GraphReport($0.graph, of: $0.definition, baseURL: baseURL)
                }
                    ?? definitions.aggregates[id].map {
                        GraphReport($0, members: nil, baseURL: baseURL)
                    }
            }
        }
        group.get("graphs/{id}") { [services] _, context in
            let drawing = try services.drawing(context.parameters.get("id") ?? "")
            return try JSONAnswer.ok(GraphReport(drawing, baseURL: services.site.baseURL))
        }
        group.get("data-sources") { [services] request, _ in
            let definitions = services.definitions
            let sources = try Self.selected(request, definitions).flatMap(\.dataSources)
            let (ids, next) = try shown(of: sources.map(\.id), request)
            await settle(ids, definitions)
            return try JSONAnswer.ok(
                ListReport(items: ids.compactMap { report($0, definitions) }, next: next))
        }
        group.get("data-sources/{id}") { [services] _, context in
            let text = context.parameters.get("id") ?? ""
            let id = DataSourceID(text: text)
            if let id { await settle([id], services.definitions) }
            guard let id, let report = report(id, services.definitions) else {
                throw WebProblem.notFound(
                    "data source \(DeviceText(text).text)", fix: "see pollerctl data-source list")
            }
            return try JSONAnswer.ok(report)
        }
    }

    /// Whether `?view=` asks for as much as a table shows.
    private static func isSummary(_ request: Request) throws -> Bool {
        switch try Query(request).text("view") {
        case nil, "full"?: return false
        case "summary"?: return true
        case let text?:
            throw WebProblem.badRequest("“view” is full or summary, not “\(DeviceText(text).text)”")
        }
    }

    /// Whoever is told where a file lies finds all samples in it.
    private func settle(_ ids: [DataSourceID], _ definitions: Definitions) async {
        do {
            try await services.store.settle(
                ids.compactMap { definitions.dataSource($0)?.source.path })
        } catch {
            // The report of the data source says it too.
            services.logger.debug("files are not up to date: \(error.words)")
        }
    }

    private func report(_ id: DataSourceID, _ definitions: Definitions) -> DataSourceReport? {
        definitions.dataSource(id).map {
            DataSourceReport(
                $0.source, of: $0.definition,
                status: services.shown(services.status.source(id)),
                catalogue: definitions.catalogue)
        }
    }

    /// Those of the device that `?device=` names, or all, aggregates among them; `?kind=` wants
    /// those of one kind.
    private static func graphs(
        _ request: Request, _ definitions: Definitions
    ) throws -> [GraphID] {
        let query = try Query(request)
        let text = query.text("kind")
        let kind = text.flatMap(GraphReport.Kind.init(rawValue:))
        if let text, kind == nil {
            throw WebProblem.badRequest(
                "“kind” is device or aggregate, not “\(DeviceText(text).text)”")
        }
        let ofDevices =
            kind == .aggregate
            ? [] : try selected(request, definitions).flatMap(\.graphs).map(\.id)
        let isOfAll = query.text("device") == nil && kind != .device
        return ofDevices + (isOfAll ? Array(definitions.aggregates.keys) : [])
    }

    /// All devices without the daemon itself, or the one that `?device=` names.
    private static func selected(
        _ request: Request, _ definitions: Definitions
    ) throws -> [DeviceDefinition] {
        guard let text = try Query(request).text("device") else {
            return Array(definitions.fleet)
        }
        guard let definition = DeviceID(text: text).flatMap({ definitions.devices[$0] }) else {
            throw WebProblem.notFound(
                "device \(DeviceText(text).text)", fix: "see pollerctl device list")
        }
        return [definition]
    }

    /// One page of a listing, ascending by id; `?cursor=` is the last id of the page before.
    func page<Subject, Report: Encodable & Sendable>(
        of ids: some Sequence<Identifier<Subject>>, _ request: Request,
        _ report: (Identifier<Subject>) -> Report?
    ) throws -> Response {
        let (shown, next) = try shown(of: ids, request)
        return try JSONAnswer.ok(ListReport(items: shown.compactMap(report), next: next))
    }

    /// The ids of one page, and the cursor of the next.
    private func shown<Subject>(
        of ids: some Sequence<Identifier<Subject>>, _ request: Request
    ) throws -> (ids: [Identifier<Subject>], next: String?) {
        let query = try Query(request)
        let limit = try query.integer("limit", default: Self.largestPage)
        guard (1...Self.largestPage).contains(limit) else {
            throw WebProblem.badRequest("“limit” is 1 to \(Self.largestPage), not \(limit)")
        }
        var rest = ids.sorted()[...]
        if let text = query.text("cursor") {
            guard let cursor = Identifier<Subject>(text: text) else {
                throw WebProblem.badRequest("“\(text)” is no cursor of this listing")
            }
            rest = rest.drop { $0 <= cursor }
        }
        let shown = rest.prefix(limit)
        let next = rest.count > limit ? shown.last.map { String($0.rawValue) } : nil
        return (Array(shown), next)
    }
}

extension WebServices {
    /// The device a path names.
    func device(_ context: WebContext) throws(WebProblem) -> DeviceDefinition {
        let text = context.parameters.get("id") ?? ""
        guard let definition = DeviceID(text: text).flatMap({ definitions.devices[$0] }) else {
            throw .notFound(
                "device \(DeviceText(text).text)", fix: "see /devices, or pollerctl device list")
        }
        return definition
    }

    /// What the graph with this id shows.
    func drawing(_ text: String) throws(WebProblem) -> Drawing {
        guard let id = GraphID(text: text),
            let drawing = memberships.drawing(id, in: definitions)
        else { throw Self.noGraph(text) }
        return drawing
    }

    private static func noGraph(_ text: String) -> WebProblem {
        .notFound("graph \(DeviceText(text).text)", fix: "see /graphs, or pollerctl graph list")
    }

    /// The graph of a device with this id.
    func graph(_ text: String) throws(WebProblem) -> (graph: Graph, definition: DeviceDefinition) {
        guard let found = GraphID(text: text).flatMap({ definitions.graph($0) }) else {
            throw Self.noGraph(text)
        }
        return found
    }
}
