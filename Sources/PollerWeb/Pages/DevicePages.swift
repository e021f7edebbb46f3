import Hummingbird
import PollerModel

/// `/devices`: all devices, filtered by `?q=` and `?status=`, a page at a time.
struct DeviceListPage {
    let services: WebServices
    static let pageSize = 100

    struct Content {
        let rows: [Row]
        let isEmpty: Bool
        let hasDevices: Bool
        let count: Int
        let filter: String
        let status: String?
        let previous: String?
        let next: String?
        let range: String
    }

    struct Row {
        let link: String
        let name: String
        let address: String
        let state: String
        let symbol: String
        let reason: String?
        let template: String
        let uptime: String
        let lastPoll: String
        let milliseconds: String
        let graphs: Int
    }

    func content(_ query: Query) throws(WebProblem) -> Content {
        let format = Format(services)
        let definitions = services.definitions
        let filter = try DeviceFilter(query, definitions.catalogue)
        let all = definitions.devicesByName
        let shown =
            filter.isEmpty ? all : all.filter { filter.matches($0.device, services.status) }
        let pages = Pages(
            count: shown.count, size: Self.pageSize, page: try query.integer("page", default: 1),
            path: "/devices", parameters: filter.parameters)
        return Content(
            rows: shown[pages.range].map { row($0, format) }, isEmpty: shown.isEmpty,
            hasDevices: !all.isEmpty, count: shown.count, filter: filter.text.text,
            status: filter.state?.rawValue,
            previous: pages.previous, next: pages.next, range: pages.text)
    }

    private func row(_ definition: DeviceDefinition, _ format: Format) -> Row {
        let device = definition.device
        let status = services.status.device(device.id)
        let state = services.status.state(of: device)
        return Row(
            link: "/devices/\(device.id)", name: device.name,
            address: "\(device.target.host)"
                + (device.target.port == SNMPTarget.defaultPort ? "" : ":\(device.target.port)"),
            state: state.rawValue, symbol: state.symbol,
            reason: device.isEnabled ? status.reason?.words : nil,
            template: services.definitions.catalogue.deviceTemplates[device.template]?.title
                ?? device.template,
            uptime: status.uptimeSeconds.map(DurationText.words) ?? "–",
            lastPoll: status.lastPoll.map(format.time) ?? "–",
            milliseconds: device.isEnabled && status.failure == nil
                ? status.pollMilliseconds.map { "\($0) ms" } ?? "–" : "–",
            graphs: definition.graphs.count)
    }
}

extension DeviceStatus.State {
    var isAnswering: Bool { self == .up || self == .recovering }

    /// A sign beside the word, so that nothing depends on colour.
    var symbol: String {
        switch self {
        case .up: "✓"
        case .down: "✗"
        case .recovering: "↗"
        case .unknown: "?"
        case .disabled: "–"
        }
    }
}

/// Which part of a list a page shows, and where its neighbours are.
struct Pages {
    let range: Range<Int>
    let previous: String?
    let next: String?
    let text: String

    init(count: Int, size: Int, page: Int, path: String, parameters: [(String, String)]) {
        let last = max(1, (count + size - 1) / size)
        let page = min(max(1, page), last)
        range = min(count, (page - 1) * size)..<min(count, page * size)
        let address = { (page: Int) in
            let pairs = (parameters + [("page", String(page))]).filter { !$0.1.isEmpty }
            return path + "?"
                + pairs.map { "\($0.0)=\(URLText.escaped($0.1))" }.joined(separator: "&")
        }
        previous = page > 1 ? address(page - 1) : nil
        next = page < last ? address(page + 1) : nil
        text = range.isEmpty ? "0" : "\(range.lowerBound + 1)–\(range.upperBound) of \(count)"
    }
}

/// `/devices/{id}`: one device, its graphs and what was last read from it.
struct DevicePage {
    let services: WebServices
    static let largestGraphCount = 60

    struct Content {
        let name: String
        let state: String
        let symbol: String
        /// What `reason` stands under.
        let heading: String
        let reason: String?
        let fix: String?
        let since: String?
        let facts: [Fact]
        let cards: [GraphCard]
        let hasCards: Bool
        let moreGraphs: String?
        let outages: [DeviceOutages.Row]
        let hasOutages: Bool
        let sources: [Source]
    }

    struct Fact {
        let term: String
        let text: String
    }

    struct Source {
        let id: String
        let title: String
        let values: [Value]
        let sampledAt: String
    }

    struct Value {
        let name: String
        let text: String
        let unit: String
        let reason: String?
    }

    func content(_ definition: DeviceDefinition) throws(WebProblem) -> Content {
        let device = definition.device
        let status = services.status.device(device.id)
        let state = device.isEnabled ? status.state : .disabled
        let reason = device.isEnabled ? status.reason : nil
        let format = Format(services)
        var cards: [GraphCard] = []
        for graph in definition.graphs.prefix(Self.largestGraphCount) {
            cards.append(try GraphCard.thumbnail(.graph(graph, definition), services: services))
        }
        let more = definition.graphs.count - cards.count
        let outages = try DeviceOutages(services: services).rows(of: definition, format)
        return Content(
            name: device.name, state: state.rawValue, symbol: state.symbol,
            heading: isTroubleOnly(status) ? "Trouble" : "No answer",
            reason: reason?.words, fix: reason?.fix,
            since: status.reasonSince.map(format.time), facts: facts(definition, status, format),
            cards: cards, hasCards: !cards.isEmpty,
            moreGraphs: more > 0 ? "/graphs?device=\(device.id)" : nil,
            outages: outages, hasOutages: !outages.isEmpty,
            sources: definition.dataSources.prefix(Self.largestGraphCount).map {
                source($0, definition, format)
            })
    }

    /// Whether values are there all the same, or the device counts as up without them.
    private func isTroubleOnly(_ status: DeviceStatus) -> Bool {
        status.failure == nil || (status.outage == nil && status.state.isAnswering)
    }

    private func facts(
        _ definition: DeviceDefinition, _ status: DeviceStatus, _ format: Format
    ) -> [Fact] {
        let device = definition.device
        let facts: [(String, String?)] = [
            ("Address", "\(device.target.host), port \(device.target.port)"),
            ("SNMP", snmp(device.target)),
            ("Counts as up by", availability(device.availability, status)),
            ("Kind", kind(of: device)), ("Tables", tables(of: definition)),
            ("Polled every", "\(device.step.seconds) s"),
            ("Last poll", status.lastPoll.map(format.time)),
            ("Took", duration(status)),
            ("Uptime", status.uptimeSeconds.map(DurationText.words)),
            ("System name", device.system.name?.text), ("Location", device.system.location?.text),
            ("Contact", device.system.contact?.text), ("Site", device.site),
            ("Tags", device.tags.isEmpty ? nil : device.tags.joined(separator: ", ")),
            ("Description", device.system.description?.text),
            ("Last re-index", status.reindexSummary),
        ]
        return facts.compactMap { term, text in
            guard let text, !text.isEmpty else { return nil }
            return Fact(term: term, text: text)
        }
    }

    /// All templates that fit it, best first.
    private func kind(of device: Device) -> String {
        let known = services.definitions.catalogue.deviceTemplates
        return device.templates.map { known[$0]?.title ?? $0 }.joined(separator: ", ")
    }

    /// What was found on it, and how many rows it lists at present.
    private func tables(of definition: DeviceDefinition) -> String {
        let queries = services.definitions.catalogue.dataQueries
        return Dictionary(grouping: definition.rows, by: \.query).map { query, rows in
            let present = rows.count(where: \.isPresent)
            let gone = rows.count - present
            return "\(queries[query]?.title ?? query): \(present)"
                + (gone > 0 ? " and \(gone) gone" : "")
        }.sorted().joined(separator: ", ")
    }

    private func snmp(_ target: SNMPTarget) -> String {
        let version = "version \(target.version.rawValue)"
        switch target.credentials {
        case .community: return version
        case .user(let user): return "\(version), user \(user.name) (\(user.level.rawValue))"
        }
    }

    /// nil where it is SNMP, as everybody expects.
    private func availability(_ policy: AvailabilityPolicy, _ status: DeviceStatus) -> String? {
        guard policy.method != .standard else { return nil }
        guard policy.method.usesPing else { return policy.method.rawValue }
        return "\(policy.method.rawValue), ping \(policy.ping)"
            + (status.pingMilliseconds.map { " answered within \(Format.number($0)) ms" } ?? "")
    }

    private func duration(_ status: DeviceStatus) -> String? {
        guard status.failure == nil, let milliseconds = status.pollMilliseconds else {
            return nil
        }
        let messages = status.effort.messages
        return "\(milliseconds) ms, \(messages) \(messages == 1 ? "request" : "requests")"
    }

    private func source(
        _ source: DataSource, _ definition: DeviceDefinition, _ format: Format
    ) -> Source {
        let template = services.definitions.catalogue.dataTemplates[source.template]
        let status = services.status.source(source.id)
        let values = (template?.items ?? []).enumerated().map { position, item in
            value(
                item,
                status?.items.indices.contains(position) == true ? status?.items[position] : nil)
        }
        return Source(
            id: source.id.description,
            title: services.title(of: source, definition),
            values: values, sampledAt: status.map { format.time($0.sampledAt) } ?? "–")
    }

    private func value(_ item: DataTemplate.Item, _ sample: SourceStatus.Item?) -> Value {
        let unit = item.kind == .counter ? "\(item.unit)/s" : item.unit
        switch sample?.shown {
        case .success(let number)?:
            return Value(name: item.name, text: Format.number(number), unit: unit, reason: nil)
        case .failure(let reason)?:
            return Value(name: item.name, text: "unknown", unit: "", reason: reason.words)
        case nil:
            return Value(name: item.name, text: "–", unit: "", reason: "not polled since the start")
        }
    }
}

extension WebServices {
    /// At least so much time is shown.
    static let shortestDefaultSeconds: Int64 = 600

    /// The last day; for a data source younger than that, the time since it was added, because
    /// a few minutes of data cannot be seen in a picture of a day.
    func defaultRange(for source: DataSource?) throws(WebProblem) -> TimeRange {
        let now = now
        let shortest = now.advanced(seconds: -Self.shortestDefaultSeconds)
        let added = source.map { min($0.createdAt, shortest) } ?? shortest
        do {
            return try TimeRange(start: max(added, now.advanced(seconds: -86_400)), end: now)
        } catch {
            throw WebProblem(
                .internalServerError, "this machine's clock shows \(now.rfc3339)", code: "clock",
                fix: "set the clock")
        }
    }
}
