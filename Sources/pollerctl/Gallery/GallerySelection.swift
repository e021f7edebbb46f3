import PollerModel

/// Chooses what a gallery shows: of each graph template the graph that has the most to show, or
/// all graphs.
struct GallerySelection {
    let daemon: Daemon
    let device: String?
    let all: Bool

    /// Graphs of one template of which the one with the most data is looked for.
    private static let mostCandidates = 8
    private static let otherGroup = "other"
    private static let aggregateGroup = "many data sources"

    func entries() throws -> [Gallery.Entry] {
        let query = try device.map { "?device=\(try daemon.device($0).id)" } ?? ""
        let graphs = try daemon.list("/api/v1/graphs\(query)", of: GraphReport.self)
        guard !graphs.isEmpty else {
            throw CommandFailure(
                "there is no graph to show", fix: "see pollerctl graph list", exitCode: .notFound)
        }
        let groups = try groups()
        let chosen = all ? graphs : try best(graphs)
        return chosen.map { graph in
            Gallery.Entry(
                graph: graph.id.rawValue, title: graph.title, template: graph.template,
                group: graph.kind == .aggregate
                    ? Self.aggregateGroup : groups[graph.template] ?? Self.otherGroup)
        }.sorted { ($0.group, $0.template, $0.graph) < ($1.group, $1.template, $1.graph) }
    }

    /// The class of devices that each graph template belongs to; what several classes have is of
    /// any device.
    private func groups() throws -> [String: String] {
        var groups: [String: String] = [:]
        for template in try daemon.list("/api/v1/templates", of: DeviceTemplateReport.self) {
            for name in template.graphs + template.offers {
                let isOther = groups[name].map { $0 != template.class } ?? false
                groups[name] = isOther ? DeviceClass.generic.rawValue : template.class
            }
        }
        return groups
    }

    private func best(_ graphs: [GraphReport]) throws -> [GraphReport] {
        let kinds = Dictionary(grouping: graphs) { "\($0.template) \($0.kind.rawValue)" }
        return try kinds.sorted { $0.key < $1.key }.compactMap { _, candidates in
            guard candidates.count > 1 else { return candidates.first }
            var best: (graph: GraphReport, known: Int64)?
            for graph in candidates.prefix(Self.mostCandidates) {
                let known = try known(graph)
                if known > best?.known ?? -1 { best = (graph, known) }
            }
            return best?.graph
        }
    }

    /// Seconds of the last month that are known, of all its series together; none where the
    /// graph cannot be drawn.
    private func known(_ graph: GraphReport) throws -> Int64 {
        do {
            let report = try daemon.get(
                "/api/v1/graphs/\(graph.id)/numbers?from=now-30d&to=now",
                as: GraphNumbersReport.self)
            return report.series.reduce(0) { $0 + Int64($1.knownRows) * report.rowSeconds }
        } catch let failure as CommandFailure where failure.exitCode != .daemonUnreachable {
            return 0
        }
    }
}
