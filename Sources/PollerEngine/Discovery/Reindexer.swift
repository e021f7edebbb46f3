import Logging
import PollerModel

/// Reads a device's tables again and brings the inventory in line.
struct Reindexer: Sendable {
    let transport: any SNMPTransport
    let store: any RoundRobinStore
    let inventory: any DeviceInventory
    let timekeeper: any Timekeeper
    let board: StatusBoard
    let logger: Logger
    let events: any EventLog

    enum Reading {
        /// It is known which row is where.
        case complete
        /// The same, but new rows are still to be judged.
        case partial
        case failed
    }

    /// What reading a table gave, in words.
    struct Outcome: Sendable {
        let reading: Reading
        let words: String
        /// Of the exchange with the device.
        var failure: SNMPFailure?
        /// As it was read; nil where it was not.
        var table: DiscoveredTable?
    }

    /// How a table is read.
    struct Manner {
        /// What reads its columns; nil: something of its own.
        var columns: ColumnReader?
        /// Data templates of which it is to be known which rows have values, beside those of the
        /// device's kind.
        var templates: [DataTemplate] = []
        /// Whether the inventory stays as it is.
        var isDryRun = false
    }

    /// Reads a device's table again.
    func reindex(_ device: DeviceID, query: String) async -> Reading {
        await read(query, of: device).reading
    }

    /// The same for whoever wants to know more.
    func read(
        _ query: String, of device: DeviceID, _ manner: Manner = Manner()
    ) async -> Outcome {
        let definitions = inventory.definitions
        guard let definition = definitions.devices[device] else {
            return Outcome(reading: .failed, words: "there is no device \(device)")
        }
        let catalogue = definitions.catalogue
        let discovery = DeviceDiscovery(
            transport: transport, catalogue: catalogue, timekeeper: timekeeper)
        let kind = catalogue.kind(named: definition.device.templates)
        let isAll = definition.device.graphPolicy == .all
        let usual =
            kind.map { discovery.dataTemplates(drawnBy: $0.graphs + (isAll ? $0.offers : [])) }
            ?? []
        let demanded = isAll ? usual + manner.templates : manner.templates
        do {
            let table = try await discovery.table(
                query, templates: usual + manner.templates.filter { !usual.contains($0) },
                columns: manner.columns ?? discovery.columns(of: definition.device.target),
                demanded: Set(demanded.map(\.name)))
            // What it never had needs no judging; what it had and lost does.
            if table.isAbsent, !definition.rows.contains(where: { $0.query == query }) {
                return Outcome(
                    reading: .complete, words: DiscoveredTable.nothing, table: table)
            }
            switch ReindexPlanner.verdict(definition, table: table, catalogue: catalogue) {
            case .change(let change):
                if !manner.isDryRun { try await apply(change, catalogue) }
                return Outcome(
                    reading: change.isPartial ? .partial : .complete, words: change.summary,
                    table: table)
            case .unclear(let words): return fail(words, query, device)
            }
        } catch let failure as SNMPFailure {
            return fail("\(query) was not read: \(failure.words)", query, device, failure)
        } catch let failure as InventoryFailure {
            return fail("\(query) was read, but \(failure.words)", query, device)
        } catch {
            preconditionFailure("the two typed errors are all there are: \(error)")
        }
    }

    private func apply(
        _ change: TableChange, _ catalogue: Catalogue
    ) async throws(InventoryFailure) {
        let changed = try await inventory.apply(change, at: timekeeper.now.wall)
        await makeFiles(of: changed, catalogue: catalogue)
        board.change(change.device) { $0.cutTables[change.query] = change.cut }
        note(
            change.summary, change.query, change.device,
            isEvent: !change.isNothing && !change.isRemap, reason: Self.loss(change))
        if change.isRemap { tell(change) }
    }

    /// Why rows that were there have no values from now on; nil when all have.
    private static func loss(_ change: TableChange) -> String? {
        if change.cut != nil { return "table_cut" }
        let isRowGone = change.rows.contains { !$0.isPresent }
        return isRowGone ? UnknownReason.rowGone(table: change.query).code : nil
    }

    private func fail(
        _ words: String, _ query: String, _ device: DeviceID, _ failure: SNMPFailure? = nil
    ) -> Outcome {
        warn(words, device, reason: UnknownReason.tableUnread(table: query).code)
        return Outcome(reading: .failed, words: words, failure: failure)
    }

    /// Discovers a device that was added without an answer, now that it gives one.
    func complete(_ device: DeviceID) async {
        let definitions = inventory.definitions
        guard let definition = definitions.devices[device] else { return }
        let catalogue = definitions.catalogue
        let target = definition.device.target
        let discovery = DeviceDiscovery(
            transport: transport, catalogue: catalogue, timekeeper: timekeeper)
        do {
            let system = try await discovery.systemGroup(of: target).system
            let columns = discovery.columns(of: target)
            guard
                let kind = try await kind(
                    of: definition.device, system: system, discovery, columns)
            else { return }
            let discovered = try await discovery.discover(
                target, system: system, kind: kind, columns: columns,
                judgesOffers: definition.device.graphPolicy == .all)
            var subject = definition.device
            subject.system = system
            // Graphs that need no discovery exist already.
            let judged = Set(subject.judgedGraphs)
            let proposals = GraphSelection.proposals(
                by: subject.graphPolicy, for: discovered, of: subject.titleSubject,
                catalogue: catalogue
            ).filter { !judged.contains($0.template) }
            let changed = try await inventory.complete(
                device, with: discovered, proposals: proposals, at: timekeeper.now.wall)
            await makeFiles(of: changed, catalogue: catalogue)
            note("first answer: \(kind.main.title), \(changed.graphs.count) graphs", nil, device)
        } catch let failure as SNMPFailure {
            warn(
                "the device answers, but was not discovered: \(failure.words)", device,
                reason: failure.code)
        } catch let failure as InventoryFailure {
            warn("the device was discovered, but \(failure.words)", device)
        } catch {
            preconditionFailure("the two typed errors are all there are: \(error)")
        }
    }

    /// The one that was chosen for the device, or the one that recognises it.
    func kind(
        of device: Device, system: SystemDescription, _ discovery: DeviceDiscovery,
        _ columns: ColumnReader
    ) async throws(SNMPFailure) -> DeviceKind? {
        let catalogue = discovery.catalogue
        if device.isTemplateChosen, let chosen = catalogue.deviceTemplates[device.template] {
            return catalogue.kind(chosen: chosen)
        }
        return try await discovery.kind(of: device.target, system: system, columns: columns)
    }

    func makeFiles(of definition: DeviceDefinition, catalogue: Catalogue) async {
        let results = await store.create(definition.files(catalogue), start: timekeeper.now.wall)
        for case .failure(let failure) in results {
            warn(failure.words, definition.device.id, reason: failure.code)
        }
    }

    func note(
        _ summary: String, _ query: String?, _ device: DeviceID, isEvent: Bool = true,
        reason: String? = nil
    ) {
        board.change(device) {
            $0.reindexedAt = timekeeper.now.wall
            $0.reindexSummary = summary
        }
        var fields: Logger.Metadata = [
            "event": "device.reindexed", "device": "\(device)", "query": "\(query ?? "all")",
        ]
        if let reason { fields["reason"] = "\(reason)" }
        logger.notice("device \(device): \(summary)", metadata: fields)
        guard isEvent else { return }
        events.report(
            NewEvent(
                .tableReindexed, of: .device(device), summary,
                details: ["query": query ?? "all"]))
    }

    private func tell(_ change: TableChange) {
        var fields: Logger.Metadata = [
            "event": "device.remapped", "device": "\(change.device)", "query": "\(change.query)",
        ]
        if change.moves.contains(where: { $0.change == .moved }) {
            fields["reason"] = "\(UnknownReason.rowMoved(table: change.query).code)"
        }
        logger.notice(
            """
            device \(change.device): \(change.query): \(change.moves.words); rows \
            \(change.reason); pollerctl device remaps \(change.device) tells which, and undoes it
            """, metadata: fields)
        events.report(
            NewEvent(
                .rowsRemapped, of: .device(change.device),
                "\(change.query): \(change.moves.words); rows \(change.reason)",
                details: ["query": change.query]))
    }

    private func warn(_ words: String, _ device: DeviceID, reason: String? = nil) {
        // The same words at every poll would be no news.
        guard board.device(device).reindexSummary != words else { return }
        board.change(device) { $0.reindexSummary = words }
        var fields: Logger.Metadata = [
            "event": "device.reindex_failed", "device": "\(device)",
        ]
        if let reason { fields["reason"] = "\(reason)" }
        logger.warning("device \(device): \(words)", metadata: fields)
        events.report(NewEvent(.reindexFailed, of: .device(device), words))
    }
}
