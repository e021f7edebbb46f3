/// A graph as the planner sees it: the template, and the files that it is drawn from.
package struct GraphSubject: Sendable, Hashable {
    package let title: String
    package let template: GraphTemplate
    /// At least one.
    package let parts: [Part]
    package let arrangement: Arrangement

    /// One file.
    package struct Part: Sendable, Hashable {
        package let source: DataSourceID
        package let file: RoundRobinFile
        /// What tells it from the others in a legend; empty where there is one only.
        package let label: String
        package let createdAt: Timestamp
        /// The largest that a data source can come to, by its name: what its interface can carry.
        package let capacities: [String: Double]

        package init(
            source: DataSourceID, file: RoundRobinFile, label: String, createdAt: Timestamp,
            capacities: [String: Double]
        ) {
            self.source = source
            self.file = file
            self.label = label
            self.createdAt = createdAt
            self.capacities = capacities
        }

        /// nil when the catalogue lost the data source's template or profile.
        package init?(
            _ source: DataSource, of definition: DeviceDefinition, label: String = "",
            catalogue: Catalogue
        ) {
            guard let file = RoundRobinFile(dataSource: source, catalogue: catalogue),
                let template = catalogue.dataTemplates[source.template]
            else { return nil }
            let speed = definition.row(of: source).flatMap { row in
                template.query.flatMap { catalogue.dataQueries[$0] }?
                    .speedBitsPerSecond(of: row.fields)
            }
            var capacities: [String: Double] = [:]
            for item in template.items {
                if let limit = item.limit, let speed, speed > 0 {
                    capacities[item.name] = Double(speed) * limit.factor
                }
            }
            self.init(
                source: source.id, file: file, label: label, createdAt: source.createdAt,
                capacities: capacities)
        }
    }

    /// What becomes of several parts.
    package struct Arrangement: Sendable, Hashable {
        package var kind = Aggregate.Arrangement.overlay
        /// The second, fourth, … series of the template lie below the zero line.
        package var isMirrored = false
        /// A line over the sum of all parts, where they are drawn one by one.
        package var hasTotal = false
        package var unknowns = Aggregate.Unknowns.strict
        /// Labels of series that are left out.
        package var skipped: Set<String> = []
        /// Of the parts.
        package var palette = Palette.named(.mixed)

        package init() {}
    }

    package init(
        title: String, template: GraphTemplate, parts: [Part],
        arrangement: Arrangement = Arrangement()
    ) {
        precondition(!parts.isEmpty, "a graph draws at least one file")
        self.title = title
        self.template = template
        self.parts = parts
        self.arrangement = arrangement
    }

    /// A graph of a device; nil when the catalogue lacks its template, or that of its data source.
    package init?(graph: Graph, of definition: DeviceDefinition, catalogue: Catalogue) {
        guard
            let template = catalogue.graphTemplates[graph.template]?
                .applying(graph.edit?.override),
            let source = definition.dataSource(graph.dataSource),
            let part = Part(source, of: definition, catalogue: catalogue)
        else { return nil }
        self.init(title: graph.title, template: template, parts: [part])
    }

    /// An aggregate; nil when it has no members, or the catalogue lacks its template.
    package init?(_ aggregate: Aggregate, _ members: AggregateMembers, catalogue: Catalogue) {
        guard let template = catalogue.graphTemplates[aggregate.template] else { return nil }
        let parts = members.members.compactMap {
            Part($0.source, of: $0.definition, label: $0.label, catalogue: catalogue)
        }
        guard !parts.isEmpty else { return nil }
        var arrangement = Arrangement()
        arrangement.kind = aggregate.arrangement
        arrangement.isMirrored = aggregate.isMirrored
        arrangement.hasTotal = aggregate.total
        arrangement.unknowns = aggregate.unknowns
        arrangement.skipped = Set(aggregate.skipped)
        arrangement.palette = aggregate.palette
        self.init(
            title: aggregate.title, template: template, parts: parts, arrangement: arrangement)
    }

    /// Whether one part is all there is, so that nothing needs a label of its own.
    var isSingle: Bool { parts.count == 1 && parts[0].label.isEmpty }
}
