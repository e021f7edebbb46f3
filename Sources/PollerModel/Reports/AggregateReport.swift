/// What a graph of many data sources is made of, and how it is drawn.
package struct AggregateReport: Sendable, Hashable, Codable {
    package let arrangement: Aggregate.Arrangement
    package let mirrored: Bool
    package let total: Bool
    package let unknowns: Aggregate.Unknowns
    /// Labels of series that are left out.
    package let skip: [String]
    package let palette: Palette
    /// The list; null where a rule takes them.
    @ExplicitNull package var sources: [DataSourceID]?
    /// null where they are listed.
    @ExplicitNull package var rule: MemberRule?
    package let createdAt: String
    /// What is drawn, in this order; null in listings, as is the rest.
    @ExplicitNull package var members: [Member]?
    /// How many more the rule takes than are drawn.
    @ExplicitNull package var leftOut: Int?
    /// Data sources of the list that do not exist any more, or that the template does not draw.
    @ExplicitNull package var missing: [DataSourceID]?

    /// One data source of it.
    package struct Member: Sendable, Hashable, Codable {
        /// What its legend says.
        package let label: String
        package let title: String
        package let deviceId: DeviceID
        package let device: String
        package let dataSourceId: DataSourceID
        /// The graph of it alone; null where it has none of this template.
        @ExplicitNull package var graphId: GraphID?

        package init(_ member: AggregateMember) {
            label = member.label
            title = member.title
            deviceId = member.source.device
            device = member.definition.device.name
            dataSourceId = member.source.id
            _graphId = ExplicitNull(wrappedValue: member.graph)
        }
    }

    package init(_ aggregate: Aggregate, members: AggregateMembers?) {
        arrangement = aggregate.arrangement
        mirrored = aggregate.isMirrored
        total = aggregate.total
        unknowns = aggregate.unknowns
        skip = aggregate.skipped
        palette = aggregate.palette
        createdAt = aggregate.createdAt.rfc3339
        switch aggregate.members {
        case .list(let sources):
            _sources = ExplicitNull(wrappedValue: sources)
            _rule = ExplicitNull(wrappedValue: nil)
        case .rule(let rule):
            _sources = ExplicitNull(wrappedValue: nil)
            _rule = ExplicitNull(wrappedValue: rule)
        }
        _members = ExplicitNull(wrappedValue: members?.members.map { Member($0) })
        _leftOut = ExplicitNull(wrappedValue: members?.leftOut)
        _missing = ExplicitNull(wrappedValue: members?.missing)
    }
}

/// What became of an order of an aggregate.
package struct AggregateOrderReport: Sendable, Hashable, Codable {
    /// With its members; after a dry run it is as it would be, and its id that of none (0) where
    /// it is new.
    package let graph: GraphReport
    /// Whether nothing was done, though this says so.
    package let dryRun: Bool

    package init(graph: GraphReport, dryRun: Bool) {
        self.graph = graph
        self.dryRun = dryRun
    }
}
