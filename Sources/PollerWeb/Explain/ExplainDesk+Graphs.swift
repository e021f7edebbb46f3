import PollerModel

/// What is seen of a graph, and why.
extension ExplainDesk {
    /// - Parameter query: the range, as pictures have it.
    func explain(_ drawing: Drawing, _ query: Query) async throws -> Explanation {
        let members = members(of: drawing)
        guard let worst = worst(of: members) else {
            return Explanation(
                kind: .graph, id: drawing.id.rawValue, title: drawing.title,
                links: [
                    ExplainLink(
                        .defined, .failed,
                        "it has nothing to draw: none of its data sources is there",
                        reason: "no_members", fix: "see pollerctl graph show \(drawing.id)")
                ])
        }
        let facts = await facts(of: worst.0, worst.1)
        guard facts.file != nil || members.count > 1 else {
            // Without its definition it has no rows and no picture; others have those of the rest.
            return Explanation(
                kind: .graph, id: drawing.id.rawValue, title: drawing.title,
                links: SourceExplanation(facts, clock: clock).links)
        }
        let shown = try await shown(drawing, query)
        let links = SourceExplanation(facts, clock: clock).links + shown.links
        var explanation = Explanation(
            kind: .graph, id: drawing.id.rawValue, title: drawing.title,
            // Rows of earlier times are drawn however its newest sample fares.
            links: shown.isEmpty ? SourceExplanation.cut(links) : links,
            notes: shown.missing.map { [$0.words] } ?? [],
            parts: members.count > 1 ? parts(of: members) : [])
        if shown.isEmpty, shown.note?.stage == nil {
            // The range explains it, and not how things are now.
            explanation = explanation.leading(by: links.last { $0.stage == .inRange })
        }
        explanation.missing = shown.missing
        if members.count == 1 {
            explanation.warnings = warnings(facts, shown.series)
            if let note = stepNote(facts) { explanation = explanation.adding(note: note) }
        }
        return explanation
    }

    /// The device that a poll would put to the proof.
    func device(of drawing: Drawing) -> DeviceDefinition? { worst(of: members(of: drawing))?.1 }

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

    /// What a picture says in which nothing is known: what the explanation says first. Files are
    /// looked at once a minute for it.
    func noteOfNothing(_ drawing: Drawing, _ range: TimeRange) async -> GraphNote? {
        guard let (source, definition) = worst(of: members(of: drawing)) else { return nil }
        return services.note(
            for: source, of: definition, range,
            findings: await recentFindings(of: source, definition), showsNothing: true)
    }

    /// What the range shows.
    struct Shown {
        /// Whether there is something in the range, and whether it is drawn.
        let links: [ExplainLink]
        let isEmpty: Bool
        let note: GraphNote?
        let missing: MissingData?
        let series: [ValueCheck.Shown]
    }

    func shown(_ drawing: Drawing, _ query: Query) async throws -> Shown {
        let wanted = try GraphQuery(query, for: drawing.oldestSource, services: services)
        let sheet = try GraphSheet(drawing, wanted.request, services: services)
        guard let (plan, note) = await services.dataTurns.run({ await sheet.plannedWithNote() })
        else { throw WebProblem.dataOverloaded }
        let range = wanted.request.range
        return Shown(
            links: links(plan, note, "\(clock(range.start)) to \(clock(range.end))"),
            isEmpty: plan.isEmpty, note: note, missing: sheet.missing(plan),
            series: plan.series.compactMap { Self.shown($0, unit: plan.unit) })
    }

    private static func shown(
        _ series: GraphPlan.PlannedSeries, unit: String
    ) -> ValueCheck.Shown? {
        let numbers = series.numbers
        guard series.isDrawn, let minimum = numbers.minimum, let maximum = numbers.maximum else {
            return nil
        }
        return ValueCheck.Shown(
            label: series.label, unit: unit, minimum: minimum, maximum: maximum,
            knownSeconds: Int64(numbers.knownRows) * numbers.rowSeconds)
    }

    private func links(_ plan: GraphPlan, _ note: GraphNote?, _ ends: String) -> [ExplainLink] {
        let inRange: ExplainLink
        if plan.isEmpty, let note, note.isWaiting {
            inRange = ExplainLink(
                .inRange, .waiting, note.text, fix: "wait until then, or choose a shorter range",
                evidence: [.init("range", ends)])
        } else if plan.isEmpty {
            inRange = ExplainLink(
                .inRange, .failed,
                note?.text ?? plan.notes.first ?? "no value is known from \(ends)",
                reason: "range_empty",
                fix: "choose another range, or see what keeps values away above",
                evidence: [.init("range", ends)])
        } else {
            let known = plan.knownShare.map { "\(MissingData.percent($0)) of the values" }
            inRange = ExplainLink(
                .inRange, .ok,
                known.map { "\($0) from \(ends) are known" } ?? "values are known from \(ends)",
                evidence: [.init("of", plan.resolution)])
        }
        let drawn = ExplainLink(
            .drawn, plan.isEmpty ? .warning : .ok,
            plan.isEmpty
                ? "the picture has no line, and says why" : "the picture shows its values",
            reason: plan.isEmpty ? "range_empty" : nil)
        return [inRange, drawn]
    }
}
