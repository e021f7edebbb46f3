import PollerModel

/// The readings of one order, each compared with the one before.
struct LiveRun {
    private let order: LiveOrder
    private let transport: any SNMPTransport
    private let timekeeper: any Timekeeper
    private var memories: [DataSourceID: DeviceMemory.Source] = [:]
    private var plan: (revision: Int64, plan: DevicePlan, probes: [RowProbe])?

    /// The next reading is near, and a value that is late is of no use.
    static let retries = 0

    init(_ order: LiveOrder, transport: any SNMPTransport, timekeeper: any Timekeeper) {
        self.order = order
        self.transport = transport
        self.timekeeper = timekeeper
    }

    /// Asks once. The failure is there when nothing at all was answered.
    mutating func read(
        _ definition: DeviceDefinition, _ catalogue: Catalogue
    ) async -> (reading: LiveReading, failure: SNMPFailure?) {
        let (plan, probes) = adopt(definition, catalogue)
        let answers = await ask(plan, probes)
        // Where one row is not the one it was, nobody knows about the others of its table.
        let doubted = Set(answers.contradictions.map(\.table))
        var shown: [DataSourceID: LiveReading.Source] = [:]
        for source in plan.sources {
            let reason = source.table.flatMap { table -> UnknownReason? in
                doubted.contains(table) ? .tableUnread(table: table) : nil
            }
            let draft = SourceDraft(
                source, of: answers, known: memories[source.dataSource], lostFor: reason)
            memories[source.dataSource] = draft.memory
            shown[source.dataSource] = LiveReading.Source(
                id: source.dataSource,
                values: zip(source.items, draft.items).map { .init($0.name, $1.shown) })
        }
        let sources = order.sources.map { shown[$0] ?? lost($0, definition, catalogue) }
        return (LiveReading(at: answers.finishedAt.wall, sources: sources), answers.failure)
    }

    /// The plan of the chosen data sources, made anew with each version of the device.
    private mutating func adopt(
        _ definition: DeviceDefinition, _ catalogue: Catalogue
    ) -> (DevicePlan, [RowProbe]) {
        if let plan, plan.revision == definition.revision { return (plan.plan, plan.probes) }
        let wanted = Set(order.sources)
        let new = PollPlanner.plan(for: definition, catalogue: catalogue)
            .asking { wanted.contains($0.dataSource) }
        if let old = plan?.plan, old.target != new.target { memories = [:] }
        let probes = RowProbe.choose(
            of: new.sources, in: definition, catalogue: catalogue, turn: 0)
        plan = (definition.revision, new, probes)
        return (new, probes)
    }

    private func ask(_ plan: DevicePlan, _ probes: [RowProbe]) async -> PollAnswers {
        let asked = plan.sources.filter { !$0.objects.isEmpty }
        var groups = [[WellKnownObject.sysUpTime]] + asked.map(\.objects)
        if !probes.isEmpty { groups.append(probes.map(\.object)) }
        var target = plan.target
        target.retries = min(target.retries, Self.retries)
        let response = await transport.get(
            SNMPGetRequest(
                target: target, groups: groups, companion: WellKnownObject.sysUpTime))
        return PollAnswers(
            response: response, positions: asked.enumerated().map { ($1.dataSource, $0 + 1) },
            probes: probes, finishedAt: timekeeper.now)
    }

    /// A data source that is not asked: its row is gone, or nobody knows how to ask it.
    private func lost(
        _ id: DataSourceID, _ definition: DeviceDefinition, _ catalogue: Catalogue
    ) -> LiveReading.Source {
        let source = definition.dataSource(id)
        let table = source.flatMap(definition.row(of:))?.query ?? "of its device"
        let items = source.flatMap { catalogue.dataTemplates[$0.template]?.items } ?? []
        return LiveReading.Source(
            id: id, values: items.map { .init($0.name, .failure(.rowGone(table: table))) })
    }
}
