/// What an aggregate is made of at one moment.
package struct AggregateMembers: Sendable, Hashable {
    /// At most `Aggregate.largestMemberCount`, in the order in which they are drawn.
    package let members: [AggregateMember]
    /// How many more a rule takes than are drawn.
    package let leftOut: Int
    /// Of a list: data sources that do not exist, or that the template does not draw.
    package let missing: [DataSourceID]

    package init(members: [AggregateMember], leftOut: Int, missing: [DataSourceID]) {
        self.members = members
        self.leftOut = leftOut
        self.missing = missing
    }
}

/// One data source of an aggregate.
package struct AggregateMember: Sendable, Hashable {
    package let source: DataSource
    package let definition: DeviceDefinition
    /// The graph that shows it alone, by the aggregate's template; nil where it has none.
    package let graph: GraphID?
    /// What that graph is called, or would be.
    package let title: String
    /// What sets it apart from the others, for legends; no two members have the same.
    package var label: String

    package init(
        source: DataSource, definition: DeviceDefinition, graph: GraphID?, title: String,
        label: String
    ) {
        self.source = source
        self.definition = definition
        self.graph = graph
        self.title = title
        self.label = label
    }
}

extension Aggregate {
    /// What it is made of in these definitions.
    package func members(in definitions: Definitions) -> AggregateMembers {
        switch members {
        case .list(let sources): listed(sources, in: definitions)
        case .rule(let rule): taken(by: rule, in: definitions)
        }
    }

    private func listed(_ ids: [DataSourceID], in definitions: Definitions) -> AggregateMembers {
        let template = definitions.catalogue.graphTemplates[self.template]
        var members: [AggregateMember] = []
        var missing: [DataSourceID] = []
        for id in ids {
            guard let (source, definition) = definitions.dataSource(id),
                template == nil || template?.dataTemplate == source.template
            else {
                missing.append(id)
                continue
            }
            let graph = definition.graphs.first {
                $0.dataSource == id && $0.template == self.template
            }
            let title =
                graph?.title
                ?? template.map { GraphTitles.title($0, of: source, in: definition) }
                ?? definition.device.name
            members.append(
                AggregateMember(
                    source: source, definition: definition, graph: graph?.id, title: title,
                    label: ""))
        }
        return AggregateMembers(
            members: MemberLabels.labelled(members), leftOut: 0, missing: missing)
    }

    /// All that the rule takes is counted; only what is drawn is put in order.
    private func taken(by rule: MemberRule, in definitions: Definitions) -> AggregateMembers {
        var members: [AggregateMember] = []
        var count = 0
        for definition in definitions.devicesByName(rule) {
            let isMember = { (graph: Graph) in
                graph.template == template && rule.matches(title: graph.title)
            }
            let room = Self.largestMemberCount - members.count
            guard room > 0 else {
                count += definition.graphs.count(where: isMember)
                continue
            }
            let graphs = definition.graphs.filter(isMember)
            count += graphs.count
            let ordered = graphs.sorted { ($0.title, $0.id) < ($1.title, $1.id) }
            members += ordered.prefix(room).compactMap { graph in
                definition.dataSource(graph.dataSource).map { source in
                    AggregateMember(
                        source: source, definition: definition, graph: graph.id,
                        title: graph.title, label: "")
                }
            }
        }
        return AggregateMembers(
            members: MemberLabels.labelled(members), leftOut: count - members.count, missing: [])
    }
}
