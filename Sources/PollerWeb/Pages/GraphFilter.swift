import PollerModel

/// Which graphs the list has, and how they are shown: all that stands in its address.
struct GraphFilter {
    static let columnsRange = 1...4
    static let perPageRange = 1...96
    static let usualPerPage = 24
    /// Graphs that are named one by one.
    static let largestSelection = 200
    /// Parameters that choose, and those that show; another one is of no saved filter.
    static let keys = [
        "q", "device", "site", "tag", "template", "kind", "ids", "view", "columns", "per", "from",
        "to",
    ]

    let text: TextFilter
    let device: DeviceDefinition?
    let site: String?
    let tag: String?
    /// Name of the graph template.
    let template: String?
    let kind: GraphReport.Kind?
    /// In this order; nil where they are not named.
    let ids: [GraphID]?
    let isList: Bool
    /// nil: as many as fit.
    let columns: Int?
    let perPage: Int
    /// Of the pictures; nil is a day.
    let range: (from: String, to: String, range: TimeRange)?
    private let query: Query

    init(_ query: Query, services: WebServices) throws(WebProblem) {
        let definitions = services.definitions
        self.query = query
        text = try TextFilter(query)
        if let text = query.text("device") {
            guard let one = DeviceID(text: text).flatMap({ definitions.devices[$0] }) else {
                throw .notFound("device \(DeviceText(text).text)", fix: "see the list of devices")
            }
            device = one
        } else {
            device = nil
        }
        site = query.text("site")
        tag = query.text("tag")
        template = query.text("template")
        let templates = definitions.catalogue.graphTemplates
        if let template, templates[template] == nil {
            throw .badRequest(
                "there is no graph template “\(DeviceText(template).text)”"
                    + Suggestion.phrase(for: template, among: templates.keys),
                fix: "see /templates")
        }
        kind = try Self.kind(query)
        ids = try query.text("ids").map { text throws(WebProblem) in try Self.ids(text) }
        isList = query.text("view") == "list"
        columns = try Self.number(query, "columns", Self.columnsRange)
        perPage = try Self.number(query, "per", Self.perPageRange) ?? Self.usualPerPage
        if query.text("from") == nil, query.text("to") == nil {
            range = nil
        } else {
            range = (
                query.text("from") ?? "now-1d", query.text("to") ?? "now",
                try GraphQuery.range(query, services: services)
            )
        }
    }

    private static func kind(_ query: Query) throws(WebProblem) -> GraphReport.Kind? {
        guard let text = query.text("kind") else { return nil }
        guard let kind = GraphReport.Kind(rawValue: text) else {
            throw .badRequest("“kind” is device or aggregate, not “\(DeviceText(text).text)”")
        }
        return kind
    }

    private static func ids(_ text: String) throws(WebProblem) -> [GraphID] {
        let parts = text.split(separator: ",")
        guard parts.count <= largestSelection else {
            throw .badRequest(
                "\(parts.count) graphs are named, and at most \(largestSelection) are shown",
                fix: "choose fewer")
        }
        return try parts.map { part throws(WebProblem) in
            guard let id = GraphID(text: part.trimmed) else {
                throw .badRequest("“\(DeviceText(String(part)).text)” is no id of a graph")
            }
            return id
        }
    }

    private static func number(
        _ query: Query, _ key: String, _ range: ClosedRange<Int>
    ) throws(WebProblem) -> Int? {
        guard query.text(key) != nil else { return nil }
        let number = try query.integer(key, default: range.lowerBound)
        guard range.contains(number) else {
            throw .badRequest(
                "“\(key)” is \(range.lowerBound) to \(range.upperBound), not \(number)")
        }
        return number
    }

    // MARK: What it chooses

    /// Graphs of many data sources first, by their titles; then those of devices, by the devices'
    /// names.
    func graphs(_ definitions: Definitions) -> [GraphID] {
        if let ids {
            return ids.filter {
                definitions.graph($0) != nil || definitions.aggregates[$0] != nil
            }
        }
        return aggregates(definitions) + deviceGraphs(definitions)
    }

    private func aggregates(_ definitions: Definitions) -> [GraphID] {
        guard kind != .device, device == nil, site == nil, tag == nil else { return [] }
        return definitions.aggregates.values.filter {
            (template == nil || $0.template == template) && text.matches($0.title)
        }.sorted {
            ($0.title.lowercased(), $0.id) < ($1.title.lowercased(), $1.id)
        }.map(\.id)
    }

    private func deviceGraphs(_ definitions: Definitions) -> [GraphID] {
        guard kind != .aggregate else { return [] }
        let devices =
            device.map { [$0] }
            ?? definitions.devicesByName.filter { !$0.device.isDaemon }
        return devices.filter {
            (site == nil || $0.device.site == site)
                && (tag.map($0.device.tags.contains) ?? true)
        }.flatMap { definition in
            definition.graphs.filter {
                (template == nil || $0.template == template) && text.matches($0.title)
            }.map(\.id)
        }
    }

    /// Whether every graph is wanted.
    var isEmpty: Bool {
        text.text.isEmpty && device == nil && site == nil && tag == nil && template == nil
            && kind == nil && ids == nil
    }

    // MARK: As an address

    func value(_ key: String) -> String { query.text(key) ?? "" }

    /// What stands in addresses of the list, without those that are replaced.
    func parameters(without left: Set<String> = []) -> [(String, String)] {
        Self.keys.filter { !left.contains($0) }.map { ($0, value($0)) }
    }

    /// The query of the list's address with another value of one parameter; nil takes it away.
    func text(_ key: String, _ value: String?) -> String {
        let pairs = parameters(without: [key]) + [(key, value ?? "")]
        return Self.query(pairs)
    }

    var address: String { Self.query(parameters()) }

    static func query(_ pairs: [(String, String)]) -> String {
        pairs.filter { !$0.1.isEmpty }.map { "\($0.0)=\(URLText.escaped($0.1))" }
            .joined(separator: "&")
    }
}
