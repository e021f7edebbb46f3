import HTTPTypes
import PollerModel

/// A graph as somebody asks for it: picture, table and numbers are made of the same plan.
struct GraphSheet: Sendable {
    let services: WebServices
    let drawing: Drawing
    let request: GraphRequest
    private let subject: GraphSubject
    private let situation: GraphSituation
    private let key: PictureKey

    init(
        _ drawing: Drawing, _ request: GraphRequest, services: WebServices
    ) throws(WebProblem) {
        let definitions = services.definitions
        self.services = services
        self.drawing = drawing
        self.request = request
        let note = { services.note(for: drawing, range: request.range) }
        key = PictureKey(
            drawing, request: request, status: services.status, now: services.now,
            notes: { note().map { [$0] } ?? [] })
        guard let subject = GraphSubject(drawing, catalogue: definitions.catalogue) else {
            throw Self.missing(drawing, definitions.catalogue)
        }
        self.subject = subject
        situation = GraphSituation(
            now: key.now, zoneOffset: services.zoneOffset, note: key.notes.first)
    }

    private static func missing(_ drawing: Drawing, _ catalogue: Catalogue) -> WebProblem {
        guard catalogue.graphTemplates[drawing.template] == nil else {
            return WebProblem(
                .notFound, "graph \(drawing.id) has nothing to draw: none of its members is there",
                code: "no_members",
                fix: "see pollerctl graph show \(drawing.id), and add members or change its rule")
        }
        return WebProblem(
            .notFound,
            "the catalogue lost the template “\(drawing.template)” of graph \(drawing.id)",
            code: "template_missing",
            fix: "restore the file, or delete the device and add it again")
    }

    /// Reads the rows and works everything out.
    func plan() async -> GraphPlan {
        let reads = GraphPlanner.reads(for: subject, request, situation)
        let answers = await services.store.series(reads.all)
        return GraphPlanner.plan(
            subject, request, situation,
            rows: GraphRows(reads, answers, range: request.range))
    }

    func picture() async throws(WebProblem) -> Picture {
        do {
            return try await services.pictures.picture(key) {
                [renderer = services.renderer, format = request.format]
                isWanted throws(RenderFailure) in
                let plan = await plan()
                return Picture(
                    image: try await renderer.render(plan.script, while: isWanted),
                    contentType: format.contentType)
            }
        } catch {
            throw WebProblem(error)
        }
    }
}

extension GraphFormat {
    var contentType: String {
        switch self {
        case .png: "image/png"
        case .svg: "image/svg+xml"
        }
    }
}

extension GraphSubject {
    init?(_ drawing: Drawing, catalogue: Catalogue) {
        switch drawing {
        case .graph(let graph, let definition):
            self.init(graph: graph, of: definition, catalogue: catalogue)
        case .aggregate(let aggregate, let members):
            self.init(aggregate, members, catalogue: catalogue)
        }
    }
}

extension WebServices {
    /// The graph that a part of an address names.
    func drawing(_ text: String) throws(WebProblem) -> Drawing {
        guard let drawing = GraphID(text: text).flatMap({ definitions.drawing($0) }) else {
            throw .notFound("graph \(DeviceText(text).text)", fix: "see the list of graphs")
        }
        return drawing
    }

    /// What is said under the picture; nil when there is nothing to explain. Of an aggregate only
    /// what is true of its only member.
    func note(for drawing: Drawing, range: TimeRange) -> GraphNote? {
        switch drawing {
        case .graph(let graph, let definition): note(for: graph, of: definition, range: range)
        case .aggregate(_, let members):
            members.members.count == 1
                ? note(for: members.members[0].source, of: members.members[0].definition, range)
                : nil
        }
    }

    func note(
        for graph: Graph, of definition: DeviceDefinition, range: TimeRange
    ) -> GraphNote? {
        definition.dataSource(graph.dataSource).flatMap { note(for: $0, of: definition, range) }
    }

    private func note(
        for source: DataSource, of definition: DeviceDefinition, _ range: TimeRange
    ) -> GraphNote? {
        let state = GraphNote.Circumstances(
            source: source, of: definition, catalogue: definitions.catalogue, status: status,
            now: now)
        let format = Format(self)
        return state.flatMap { GraphNote.note(on: range, $0, clock: format.time) }
    }
}
