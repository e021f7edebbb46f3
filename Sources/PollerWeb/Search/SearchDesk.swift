import PollerModel

/// Looks for things on behalf of whoever asks: what is found is looked up in the definitions that
/// he may see, and what is not there is not found.
struct SearchDesk: Sendable {
    let services: WebServices
    let pages: ProductPages

    /// Kinds as addresses and reports name them.
    enum Kind: String, CaseIterable {
        case device, row, graph, page

        var title: String {
            switch self {
            case .device: "Devices"
            case .row: "Interfaces and other rows"
            case .graph: "Graphs"
            case .page: "Pages"
            }
        }

        var indexed: SearchKind? { SearchKind(rawValue: rawValue) }
    }

    /// What `?q=` of a request looks for.
    static func text(_ query: Query) throws(WebProblem) -> SearchText {
        do {
            return try SearchText(query.text("q") ?? "")
        } catch {
            throw .badRequest(error.words, fix: "shorten it")
        }
    }

    /// What `?kind=` of a request asks for; nil: all.
    static func kind(_ query: Query) throws(WebProblem) -> Kind? {
        guard let text = query.text("kind") else { return nil }
        guard let kind = Kind(rawValue: text) else {
            let names = Kind.allCases.map(\.rawValue)
            throw .badRequest(
                "there is no kind “\(DeviceText(text).text)”"
                    + Suggestion.phrase(for: text, among: names),
                fix: "it is one of \(names.joined(separator: ", "))")
        }
        return kind
    }

    /// - Parameter limit: of the items of each kind that are told, behind those that are left out.
    func report(
        _ text: SearchText, kind: Kind? = nil, limit: Int, leavingOut first: Int = 0
    ) async throws(WebProblem) -> SearchReport {
        let definitions = services.definitions
        let kinds = kind.map { [$0] } ?? Kind.allCases
        let ranked: [SearchGroup]
        do {
            ranked = try await services.search.find(
                SearchRequest(
                    text, kinds: kinds.compactMap(\.indexed), devices: scope(definitions)))
        } catch {
            throw WebProblem(.inventory(error))
        }
        let groups = kinds.compactMap { kind -> SearchReport.Group? in
            guard let indexed = kind.indexed else {
                let found = self.pages.matching(text)
                return group(kind, found, isCut: false, first, limit) {
                    SearchReport.Item(name: $0.name, detail: $0.path, path: $0.path)
                }
            }
            guard let found = ranked.first(where: { $0.kind == indexed }) else { return nil }
            // Only what is told is looked at closely.
            let seen = found.matches.filter { Self.isSeen($0, definitions) }
            return group(kind, seen, isCut: found.isCut, first, limit) { item($0, definitions) }
        }
        return SearchReport(query: text.text, groups: groups)
    }

    /// nil where nothing was found.
    private func group<Found>(
        _ kind: Kind, _ found: [Found], isCut: Bool, _ first: Int, _ limit: Int,
        _ item: (Found) -> SearchReport.Item?
    ) -> SearchReport.Group? {
        guard !found.isEmpty else { return nil }
        return SearchReport.Group(
            kind: kind.rawValue, title: kind.title, count: found.count, isCut: isCut,
            items: found.dropFirst(first).prefix(limit).compactMap(item))
    }

    /// Whether it is there for whoever asks.
    private static func isSeen(_ match: SearchMatch, _ definitions: Definitions) -> Bool {
        switch match.key.kind {
        case .device: definitions.devices[DeviceID(match.key.id)] != nil
        case .row:
            match.device.flatMap { definitions.devices[$0]?.row(QueryRowID(match.key.id)) } != nil
        case .graph:
            definitions.graph(GraphID(match.key.id)) != nil
                || definitions.aggregates[GraphID(match.key.id)] != nil
        }
    }

    /// nil for who may see all devices, as most may: then nothing is passed over.
    private func scope(_ visible: Definitions) -> Set<DeviceID>? {
        let isAll = visible.devices.count == services.inventory.definitions.devices.count
        return isAll ? nil : Set(visible.devices.keys)
    }

    private func item(
        _ match: SearchMatch, _ definitions: Definitions
    ) -> SearchReport.Item? {
        switch match.key.kind {
        case .device: device(DeviceID(match.key.id), definitions)
        case .row: row(QueryRowID(match.key.id), of: match.device, definitions)
        case .graph: graph(GraphID(match.key.id), definitions)
        }
    }

    private func device(_ id: DeviceID, _ definitions: Definitions) -> SearchReport.Item? {
        guard let device = definitions.devices[id]?.device else { return nil }
        let state = services.status.state(of: device)
        let details = [
            "\(state.symbol) \(state.rawValue)", device.target.host.description,
            device.system.location?.text ?? "", device.site ?? "",
        ]
        return SearchReport.Item(
            name: device.name, detail: Self.joined(details), id: id.rawValue, deviceId: id,
            path: "/devices/\(id)")
    }

    private func row(
        _ id: QueryRowID, of device: DeviceID?, _ definitions: Definitions
    ) -> SearchReport.Item? {
        guard let definition = device.flatMap({ definitions.devices[$0] }),
            let row = definition.row(id)
        else { return nil }
        let query = definitions.catalogue.dataQueries[row.query]
        let name = definitions.catalogue.name(of: row)
        let alias = row.fields["ifAlias"]?.text ?? row.fields["ifDescr"]?.text ?? ""
        let details = [
            definition.device.name, alias == name ? "" : alias,
            row.query == "interfaces" ? "" : query?.title ?? row.query,
            row.isPresent ? "" : "gone",
        ]
        return SearchReport.Item(
            name: name, detail: Self.joined(details), id: id.rawValue, deviceId: device,
            path: Self.path(of: id, definition))
    }

    /// Its first graph, or else its device.
    private static func path(of row: QueryRowID, _ definition: DeviceDefinition) -> String {
        let sources = Set(definition.dataSources.filter { $0.row == row }.map(\.id))
        let graph = definition.graphs.first { sources.contains($0.dataSource) }
        return graph.map { "/graphs/\($0.id)" } ?? "/devices/\(definition.device.id)"
    }

    private func graph(_ id: GraphID, _ definitions: Definitions) -> SearchReport.Item? {
        if let (graph, definition) = definitions.graph(id) {
            return SearchReport.Item(
                name: graph.title, detail: definition.device.name, id: id.rawValue,
                deviceId: definition.device.id, path: "/graphs/\(id)")
        }
        return definitions.aggregates[id].map {
            SearchReport.Item(
                name: $0.title, detail: "of many data sources", id: id.rawValue,
                path: "/graphs/\(id)")
        }
    }

    private static func joined(_ details: [String]) -> String {
        details.filter { !$0.isEmpty }.joined(separator: " · ")
    }
}
