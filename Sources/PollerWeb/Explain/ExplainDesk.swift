import Logging
import PollerModel

/// Finds out why somebody sees what he sees of a device, a data source or a graph. Page, API and
/// command say what this says.
struct ExplainDesk {
    let services: WebServices

    var clock: (Timestamp) -> String { Format(services).time }

    // MARK: Data sources

    /// - Parameter query: the range of which is said what is missing, as pictures have it.
    func explain(
        _ source: DataSource, of definition: DeviceDefinition, _ query: Query
    ) async throws -> Explanation {
        let facts = await facts(of: source, definition)
        let links = SourceExplanation(facts, clock: clock).links
        var explanation = Explanation(
            kind: .dataSource, id: source.id.rawValue, title: title(of: source, definition),
            links: links, notes: stepNote(facts).map { [$0] } ?? [])
        // What is not drawn by any graph has no range that somebody looks at.
        var series: [ValueCheck.Shown] = []
        if let graph = definition.graphs.first(where: { $0.dataSource == source.id }),
            services.definitions.catalogue.graphTemplates[graph.template] != nil,
            facts.file != nil
        {
            let shown = try await shown(.graph(graph, definition), query)
            explanation.missing = shown.missing
            if let missing = shown.missing {
                explanation = explanation.adding(note: missing.words)
            }
            series = shown.series
        }
        explanation.warnings = warnings(facts, series)
        return explanation
    }

    /// What is odd about its values.
    func warnings(_ facts: SourceFacts, _ shown: [ValueCheck.Shown]) -> [ExplainLink] {
        guard
            let planned = PollPlanner.plan(
                facts.source, row: facts.row, catalogue: services.definitions.catalogue)
        else { return [] }
        return ValueCheck(facts, planned, shown: shown).warnings
    }

    /// Said where a device's interval is not that of what is measured on it.
    func stepNote(_ facts: SourceFacts) -> String? {
        guard let step = facts.file?.step, step != facts.device.step else { return nil }
        return
            "the device's interval is \(facts.device.step.seconds) s, and this is measured every "
            + "\(step.seconds) s, as its profile “\(facts.source.profile)” says; pollerctl rrd "
            + "reshape gives it another"
    }

    private func title(of source: DataSource, _ definition: DeviceDefinition) -> String {
        let template = services.definitions.catalogue.dataTemplates[source.template]
        let row = definition.row(of: source).map { " \(OID.dotted($0.index))" } ?? ""
        return "\(definition.device.name) - \(template?.title ?? source.template)\(row)"
    }

    /// With a look at the file, and at what is known of the time before the start.
    func facts(of source: DataSource, _ definition: DeviceDefinition) async -> SourceFacts {
        let file = RoundRobinFile(
            dataSource: source, catalogue: services.definitions.catalogue)
        var facts = facts(
            source, definition, file, await findings(of: source, definition, file))
        facts.history = await history(of: file.map { [$0] } ?? [], [source.id], definition.device)
        facts.history?.refusal = await refusal(of: source)
        return facts
    }

    /// What is wrong with a file; nil when that could not be found out.
    private func findings(
        of source: DataSource, _ definition: DeviceDefinition, _ file: RoundRobinFile?
    ) async -> [ArchiveFinding]? {
        guard let file else { return nil }
        var findings: [ArchiveFinding]?
        do {
            let seen = try await services.maintenance.observe([file])
            findings = seen.first.map { self.findings($0, source, definition, file) }
        } catch {
            // An rrdcached's file, or a folder that cannot be read; the links before it count.
            services.logger.debug("\(file.path) was not looked at: \(error.words)")
        }
        services.fileLooks.remember(
            findings, of: source.id, at: services.timekeeper.now.monotonic)
        return findings
    }

    /// The same, for pictures: one look a minute is enough.
    func recentFindings(
        of source: DataSource, _ definition: DeviceDefinition
    ) async -> [ArchiveFinding]? {
        let now = services.timekeeper.now.monotonic
        if let known = services.fileLooks.findings(of: source.id, at: now) { return known }
        return await findings(
            of: source, definition,
            RoundRobinFile(dataSource: source, catalogue: services.definitions.catalogue))
    }

    /// When a value was not believed last.
    private func refusal(of source: DataSource) async -> StageHistory.Refusal? {
        var query = EventQuery()
        query.source = source.id
        query.kinds = [.valueRefused]
        query.limit = 1
        do {
            return try await services.events.events(query).first.flatMap { event in
                event.details["reason"].map { .init(reason: $0, time: event.lastTime) }
            }
        } catch {
            services.logger.debug(
                "events of data source \(source.id) were not read: \(error.words)")
            return nil
        }
    }

    /// Interruptions are looked for so far back.
    private static let historySeconds: Int64 = 90 * 86_400
    /// Files of a device in which its newest value is looked for.
    private static let mostHistoryFiles = 8

    /// The last known row is looked for so far back.
    private static let rowsSeconds: Int64 = 86_400

    /// The finest means of the last day, or of as much of it as the file has.
    private func read(of file: RoundRobinFile) -> SeriesRead? {
        let means = file.archives.filter { $0.function == .average }
        guard let finest = means.min(by: { $0.stepsPerRow < $1.stepsPerRow }) else { return nil }
        let rowSeconds = Int64(finest.stepsPerRow) * file.step.seconds
        let span = min(Self.rowsSeconds, Int64(finest.rows) * rowSeconds)
        let end = services.now
        do {
            let range = try TimeRange(start: end.advanced(seconds: -span), end: end)
            return SeriesRead(
                path: file.path, function: .average, range: range, rowSeconds: rowSeconds)
        } catch {
            // A clock that stands in another century; the newest row counts without it.
            services.logger.debug(
                "\(file.path) was not searched for its last value: \(error.words)")
            return nil
        }
    }

    private func history(
        of files: [RoundRobinFile], _ sources: [DataSourceID], _ device: Device
    ) async -> StageHistory? {
        let range: TimeRange
        do {
            range = try TimeRange(
                start: services.now.advanced(seconds: -Self.historySeconds),
                end: services.now.advanced(seconds: 1))
        } catch {
            // A clock that stands in another century; the chain counts without it.
            return nil
        }
        let files = Array(files.prefix(Self.mostHistoryFiles))
        let rows = await services.store.lastRows(files)
        // The newest row of a device that does not answer is unknown; those before it are not.
        let reads = zip(files, rows).compactMap { file, row -> SeriesRead? in
            guard case .success(let row) = row, row.values.values.allSatisfy({ $0 == .unknown })
            else { return nil }
            return read(of: file)
        }
        let ends = await services.store.series(reads).compactMap { series in
            if case .success(let series) = series { series.lastKnown } else { nil }
        }
        let scopes = [.device(device.id)] + sources.map { Interruption.Scope.source($0) }
        return StageHistory(
            rows: rows.map { row in
                if case .success(let row) = row { row } else { nil }
            }, ends: ends, services.interruptions.interruptions(of: scopes, in: range))
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
            status: services.shown(services.status.source(source.id)), findings: findings,
            startedAt: services.status.summary().startedAt,
            silenceMilliseconds: services.silenceMilliseconds, now: services.now)
    }

    // MARK: Devices

    func explain(_ definition: DeviceDefinition) async -> Explanation {
        let device = definition.device
        let catalogue = services.definitions.catalogue
        let files = definition.dataSources.prefix(Self.mostHistoryFiles).compactMap {
            RoundRobinFile(dataSource: $0, catalogue: catalogue)
        }
        let history = await history(of: files, [], device)
        let links = DeviceExplanation(
            device: device, status: services.status.device(device.id), clock: clock
        ).links(
            now: services.now, silenceMilliseconds: services.silenceMilliseconds,
            history: history.map { ($0, services.status.summary().startedAt) })
        return Explanation(
            kind: .device, id: device.id.rawValue, title: device.name, links: links,
            notes: definition.dataSources.isEmpty
                ? [
                    "nothing is measured on it yet: see pollerctl device offers \(device.name)"
                ] : [], parts: parts(of: definition.dataSources.map { ($0, definition) }))
    }

    /// Data sources by what is wrong with them, the worst first. Their files are not looked at.
    func parts(of sources: [(DataSource, DeviceDefinition)]) -> [Explanation.Part] {
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
}
