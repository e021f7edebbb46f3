import PollerModel

/// What recognising a device again gave.
struct Recognition: Sendable {
    let kind: DeviceKind
    /// Templates that were not known to fit it.
    let added: [DeviceTemplate]
    /// How many graphs were made.
    let graphs: Int
    let tables: [(query: String, outcome: Reindexer.Outcome)]
}

/// Finds out again what a device is: its firmware or the catalogue may be another than when it was
/// added. Nothing is removed.
extension Reindexer {
    func recognise(_ device: DeviceID) async throws(OperationFailure) -> Recognition {
        let definitions = inventory.definitions
        guard let before = definitions.devices[device] else { throw DeviceDesk.unknown(device) }
        let catalogue = definitions.catalogue
        let discovery = DeviceDiscovery(
            transport: transport, catalogue: catalogue, timekeeper: timekeeper)
        let columns = discovery.columns(of: before.device.target)
        let (system, kind) = try await identify(before.device, discovery, columns)
        try await keep(kind, system, of: device)
        let known = before.rows.map(\.query).filter { catalogue.dataQueries[$0] != nil }
        let queries = discovery.queries(of: kind)
        let outcomes = try await read(
            queries + Set(known).subtracting(queries).sorted(), of: device, columns)
        try await addGraphs(
            of: device, kind, outcomes, judged: Set(before.device.judgedGraphs), discovery)
        let old = Set(before.device.templates)
        let after = inventory.definitions.devices[device]
        let recognition = Recognition(
            kind: kind, added: kind.templates.filter { !old.contains($0.name) },
            graphs: max(0, (after?.graphs.count ?? 0) - before.graphs.count), tables: outcomes)
        note(
            "recognised as \(kind.main.title), \(recognition.graphs) graphs made", nil, device)
        return recognition
    }

    /// What it is now, and behind that what it was before and does not look like any more.
    private func identify(
        _ device: Device, _ discovery: DeviceDiscovery, _ columns: ColumnReader
    ) async throws(OperationFailure) -> (SystemDescription, DeviceKind) {
        let system: SystemDescription
        let found: DeviceKind?
        do {
            system = try await discovery.systemGroup(of: device.target).system
            found = try await kind(of: device, system: system, discovery, columns)
        } catch {
            throw .unreachable(error)
        }
        // Who hides its system group looks like nothing in particular.
        guard system.objectID != nil || system.description != nil || device.isTemplateChosen else {
            throw .invalid(
                words: "the agent shows neither sysObjectID nor sysDescr, so it cannot be "
                    + "recognised again",
                fix: "let its view include 1.3.6.1.2.1.1; pollerctl device reindex \(device.id) "
                    + "reads its tables all the same")
        }
        let names = (found?.templates.map(\.name) ?? [])
        let all = names + device.templates.filter { !names.contains($0) }
        guard let kind = discovery.catalogue.kind(named: all) else {
            throw .invalid(words: "the catalogue is empty", fix: "run pollerd --check")
        }
        return (system, kind)
    }

    private func keep(
        _ kind: DeviceKind, _ system: SystemDescription, of device: DeviceID
    ) async throws(OperationFailure) {
        do {
            _ = try await inventory.recognise(
                device, as: kind.templates.map(\.name), system: system)
        } catch {
            throw .inventory(error)
        }
    }

    private func read(
        _ queries: [String], of device: DeviceID, _ columns: ColumnReader
    ) async throws(OperationFailure) -> [(query: String, outcome: Outcome)] {
        var outcomes: [(query: String, outcome: Outcome)] = []
        for query in queries {
            let outcome = await read(query, of: device, Manner(columns: columns))
            if let failure = outcome.failure,
                failure.concernsWholeAgent || failure == .stopped
            {
                throw .unreachable(failure)
            }
            outcomes.append((query, outcome))
        }
        return outcomes
    }

    /// Whether rows that a template draws may have been left out: they are judged the next time.
    private func isOpen(
        _ template: String, _ discovered: DiscoveredDevice, _ catalogue: Catalogue
    ) -> Bool {
        let data = catalogue.graphTemplates[template]?.dataTemplate
        guard let query = data.flatMap({ catalogue.dataTemplates[$0]?.query }),
            let table = discovered.tables[query]
        else { return false }
        return table.isCut || table.areWidthsUnread
    }

    /// Graphs of templates that are new to the device, of rows that are not.
    private func addGraphs(
        of device: DeviceID, _ kind: DeviceKind,
        _ outcomes: [(query: String, outcome: Outcome)], judged before: Set<String>,
        _ discovery: DeviceDiscovery
    ) async throws(OperationFailure) {
        guard let definition = inventory.definitions.devices[device] else { return }
        let policy = definition.device.graphPolicy
        let fresh = policy.templates(of: kind).filter { !before.contains($0) }
        let discovered: DiscoveredDevice
        do {
            discovered = DiscoveredDevice(
                system: definition.device.system, kind: kind,
                tables: Dictionary(
                    uniqueKeysWithValues: outcomes.compactMap { query, outcome in
                        outcome.table.map { (query, $0) }
                    }),
                scalars: try await discovery.scalars(
                    definition.device.target, discovery.dataTemplates(of: kind)))
        } catch {
            throw .unreachable(error)
        }
        let additions = GraphSelection.additions(
            fresh, for: discovered, to: definition, catalogue: discovery.catalogue
        ) { query, row in policy.takes(row, of: query) }
        let drawn = Set(definition.graphs.map(\.template)).union(additions.map(\.template))
        let judged = fresh.filter {
            drawn.contains($0) && !isOpen($0, discovered, discovery.catalogue)
        }
        do {
            let changed = try await inventory.makeGraphs(
                additions, judged: judged, of: device,
                at: timekeeper.now.wall)
            await makeFiles(of: changed, catalogue: discovery.catalogue)
        } catch {
            throw .inventory(error)
        }
    }
}
