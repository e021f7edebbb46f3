/// A tile as it is sent and kept. Which keys there are, its kind says; the others are missing or
/// null.
package struct DashboardTileOrder: Sendable, Hashable, Codable {
    /// `DashboardTile.Kind`
    package var kind: String
    package var title: String?
    package var graph: GraphID?
    /// `now-1d`, or another time; with `to` the range of the graph.
    package var from: String?
    package var to: String?
    package var text: String?
    /// Name of the data template of a top list.
    package var template: String?
    /// Name of its field; null: the first.
    package var item: String?
    package var count: Int?
    /// Which devices; null: all.
    package var rule: MemberRule?

    /// All there are: a tile with another one is refused.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, title, graph, from, to, text, template, item, count, rule
    }

    package init(_ kind: DashboardTile.Kind) { self.kind = kind.rawValue }

    package init(_ tile: DashboardTile) {
        self.init(tile.kind)
        title = tile.title
        switch tile.content {
        case .graph(let id, let from, let to):
            graph = id
            self.from = from.text
            self.to = to.text
        case .text(let text): self.text = text
        case .top(let list):
            template = list.template
            item = list.item
            count = list.count
        case .states(let rule): self.rule = rule.isEmpty ? nil : rule
        }
    }

    /// As it was kept; nil unless it is well formed. What it names may be gone.
    package var kept: DashboardTile? {
        let content: DashboardTile.Content?
        switch DashboardTile.Kind(rawValue: kind) {
        case .graph?:
            guard let graph, let from = from.flatMap({ TimeExpression($0) }),
                let to = to.flatMap({ TimeExpression($0) })
            else { return nil }
            content = .graph(graph, from: from, to: to)
        case .text?: content = text.map { .text($0) }
        case .top?:
            guard let template, let item, let count else { return nil }
            content = .top(TopList(template: template, item: item, count: count))
        case .states?: content = .states(rule ?? MemberRule())
        case nil: content = nil
        }
        return content.map { DashboardTile(title: title, content: $0) }
    }

    /// The tile that is wanted.
    ///
    /// - Parameter definitions: what whoever wants it may see.
    package func tile(in definitions: Definitions) throws(DashboardFailure) -> DashboardTile {
        DashboardTile(title: try checkedTitle(), content: try content(in: definitions))
    }

    private func content(
        in definitions: Definitions
    ) throws(DashboardFailure) -> DashboardTile.Content {
        switch DashboardTile.Kind(rawValue: kind) {
        case .graph?: return try graphContent(definitions)
        case .text?: return .text(try checkedText())
        case .top?: return .top(try topList(definitions.catalogue))
        case .states?:
            do {
                try rule?.check(in: definitions)
            } catch {
                throw .unfit(words: error.words, fix: error.fix)
            }
            return .states(rule ?? MemberRule())
        case nil:
            let known = DashboardTile.Kind.allCases.map(\.rawValue)
            throw .unfit(
                words: "“\(DeviceText(kind).text)” is nothing that a tile can be"
                    + Suggestion.phrase(for: kind, among: known),
                fix: "it is one of \(known.joined(separator: ", "))")
        }
    }

    private func checkedTitle() throws(DashboardFailure) -> String? {
        guard let title, !title.isEmpty else { return nil }
        do {
            try AggregateMistake.check(title, "title", longest: DashboardTile.longestTitle)
        } catch {
            throw .unfit(words: error.words, fix: error.fix)
        }
        return title
    }

    private func graphContent(
        _ definitions: Definitions
    ) throws(DashboardFailure) -> DashboardTile.Content {
        guard let graph, definitions.hasGraph(graph) else {
            throw .unfit(
                words: graph.map { "there is no graph \($0)" } ?? "no graph is named",
                fix: "give its number, which stands in the address of its page")
        }
        func time(_ text: String?, _ usual: String) throws(DashboardFailure) -> TimeExpression {
            let text = text.flatMap { $0.isEmpty ? nil : $0 } ?? usual
            guard let time = TimeExpression(text.trimmed) else {
                throw .unfit(
                    words: "“\(DeviceText(text).text)” is no time",
                    fix: "write now-6h, now-1d/d, 2026-11-25T16:00:00Z or Unix seconds")
            }
            return time
        }
        return .graph(graph, from: try time(from, "now-1d"), to: try time(to, "now"))
    }

    /// Line by line printable; where lines end is kept.
    private func checkedText() throws(DashboardFailure) -> String {
        let lines = (text ?? "").split(omittingEmptySubsequences: false) { $0.isNewline }
        let printable = lines.map { DeviceText.printable(Array($0.utf8)) }
            .joined(separator: "\n").trimmed
        guard (1...DashboardTile.longestText).contains(printable.unicodeScalars.count) else {
            throw .unfit(
                words: "a text is 1 to \(DashboardTile.longestText) characters long",
                fix: printable.isEmpty ? "write something" : "shorten it, or make two of it")
        }
        return printable
    }

    private func topList(_ catalogue: Catalogue) throws(DashboardFailure) -> TopList {
        let name = template ?? ""
        guard let known = catalogue.dataTemplates[name] else {
            throw .unfit(
                words: "there is no data template “\(DeviceText(name).text)”"
                    + Suggestion.phrase(for: name, among: catalogue.dataTemplates.keys),
                fix: "see pollerctl template list --kind data-template")
        }
        let items = known.items.map(\.name)
        guard let item = item.flatMap({ $0.isEmpty ? nil : $0 }) ?? items.first,
            items.contains(item)
        else {
            throw .unfit(
                words: "\(name) has no field “\(DeviceText(item ?? "").text)”"
                    + Suggestion.phrase(for: item ?? "", among: items),
                fix: "its fields are \(items.joined(separator: ", "))")
        }
        let count = count ?? TopList.defaultCount
        guard TopList.countRange.contains(count) else {
            throw .unfit(
                words: "a top list has 1 to \(TopList.countRange.upperBound) entries, not \(count)",
                fix: "choose a number in between")
        }
        return TopList(template: name, item: item, count: count)
    }
}
