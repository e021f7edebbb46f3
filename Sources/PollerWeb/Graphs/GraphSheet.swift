import HTTPTypes
import PollerModel

/// A graph as somebody asks for it: picture, table and numbers are made of the same plan.
struct GraphSheet: Sendable {
    let services: WebServices
    let drawing: Drawing
    let request: GraphRequest
    private let audience: GraphNote.Audience
    private let subject: GraphSubject
    private let situation: GraphSituation
    private let key: PictureKey

    /// - Parameter audience: who reads what it says of missing data.
    init(
        _ drawing: Drawing, _ request: GraphRequest, services: WebServices,
        audience: GraphNote.Audience = .people
    ) throws(WebProblem) {
        let definitions = services.definitions
        self.services = services
        self.drawing = drawing
        self.request = request
        self.audience = audience
        let note = { services.note(for: drawing, range: request.range, audience: audience) }
        key = PictureKey(
            drawing, request: request, status: services.status,
            interruptions: services.interruptions,
            marks: request.view.showsEvents
                ? services.events.marks(
                    of: Set(drawing.definitions.map(\.device.id)), graph: drawing.id,
                    ofAll: CurrentViewer.viewer.scope == .everything, in: request.range) : [],
            now: services.now, audience: audience,
            notes: { note().map { [$0] } ?? [] })
        guard let subject = GraphSubject(drawing, catalogue: definitions.catalogue) else {
            throw Self.missing(drawing, definitions.catalogue)
        }
        self.subject = subject
        situation = GraphSituation(
            now: key.now, zoneOffset: services.zoneOffset, note: key.notes.first,
            marks: key.marks,
            explain: Self.explanation(of: drawing, request.range, audience, services))
    }

    /// What is on record about time without data.
    private static func explanation(
        of drawing: Drawing, _ range: TimeRange, _ audience: GraphNote.Audience,
        _ services: WebServices
    ) -> @Sendable ([GapText.Gap], Int64) -> [String] {
        let record = record(of: drawing, range, services)
        return { gaps, rowSeconds in
            guard !gaps.isEmpty else { return [] }
            return GapText.sentences(
                for: gaps, record.interruptions().map { GraphNote.told($0, to: audience) },
                rowSeconds: rowSeconds,
                subject: record.subject, clock: record.clock)
        }
    }

    /// What is on record of a range, and how it is told.
    private struct Record: Sendable {
        let interruptions: @Sendable () -> [Interruption]
        let subject: @Sendable (Interruption.Scope) -> String?
        let clock: @Sendable (Timestamp) -> String
    }

    private static func record(
        of drawing: Drawing, _ range: TimeRange, _ services: WebServices
    ) -> Record {
        let devices = drawing.definitions.map(\.device)
        let scopes =
            [.poller] + devices.map { Interruption.Scope.device($0.id) }
            + drawing.dataSources.map { .source($0.id) }
        let names = Dictionary(uniqueKeysWithValues: devices.map { ($0.id, $0.name) })
        let clock = GapClock(for: range, zoneOffset: services.zoneOffset)
        return Record(
            interruptions: { [log = services.interruptions] in
                log.interruptions(of: scopes, in: range)
            },
            subject: { scope in
                guard names.count > 1, case .device(let id) = scope else { return nil }
                return names[id]
            }, clock: { clock.text($0) })
    }

    private static func missing(_ drawing: Drawing, _ catalogue: Catalogue) -> WebProblem {
        if case .graph(let graph, let definition) = drawing,
            catalogue.graphTemplates[graph.template] != nil,
            let source = definition.dataSource(graph.dataSource)
        {
            return WebProblem(
                .notFound,
                "\(source.lossWords), of which graph \(drawing.id) is",
                code: DataSource.lossCode, fix: DataSource.lossFix)
        }
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

    /// What strangers are told of a file.
    private static let withheld = StoreFailure.failed(
        path: "the file", operation: "read", detail: Interruption.Reason.withheld.words)

    /// Reads the rows and works everything out.
    func plan() async -> GraphPlan { await plannedWithNote().plan }

    /// The same, with what it says of missing data; nil when there is nothing to say.
    func plannedWithNote() async -> (plan: GraphPlan, note: GraphNote?) {
        let reads = GraphPlanner.reads(for: subject, request, situation)
        let answers = await services.store.series(reads.all).map { answer in
            answer.mapError {
                audience == .people ? $0.withoutFolder(services.site.stateFolder) : Self.withheld
            }
        }
        let rows = GraphRows(reads, answers, range: request.range)
        let plan = GraphPlanner.plan(subject, request, situation, rows: rows)
        // The first row of a file that is not sound is waited for in vain.
        guard plan.isEmpty, situation.note?.isWaiting ?? true, audience == .people,
            let note = await ExplainDesk(services: services).noteOfNothing(drawing, request.range),
            situation.note == nil || note.stage == .written
        else { return (plan, situation.note) }
        // Seldom, and without anything read again.
        var situation = situation
        situation.note = note
        return (GraphPlanner.plan(subject, request, situation, rows: rows), note)
    }

    /// What is missing in the range, and why; nil where nothing is, or nothing could be known.
    func missing(_ plan: GraphPlan) -> MissingData? {
        let record = Self.record(of: drawing, request.range, services)
        // What is known beyond what was expected could be known too: in the first minutes of a data
        // source that is most of it.
        let expected = plan.series.map(\.numbers.expectedRows).max() ?? 0
        return MissingData(
            plan.unknown, record.interruptions(), rowSeconds: plan.frame.stepSeconds,
            expectedRows: max(plan.expectedRows.count, expected), subject: record.subject,
            clock: record.clock)
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

extension StoreFailure {
    /// The same without the place of the state folder, of which pages say nothing.
    func withoutFolder(_ folder: String) -> StoreFailure {
        guard !folder.isEmpty else { return self }
        let prefix = folder + "/"
        return switch self {
        case .failed(let path, let operation, let detail):
            .failed(
                path: path.replacing(prefix, with: ""), operation: operation,
                detail: detail.replacing(prefix, with: ""))
        case .refused(let path, let reason):
            .refused(
                path: path.replacing(prefix, with: ""), reason: reason.replacing(prefix, with: ""))
        case .clockDoubted, .overloaded, .stopped: self
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
    func note(
        for graph: Graph, of definition: DeviceDefinition, range: TimeRange,
        audience: GraphNote.Audience = .people
    ) -> GraphNote? {
        definition.dataSource(graph.dataSource).flatMap {
            note(for: $0, of: definition, range, audience: audience)
        }
    }

    /// - Parameters:
    ///   - findings: what is wrong with the file; nil where nobody looked.
    ///   - showsNothing: whether the range is known to have no value.
    func note(
        for source: DataSource, of definition: DeviceDefinition, _ range: TimeRange,
        findings: [ArchiveFinding]? = nil, showsNothing: Bool = false,
        audience: GraphNote.Audience = .people
    ) -> GraphNote? {
        var state = GraphNote.Circumstances(
            source: source, of: definition, catalogue: definitions.catalogue, status: status,
            findings: findings, silenceMilliseconds: silenceMilliseconds, now: now)
        let told = shown(state?.facts.status)
        state?.facts.status = told
        let format = Format(self)
        return state.flatMap {
            GraphNote.note(
                on: range, $0, audience: audience, showsNothing: showsNothing, clock: format.time)
        }
    }

    /// How samples fared, as pages tell it.
    func shown(_ status: SourceStatus?) -> SourceStatus? {
        guard var status, let failure = status.storeFailure else { return status }
        status.storeFailure = failure.withoutFolder(site.stateFolder)
        return status
    }

    /// For how long the poller's loop has been silent; nil before it began.
    var silenceMilliseconds: Int64? {
        status.summary().lastTick.map { timekeeper.now.monotonic.milliseconds - $0.milliseconds }
    }
}
