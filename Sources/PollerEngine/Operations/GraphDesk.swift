import Logging
import PollerModel

/// Makes graphs that somebody asks for.
struct GraphDesk: Sendable {
    let transport: any SNMPTransport
    let inventory: any DeviceInventory
    let timekeeper: any Timekeeper
    let poller: Poller
    let logger: Logger

    /// Reads what the order needs between two polls of the device, so that no re-index moves its
    /// rows meanwhile.
    func make(
        _ order: GraphOrder, of device: DeviceID
    ) async throws(OperationFailure) -> GraphOrderReport {
        let definitions = inventory.definitions
        guard let definition = definitions.devices[device] else { throw DeviceDesk.unknown(device) }
        let plan = try GraphOrderPlan(order, for: definition, catalogue: definitions.catalogue)
        let report = try await poller.inTurn(device) {
            (memory: inout DeviceMemory) async throws(OperationFailure) -> GraphOrderReport in
            let reading = try await read(plan, of: device, isDryRun: order.dryRun ?? false, &memory)
            return try await make(
                plan, of: device, reading, isDryRun: order.dryRun ?? false,
                isNamed: order.templates != nil)
        }
        guard let report else { throw .busy(device) }
        return report
    }

    /// What the device has of what an order needs.
    private struct Reading {
        var tables: [String: DiscoveredTable] = [:]
        /// By name of the data query: why its table could not be read.
        var unread: [String: String] = [:]
        var scalars: [String: CounterWidth] = [:]
    }

    private func read(
        _ plan: GraphOrderPlan, of device: DeviceID, isDryRun: Bool, _ memory: inout DeviceMemory
    ) async throws(OperationFailure) -> Reading {
        let definitions = inventory.definitions
        guard let definition = definitions.devices[device] else { throw DeviceDesk.unknown(device) }
        let target = definition.device.target
        let discovery = DeviceDiscovery(
            transport: transport, catalogue: definitions.catalogue, timekeeper: timekeeper)
        let templates = plan.templates.compactMap {
            definitions.catalogue.dataTemplates[$0.dataTemplate]
        }
        let manner = Reindexer.Manner(
            columns: discovery.columns(of: target), templates: templates, isDryRun: isDryRun)
        var reading = Reading()
        for query in plan.queries.map(\.name) {
            let outcome = await poller.reindexer.read(query, of: device, manner)
            if let failure = outcome.failure { throw .unreachable(failure) }
            if !isDryRun {
                memory.note(outcome.reading, of: query)
                memory.noteReading(of: query, memory.plan?.plan, at: timekeeper.now.monotonic)
            }
            if let table = outcome.table, !table.rows.isEmpty {
                reading.tables[query] = table
            } else {
                reading.unread[query] = "\(query): \(outcome.words)"
            }
        }
        do {
            reading.scalars = try await discovery.scalars(target, templates)
        } catch {
            throw .unreachable(error)
        }
        return reading
    }

    private func make(
        _ plan: GraphOrderPlan, of device: DeviceID, _ reading: Reading, isDryRun: Bool,
        isNamed: Bool
    ) async throws(OperationFailure) -> GraphOrderReport {
        let definitions = inventory.definitions
        guard let definition = definitions.devices[device] else { throw DeviceDesk.unknown(device) }
        let catalogue = definitions.catalogue
        let wanted = try rows(plan, reading)
        guard let kind = catalogue.kind(named: definition.device.templates) else {
            throw .invalid(words: "the catalogue is empty", fix: "run pollerd --check")
        }
        let discovered = DiscoveredDevice(
            system: definition.device.system, kind: kind, tables: wanted, scalars: reading.scalars)
        let additions = GraphSelection.additions(
            plan.templates.map(\.name), for: discovered, to: definition, catalogue: catalogue
        ) { _, _ in true }
        guard additions.count <= GraphOrder.largestGraphCount else {
            throw .invalid(
                words: "that would be \(additions.count) graphs; an order makes at most "
                    + "\(GraphOrder.largestGraphCount)", fix: "name fewer templates or rows")
        }
        let after = isDryRun ? definition : try await keep(additions, of: device, catalogue)
        let summary = GraphOrderSummary(
            plan: plan, tables: wanted, unread: reading.unread, scalars: reading.scalars,
            catalogue: catalogue)
        return GraphOrderReport(
            items: summary.items(
                additions, before: definition, after: after, isNamed: isNamed), dryRun: isDryRun)
    }

    /// The tables, with the rows that are meant.
    private func rows(
        _ plan: GraphOrderPlan, _ reading: Reading
    ) throws(OperationFailure) -> [String: DiscoveredTable] {
        guard case .named(let texts) = plan.rows, let query = plan.queries.first,
            let table = reading.tables[query.name]
        else { return reading.tables }
        let names = RowNames(table.rows, of: query)
        var wanted: [DiscoveredTable.Row] = []
        for text in texts {
            let row = try names.row(text)
            if !wanted.contains(row) { wanted.append(row) }
        }
        return [
            query.name: DiscoveredTable(
                query: query.name, rows: wanted, isCut: table.isCut,
                areWidthsUnread: table.areWidthsUnread, note: table.note)
        ]
    }

    private func keep(
        _ additions: [GraphProposal], of device: DeviceID, _ catalogue: Catalogue
    ) async throws(OperationFailure) -> DeviceDefinition {
        let definition: DeviceDefinition
        do {
            definition = try await inventory.makeGraphs(
                additions, judged: [], of: device, at: timekeeper.now.wall)
        } catch {
            throw .inventory(error)
        }
        guard !additions.isEmpty else { return definition }
        // A file that cannot be made now is made with its first row.
        await poller.reindexer.makeFiles(of: definition, catalogue: catalogue)
        logger.notice(
            "device \(device): \(additions.count) graphs were made on request",
            metadata: ["event": "graph.made", "device": "\(device)"])
        return definition
    }
}

/// Tells what became of each graph of an order.
private struct GraphOrderSummary {
    let plan: GraphOrderPlan
    /// With the rows that were meant.
    let tables: [String: DiscoveredTable]
    let unread: [String: String]
    let scalars: [String: CounterWidth]
    let catalogue: Catalogue

    /// - Parameters:
    ///   - after: with the graphs that were made; the same as `before` after a dry run.
    ///   - isNamed: whether somebody named the templates. Of those that are usual some are there
    ///     for lack of another, so what they lack is said only where there is nothing else.
    func items(
        _ additions: [GraphProposal], before: DeviceDefinition, after: DeviceDefinition,
        isNamed: Bool
    ) -> [GraphOutcome] {
        let all = items(additions, before, after)
        let there = all.filter { $0.outcome != .impossible }
        return isNamed || there.isEmpty ? all : there
    }

    private func items(
        _ additions: [GraphProposal], _ before: DeviceDefinition, _ after: DeviceDefinition
    ) -> [GraphOutcome] {
        let (old, new) = (GraphPlaces(before), GraphPlaces(after))
        let added = Dictionary(grouping: additions, by: \.template)
        return plan.templates.flatMap { template in
            (added[template.name] ?? []).map { proposal in
                GraphOutcome(
                    .made, template.name, id: new.graph(template.name, of: proposal.row)?.id,
                    index: proposal.row?.index, title: proposal.title)
            } + rest(template, old, before.device)
        }
    }

    /// What existed, and what cannot be.
    private func rest(
        _ template: GraphTemplate, _ places: GraphPlaces, _ device: Device
    ) -> [GraphOutcome] {
        guard let data = catalogue.dataTemplates[template.dataTemplate] else { return [] }
        guard let query = data.query.flatMap({ catalogue.dataQueries[$0] }) else {
            if let graph = places.graph(template.name, of: nil) {
                return [existing(graph, index: nil)]
            }
            return scalars[data.name] == nil
                ? [
                    .impossible(
                        template.name, words: "\(device.name) has no values of \(words(data))")
                ]
                : []
        }
        if let reason = unread[query.name] {
            return [.impossible(template.name, words: reason)]
        }
        return rest(template, data, query, places, device)
    }

    private func rest(
        _ template: GraphTemplate, _ data: DataTemplate, _ query: DataQuery,
        _ places: GraphPlaces, _ device: Device
    ) -> [GraphOutcome] {
        let table = tables[query.name]
        let rows = table?.rows ?? []
        var outcomes: [GraphOutcome] = []
        var without: [DiscoveredTable.Row] = []
        for row in rows {
            if let graph = places.graph(
                template.name, of: .init(query: query.name, index: row.index))
            {
                outcomes.append(existing(graph, index: row.index))
            } else if row.widths[data.name] == nil {
                without.append(row)
            }
        }
        let reason = table?.areWidthsUnread == true ? " that could be read" : ""
        let what = "\(device.name) has no values of \(words(data))\(reason)"
        if case .named = plan.rows {
            let names = RowNames(rows, of: query)
            return outcomes
                + without.map {
                    .impossible(
                        template.name, index: $0.index, words: "\(what) for \(names.name(of: $0))")
                }
        }
        guard !without.isEmpty else { return outcomes }
        let count = "\(without.count) of \(rows.count) rows of \(query.name)"
        return outcomes + [.impossible(template.name, words: "\(what) for \(count)")]
    }

    private func existing(_ graph: Graph, index: [UInt32]?) -> GraphOutcome {
        GraphOutcome(.exists, graph.template, id: graph.id, index: index, title: graph.title)
    }

    private func words(_ data: DataTemplate) -> String { "“\(data.title)” (\(data.name))" }
}
