package import PollerModel

/// What people ask of a device's tables.
extension DeviceDesk {
    package func reindex(
        _ device: DeviceID, query: String?
    ) async throws(OperationFailure) -> [TableReading] {
        let definitions = inventory.definitions
        guard let definition = definitions.devices[device] else { throw Self.unknown(device) }
        let queries = try query.map { query throws(OperationFailure) in
            [try self.query(named: query, definitions.catalogue)]
        }
        let wanted = queries ?? tables(of: definition, definitions.catalogue)
        guard let outcomes = await poller.readNow(wanted, of: device) else { throw .busy(device) }
        // What a device that is silent has in no table is said once, and not for each of them.
        if let failure = outcomes.first?.outcome.failure, failure.concernsWholeAgent {
            throw .unreachable(failure)
        }
        return readings(outcomes, of: device)
    }

    /// What became of tables, as it is shown.
    func readings(
        _ outcomes: [(query: String, outcome: Reindexer.Outcome)], of device: DeviceID
    ) -> [TableReading] {
        let definitions = inventory.definitions
        let rows = Dictionary(grouping: definitions.devices[device]?.rows ?? [], by: \.query)
        return outcomes.map { query, outcome in
            TableReading(
                query: query,
                title: definitions.catalogue.dataQueries[query]?.title ?? query,
                outcome: outcome.reading.shown, words: outcome.words, rows: rows[query] ?? [],
                failure: outcome.failure)
        }
    }

    private func query(
        named name: String, _ catalogue: Catalogue
    ) throws(OperationFailure) -> String {
        guard catalogue.dataQueries[name] == nil else { return name }
        throw .notFound(
            words: "there is no data query “\(DeviceText(name).text)”"
                + Suggestion.phrase(for: name, among: catalogue.dataQueries.keys),
            fix: "see pollerctl template list --kind data-query")
    }

    /// Names of the data queries that the device's kind reads, and of those of which rows are
    /// known.
    private func tables(of definition: DeviceDefinition, _ catalogue: Catalogue) -> [String] {
        let kind = catalogue.kind(named: definition.device.templates)
        let queries = (kind?.graphs ?? []).compactMap { graph in
            catalogue.graphTemplates[graph].flatMap { catalogue.dataTemplates[$0.dataTemplate] }?
                .query
        }
        let known = definition.rows.map(\.query).filter { catalogue.dataQueries[$0] != nil }
        return Set(queries + (kind?.tables ?? []) + known).sorted()
    }

    package func walk(
        _ request: SNMPWalkRequest
    ) async throws(OperationFailure) -> SNMPWalkResponse {
        try checkMayBeAsked(request.target)
        do {
            let walk = try await transport.walk(request)
            guard walk.rows.isEmpty, walk.cut == nil else { return walk }
        } catch {
            throw .unreachable(error)
        }
        return try await single(request)
    }

    /// The object at the root itself: an instance has nothing below it.
    private func single(
        _ request: SNMPWalkRequest
    ) async throws(OperationFailure) -> SNMPWalkResponse {
        let response = await transport.get(
            SNMPGetRequest(target: request.target, groups: [[request.root]]))
        let answer: SNMPGroupAnswer
        do {
            answer = try response.groups[0].get()
        } catch {
            throw .unreachable(error)
        }
        let values = answer.values.compactMap { $0.success }.filter(\.isPresent)
        return SNMPWalkResponse(
            rows: values.map { VarBind(request.root, $0) }, cut: nil, effort: response.effort)
    }
}

extension Reindexer.Reading {
    fileprivate var shown: TableReading.Outcome {
        switch self {
        case .complete: .complete
        case .partial: .partial
        case .failed: .failed
        }
    }
}
