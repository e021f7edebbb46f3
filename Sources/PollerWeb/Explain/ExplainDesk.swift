import Logging
import PollerModel

/// Finds out why somebody sees what he sees of a device, a data source or a graph. Page, API and
/// command say what this says.
struct ExplainDesk {
    let services: WebServices

    private var clock: (Timestamp) -> String { Format(services).time }

    private var silenceMilliseconds: Int64? {
        services.status.summary().lastTick.map {
            services.timekeeper.now.monotonic.milliseconds - $0.milliseconds
        }
    }

    // MARK: Data sources

    func explain(
        _ source: DataSource, of definition: DeviceDefinition
    ) async -> Explanation {
        let links = await links(of: source, definition)
        return Explanation(
            kind: .dataSource, id: source.id.rawValue, title: title(of: source, definition),
            links: links, notes: [])
    }

    private func title(of source: DataSource, _ definition: DeviceDefinition) -> String {
        let template = services.definitions.catalogue.dataTemplates[source.template]
        let row = definition.row(of: source).map { " \(OID.dotted($0.index))" } ?? ""
        return "\(definition.device.name) - \(template?.title ?? source.template)\(row)"
    }

    /// With a look at the file.
    private func links(of source: DataSource, _ definition: DeviceDefinition) async -> [ExplainLink]
    {
        let file = RoundRobinFile(
            dataSource: source, catalogue: services.definitions.catalogue)
        var findings: [ArchiveFinding]?
        if let file {
            do {
                let seen = try await services.maintenance.observe([file])
                findings = seen.first.map { self.findings($0, source, definition, file) }
            } catch {
                // An rrdcached's file, or a folder that cannot be read; the links before it count.
                services.logger.debug("\(file.path) was not looked at: \(error.words)")
            }
        }
        return SourceExplanation(facts(source, definition, file, findings), clock: clock).links
    }

    private func findings(
        _ seen: ArchiveObservation, _ source: DataSource, _ definition: DeviceDefinition,
        _ file: RoundRobinFile
    ) -> [ArchiveFinding] {
        let expectation = ArchiveCheck.expectation(
            of: source, definition, status: services.status.device(definition.device.id),
            startedAt: services.status.summary().startedAt)
        return ArchiveCheck(
            source: source, file: file, expectation: expectation,
            isSampled: services.status.source(source.id) != nil, now: services.now
        ).findings(seen)
    }

    private func facts(
        _ source: DataSource, _ definition: DeviceDefinition, _ file: RoundRobinFile?,
        _ findings: [ArchiveFinding]?
    ) -> SourceFacts {
        SourceFacts(
            device: definition.device,
            deviceStatus: services.status.device(definition.device.id), source: source,
            row: definition.row(of: source), file: file,
            status: services.status.source(source.id), findings: findings,
            startedAt: services.status.summary().startedAt,
            silenceMilliseconds: silenceMilliseconds, now: services.now)
    }

    // MARK: Devices

    func explain(_ definition: DeviceDefinition) -> Explanation {
        let device = definition.device
        let links = DeviceExplanation(
            device: device, status: services.status.device(device.id), clock: clock
        ).links(now: services.now, silenceMilliseconds: silenceMilliseconds)
        return Explanation(
            kind: .device, id: device.id.rawValue, title: device.name, links: links,
            notes: definition.dataSources.isEmpty
                ? [
                    "nothing is measured on it yet: see pollerctl device offers \(device.name)"
                ] : [], parts: parts(of: definition.dataSources.map { ($0, definition) }))
    }

    /// Data sources by what is wrong with them, the worst first. Their files are not looked at.
    private func parts(of sources: [(DataSource, DeviceDefinition)]) -> [Explanation.Part] {
        struct Key: Hashable {
            let outcome: ExplainLink.Outcome
            let words: String
        }
        let catalogue = services.definitions.catalogue
        var groups: [Key: [DataSourceID]] = [:]
        for (source, definition) in sources {
            let facts = facts(
                source, definition, RoundRobinFile(dataSource: source, catalogue: catalogue), nil)
            let whole = Explanation(
                kind: .dataSource, id: source.id.rawValue, title: "",
                links: SourceExplanation(facts, clock: clock).links)
            let broken = whole.broken
            // Words of one kind of fault differ by the objects they name.
            let words = broken.map { "\($0.stage.title): \($0.reason ?? $0.words)" } ?? "has values"
            groups[Key(outcome: broken?.outcome ?? .ok, words: words), default: []].append(
                source.id)
        }
        let order: [ExplainLink.Outcome] = [.failed, .waiting, .warning, .unreached, .ok]
        return groups.map { key, ids in
            Explanation.Part(
                words: key.words, outcome: key.outcome, count: ids.count,
                dataSources: Array(ids.sorted().prefix(Explanation.Part.largestListing)))
        }.sorted { left, right in
            let ranks = [left, right].map { order.firstIndex(of: $0.outcome) ?? 0 }
            return (ranks[0], -left.count, left.words) < (ranks[1], -right.count, right.words)
        }
    }

    // MARK: Graphs

    /// - Parameter query: the range, as pictures have it.
    func explain(_ drawing: Drawing, _ query: Query) async throws -> Explanation {
        let members = members(of: drawing)
        var links: [ExplainLink]
        if let worst = worst(of: members) {
            links = await self.links(of: worst.0, worst.1)
        } else {
            links = [
                ExplainLink(
                    .defined, .failed, "it has nothing to draw: none of its data sources is there",
                    reason: "no_members", fix: "see pollerctl graph show \(drawing.id)")
            ]
        }
        var notes: [String] = []
        if !members.isEmpty {
            let (shown, said) = try await shown(drawing, query)
            links += shown
            notes = said
        }
        return Explanation(
            kind: .graph, id: drawing.id.rawValue, title: drawing.title,
            links: isSilentNow(links) ? SourceExplanation.cut(links) : links, notes: notes,
            parts: members.count > 1 ? parts(of: members) : [])
    }

    /// Rows of earlier times are drawn however its newest sample fares.
    private func isSilentNow(_ links: [ExplainLink]) -> Bool {
        links.first { $0.stage == .inRange }?.outcome != .ok
    }

    private func members(of drawing: Drawing) -> [(DataSource, DeviceDefinition)] {
        switch drawing {
        case .graph(let graph, let definition):
            definition.dataSource(graph.dataSource).map { [($0, definition)] } ?? []
        case .aggregate(_, let members): members.members.map { ($0.source, $0.definition) }
        }
    }

    /// One that fails, else one that waits, else the first.
    private func worst(
        of members: [(DataSource, DeviceDefinition)]
    ) -> (DataSource, DeviceDefinition)? {
        guard members.count > 1 else { return members.first }
        let worst = parts(of: members).first?.dataSources.first
        return members.first { $0.0.id == worst } ?? members.first
    }

    /// Whether the range has rows, and what its picture says.
    private func shown(
        _ drawing: Drawing, _ query: Query
    ) async throws -> (links: [ExplainLink], notes: [String]) {
        let wanted = try GraphQuery(query, for: drawing.oldestSource, services: services)
        let sheet = try GraphSheet(drawing, wanted.request, services: services)
        guard let plan = await services.dataTurns.run({ await sheet.plan() }) else {
            throw WebProblem.dataOverloaded
        }
        let range = wanted.request.range
        let ends = "\(clock(range.start)) to \(clock(range.end))"
        let known = plan.knownShare.map { Self.percent($0) }
        let inRange: ExplainLink
        if plan.isEmpty {
            inRange = ExplainLink(
                .inRange, .failed,
                plan.notes.first ?? "no value is known from \(ends)", reason: "range_empty",
                fix: "choose another range, or see what keeps values away above",
                evidence: [.init("range", ends)])
        } else {
            inRange = ExplainLink(
                .inRange, .ok,
                known.map { "\($0) of the values from \(ends) are known" }
                    ?? "values are known from \(ends)",
                evidence: [.init("of", plan.resolution)])
        }
        let drawn = ExplainLink(
            .drawn, plan.isEmpty ? .warning : .ok,
            plan.isEmpty
                ? "the picture has no line, and says why" : "the picture shows them",
            reason: plan.isEmpty ? "range_empty" : nil)
        return ([inRange, drawn], plan.notes)
    }

    private static func percent(_ share: Double) -> String {
        let percent = share * 100
        return percent == 100 || percent == 0
            ? "\(Int(percent)) %"
            : "\(NumberFormat.oneDigit(min(99.9, max(0.1, percent)))) %"
    }

    private enum NumberFormat {
        static func oneDigit(_ value: Double) -> String {
            let tenths = Int((value * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)"
        }
    }
}
