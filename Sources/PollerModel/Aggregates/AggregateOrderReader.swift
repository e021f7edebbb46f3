/// Checks an order of an aggregate against what there is.
struct AggregateOrderReader {
    let order: AggregateOrder
    let definitions: Definitions

    private var catalogue: Catalogue { definitions.catalogue }

    func title() throws(AggregateMistake) -> String? {
        guard let title = order.title else { return nil }
        try AggregateMistake.check(title, "title", longest: AggregateOrder.longestTitle)
        return title
    }

    func template() throws(AggregateMistake) -> GraphTemplate? {
        guard let name = order.template else { return nil }
        guard let template = catalogue.graphTemplates[name] else {
            throw AggregateMistake(
                words: "there is no graph template “\(DeviceText(name).text)”"
                    + Suggestion.phrase(for: name, among: catalogue.graphTemplates.keys),
                fix: "see pollerctl template list --kind graph-template")
        }
        return template
    }

    func arrangement() throws(AggregateMistake) -> Aggregate.Arrangement? {
        try word(order.arrangement, "arrangement")
    }

    // MARK: Members

    /// - Parameter template: what draws them; nil where the catalogue lost it.
    func members(_ template: GraphTemplate?) throws(AggregateMistake) -> Aggregate.Members? {
        switch (order.sources, order.rule) {
        case (nil, nil): return nil
        case (_?, _?):
            throw AggregateMistake(
                words: "members are named, or taken by a rule, but not both", fix: "omit one")
        case (let sources?, nil): return .list(try list(sources, template))
        case (nil, let rule?): return .rule(try checked(rule))
        }
    }

    private func list(
        _ sources: [DataSourceID], _ template: GraphTemplate?
    ) throws(AggregateMistake) -> [DataSourceID] {
        guard (1...Aggregate.largestMemberCount).contains(sources.count) else {
            throw AggregateMistake(
                words: "an aggregate names 1 to \(Aggregate.largestMemberCount) data sources, not "
                    + "\(sources.count)", fix: "name fewer, or take them by a rule")
        }
        var seen: Set<DataSourceID> = []
        for id in sources {
            guard seen.insert(id).inserted else {
                throw AggregateMistake(
                    words: "data source \(id) is named twice, and would count twice",
                    fix: "name it once")
            }
            guard let (source, definition) = definitions.dataSource(id) else {
                throw AggregateMistake(
                    words: "there is no data source \(id)",
                    fix: "see pollerctl data-source list")
            }
            guard let template, source.template != template.dataTemplate else { continue }
            throw AggregateMistake(
                words: "data source \(id) (\(source.template) of \(definition.device.name)) is "
                    + "not what \(template.name) draws, which is \(template.dataTemplate)",
                fix: "leave it out, or use the template of its graphs: pollerctl graph list "
                    + "--device \(definition.device.id)")
        }
        return sources
    }

    private func checked(_ rule: MemberRule) throws(AggregateMistake) -> MemberRule {
        guard !rule.isEmpty else {
            throw AggregateMistake(
                words: "a rule that says nothing would take every graph of the template",
                fix: "give a condition; a device name like * means all devices")
        }
        try rule.check(in: definitions)
        return rule
    }

    // MARK: How it is drawn

    /// The rest of the order, and whether everything goes together then.
    func apply(to aggregate: inout Aggregate) throws(AggregateMistake) {
        if let isMirrored = order.mirrored { aggregate.isMirrored = isMirrored }
        if let total = order.total { aggregate.total = total }
        if let unknowns: Aggregate.Unknowns = try word(order.unknowns, "treatment of unknowns") {
            aggregate.unknowns = unknowns
        }
        if let skip = order.skip { aggregate.skipped = skip }
        if let palette = order.palette { aggregate.palette = palette }
        if aggregate.total, [.sum, .average].contains(aggregate.arrangement) {
            throw AggregateMistake(
                words: "a total is drawn over a stack or an overlay, and this is "
                    + (aggregate.arrangement == .sum ? "a sum" : "an average"),
                fix: "leave the total out, or choose stack or overlay")
        }
        guard let template = catalogue.graphTemplates[aggregate.template] else { return }
        try checkSeries(of: aggregate, template)
        try checkList(of: aggregate, template)
    }

    private func checkSeries(
        of aggregate: Aggregate, _ template: GraphTemplate
    ) throws(AggregateMistake) {
        let labels = template.series.map(\.label)
        for label in aggregate.skipped where !labels.contains(label) {
            throw AggregateMistake(
                words: "\(template.name) has no series “\(DeviceText(label).text)”"
                    + Suggestion.phrase(for: label, among: labels),
                fix: "its series are \(labels.joined(separator: ", "))")
        }
        let left = template.series.filter { $0.style != .numbers }.map(\.label)
            .filter { !aggregate.skipped.contains($0) }
        guard !left.isEmpty else {
            throw AggregateMistake(
                words: "all series of \(template.name) are skipped, and nothing is left to draw",
                fix: "its series are \(labels.joined(separator: ", "))")
        }
        guard !aggregate.isMirrored || left.count.isMultiple(of: 2) else {
            throw AggregateMistake(
                words: "mirrored series are pairs, one above zero and one below; of "
                    + "\(template.name) there is an odd number: \(left.joined(separator: ", "))",
                fix: "skip one, or do not mirror them")
        }
    }

    /// A list of before may not be what another template draws.
    private func checkList(
        of aggregate: Aggregate, _ template: GraphTemplate
    ) throws(AggregateMistake) {
        guard order.template != nil, order.sources == nil,
            case .list(let sources) = aggregate.members
        else { return }
        for id in sources {
            guard let source = definitions.dataSource(id)?.source,
                source.template != template.dataTemplate
            else { continue }
            throw AggregateMistake(
                words: "its member \(id) is of \(source.template), which \(template.name) does "
                    + "not draw", fix: "name other members along with the template")
        }
    }

    // MARK: Texts

    private func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String?, _ what: String
    ) throws(AggregateMistake) -> Word? {
        guard let text else { return nil }
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue)
            throw AggregateMistake(
                words: "there is no \(what) “\(DeviceText(text).text)”"
                    + Suggestion.phrase(for: text, among: known),
                fix: "use one of \(known.joined(separator: ", "))")
        }
        return word
    }
}
