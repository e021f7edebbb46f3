/// What `pollerctl` sends to make or change an aggregate: the body of `POST /api/v1/aggregates` and
/// `PATCH /api/v1/graphs/{id}`. A key that is missing or null is the default of a new aggregate,
/// and unchanged for one that exists.
package struct AggregateOrder: Sendable, Hashable, Codable {
    /// Characters (Unicode scalars) of a title.
    package static let longestTitle = GraphLimits.longestText
    /// Characters (Unicode scalars) of a tag, a site or a pattern.
    package static let longestCondition = GraphLimits.longestText

    /// Needed for a new aggregate.
    package var title: String?
    /// Name of the graph template each member is drawn by; needed for a new aggregate.
    package var template: String?
    /// Members by name, in this order, in place of those of before.
    package var sources: [DataSourceID]?
    /// Members by what they are like, in place of the list or of the whole rule of before.
    package var rule: MemberRule?
    /// `Aggregate.Arrangement`; needed for a new aggregate.
    package var arrangement: String?
    package var mirrored: Bool?
    package var total: Bool?
    /// `Aggregate.Unknowns`
    package var unknowns: String?
    /// Labels of the template's series that are left out; an empty list: none.
    package var skip: [String]?
    package var palette: Palette?
    /// Whether to say only what it would be.
    package var dryRun: Bool?

    /// All there are: an order with another one is refused, for it would not do what was meant.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case title, template, sources, rule, arrangement, mirrored, total, unknowns, skip, palette
        case dryRun
    }

    /// Asks for nothing.
    package init() {}
}

/// What an aggregate cannot be: what is wrong, and how it would be right.
package struct AggregateMistake: Error, Sendable, Hashable {
    package let words: String
    package let fix: String

    package init(words: String, fix: String) {
        self.words = words
        self.fix = fix
    }
}

extension AggregateOrder {
    /// A new aggregate.
    ///
    /// - Throws: why it cannot be, whatever its members are at the time.
    package func aggregate(
        _ id: GraphID, in definitions: Definitions, at now: Timestamp
    ) throws(AggregateMistake) -> Aggregate {
        guard definitions.aggregates.count < Aggregate.largestCount else {
            throw AggregateMistake(
                words: "there are \(Aggregate.largestCount) aggregates, and no more fit",
                fix: "remove some with pollerctl graph delete")
        }
        let reader = AggregateOrderReader(order: self, definitions: definitions)
        guard let title = try reader.title() else { throw .missing("title") }
        guard let template = try reader.template() else { throw .missing("template") }
        guard let arrangement = try reader.arrangement() else { throw .missing("arrangement") }
        guard let members = try reader.members(template) else {
            throw AggregateMistake(
                words: "nothing says what the aggregate is made of",
                fix: "name data sources, or give a rule: a tag, a site, devices or patterns")
        }
        var aggregate = Aggregate(
            id: id, title: title, template: template.name, members: members,
            arrangement: arrangement, createdAt: now)
        try reader.apply(to: &aggregate)
        return aggregate
    }

    /// Changes an aggregate that exists.
    package func apply(
        to aggregate: inout Aggregate, in definitions: Definitions
    ) throws(AggregateMistake) {
        let reader = AggregateOrderReader(order: self, definitions: definitions)
        var changed = aggregate
        if let title = try reader.title() { changed.title = title }
        let template = try reader.template()
        if let template { changed.template = template.name }
        let current = template ?? definitions.catalogue.graphTemplates[changed.template]
        if let members = try reader.members(current) { changed.members = members }
        if let arrangement = try reader.arrangement() { changed.arrangement = arrangement }
        try reader.apply(to: &changed)
        aggregate = changed
    }
}

extension AggregateMistake {
    fileprivate static func missing(_ key: String) -> AggregateMistake {
        AggregateMistake(
            words: "the key “\(key)” is missing",
            fix: "an aggregate has a title, a template and an arrangement")
    }
}
