import PollerModel

/// `/dashboards/{id}/edit`: what it is called, and its tiles.
struct DashboardEditPage {
    let dashboard: Dashboard
    let definitions: Definitions

    /// Which form a mistake is in.
    enum Part: Equatable {
        case settings
        case add(DashboardTile.Kind)
        case tile(Int)
    }

    struct Mistake {
        let part: Part
        let problem: WebProblem
        let form: Form
    }

    struct Content {
        let id: String
        let name: String
        let version: Int64
        let viewLink: String
        let longestName: Int
        let isShared: Bool
        let columnChoices: [Choice]
        let tiles: [Tile]
        let isEmpty: Bool
        let settingsMistake: Words?
        let adding: [TileForm]
        let templates: [Choice]
    }

    struct Words {
        let words: String
        let fix: String?
    }

    struct Choice {
        let value: String
        let text: String
        let isSelected: Bool
    }

    struct Tile {
        /// From 1 on.
        let number: Int
        let place: Int
        let what: String
        let canRise: Bool
        let canSink: Bool
        let form: TileForm
    }

    /// A new tile, or one that is changed.
    struct TileForm {
        let kind: String
        let heading: String
        let isOpen: Bool
        let tileMistake: Words?
        let ownTitle: String
        let graphForm: [GraphFields]
        let textForm: [TextFields]
        let topForm: [TopFields]
        let statesForm: [StatesFields]
    }

    struct GraphFields {
        let graph: String
        let from: String
        let to: String
    }

    struct TextFields {
        let text: String
        let longest: Int
    }

    struct TopFields {
        let template: String
        let item: String
        let count: String
        let largestCount: Int
    }

    struct StatesFields {
        let site: String
        let tag: String
        let nameLike: String
    }

    func content(_ mistake: Mistake?) -> Content {
        let settings = mistake?.part == .settings ? mistake : nil
        return Content(
            id: dashboard.id.description,
            name: settings?.form.fields["name"]?.first ?? dashboard.name,
            version: dashboard.version, viewLink: "/dashboards/\(dashboard.id)",
            longestName: Dashboard.longestName, isShared: dashboard.isShared,
            columnChoices: Dashboard.columnRange.map {
                Choice(value: "\($0)", text: "\($0)", isSelected: $0 == dashboard.columns)
            },
            tiles: dashboard.tiles.enumerated().map { tile($1, at: $0, mistake) },
            isEmpty: dashboard.tiles.isEmpty, settingsMistake: words(settings),
            adding: DashboardTile.Kind.allCases.map { kind in
                form(
                    DashboardTileOrder(kind), heading: Self.heading(kind),
                    mistake?.part == .add(kind) ? mistake : nil)
            },
            templates: templates)
    }

    private func words(_ mistake: Mistake?) -> Words? {
        mistake.map { Words(words: $0.problem.words, fix: $0.problem.fix) }
    }

    private static func heading(_ kind: DashboardTile.Kind) -> String {
        switch kind {
        case .graph: "A graph"
        case .text: "A text"
        case .top: "The largest values"
        case .states: "States of devices"
        }
    }

    private func tile(_ tile: DashboardTile, at place: Int, _ mistake: Mistake?) -> Tile {
        Tile(
            number: place + 1, place: place, what: what(tile), canRise: place > 0,
            canSink: place < dashboard.tiles.count - 1,
            form: form(
                DashboardTileOrder(tile), heading: "Change it",
                mistake?.part == .tile(place) ? mistake : nil))
    }

    private func what(_ tile: DashboardTile) -> String {
        let what =
            switch tile.content {
            case .graph(let id, let from, let to):
                (definitions.drawing(id)?.title ?? "graph \(id), which is not there")
                    + ", \(from.text) to \(to.text)"
            case .text(let text):
                "text: " + text.replacing("\n", with: " ").cut(toScalars: 80)
            case .top(let list): "\(list.count) largest \(list.item) of \(list.template)"
            case .states(let rule): "states of devices: \(rule.isEmpty ? "all" : rule.words)"
            }
        return tile.title.map { "\($0) (\(what))" } ?? what
    }

    /// A form that shows a tile, or what was sent of it when that was wrong.
    private func form(
        _ tile: DashboardTileOrder, heading: String, _ mistake: Mistake?
    ) -> TileForm {
        let fields = mistake?.form.fields
        func value(_ key: String, _ kept: String?) -> String { fields?[key]?.first ?? kept ?? "" }
        let kind = DashboardTile.Kind(rawValue: tile.kind)
        return TileForm(
            kind: tile.kind, heading: heading, isOpen: mistake != nil,
            tileMistake: words(mistake), ownTitle: value("title", tile.title),
            graphForm: kind == .graph
                ? [
                    GraphFields(
                        graph: value("graph", tile.graph.map { "\($0)" }),
                        from: value("from", tile.from ?? "now-1d"),
                        to: value("to", tile.to ?? "now"))
                ] : [],
            textForm: kind == .text
                ? [
                    TextFields(
                        text: value("text", tile.text), longest: DashboardTile.longestText)
                ] : [],
            topForm: kind == .top
                ? [
                    TopFields(
                        template: value("template", tile.template ?? "interface_traffic"),
                        item: value("item", tile.item),
                        count: value("count", "\(tile.count ?? TopList.defaultCount)"),
                        largestCount: TopList.countRange.upperBound)
                ] : [],
            statesForm: kind == .states
                ? [
                    StatesFields(
                        site: value("site", tile.rule?.site), tag: value("tag", tile.rule?.tag),
                        nameLike: value("name_like", tile.rule?.nameLike?.text))
                ] : [])
    }

    /// Data templates of which something is measured.
    private var templates: [Choice] {
        var used: Set<String> = []
        for definition in definitions.fleet {
            for source in definition.dataSources { used.insert(source.template) }
        }
        let known = definitions.catalogue.dataTemplates
        return NaturalOrder.sorted(used, by: { known[$0]?.title ?? $0 }, last: { $0 }).map { name in
            let items = known[name]?.items.map(\.name).joined(separator: ", ") ?? ""
            return Choice(
                value: name, text: "\(known[name]?.title ?? name): \(items)", isSelected: false)
        }
    }
}

/// What the forms of the editor of dashboards say.
struct DashboardForm {
    let form: Form
    let definitions: Definitions

    /// - Parameter known: the tile that is changed, of which stays what the form does not show.
    func tile(of known: DashboardTile? = nil) throws -> DashboardTile {
        var order = DashboardTileOrder(.text)
        order.kind = try form.text("kind") ?? ""
        order.title = try form.text("title")
        switch DashboardTile.Kind(rawValue: order.kind) {
        case .graph?:
            order.graph = try TreeForm(form, in: definitions).graph()
            order.from = try form.text("from")
            order.to = try form.text("to")
        case .text?: order.text = try form.text("text")
        case .top?:
            order.template = try form.text("template")
            order.item = try form.text("item")
            order.count = try form.integer("count")
        case .states?:
            var rule = MemberRule()
            if case .states(let before)? = known?.content { rule = before }
            rule.site = try form.text("site")
            rule.tag = try form.text("tag")
            rule.nameLike = try form.text("name_like").map { Glob($0) }
            order.rule = rule
        case nil: break
        }
        return try order.tile(in: definitions)
    }

    func settings() throws -> [DashboardChange] {
        var changes: [DashboardChange] = [
            .rename(try form.text("name") ?? ""), .share(form.flag("shared")),
        ]
        if let columns = try form.integer("columns") { changes.append(.columns(columns)) }
        return changes
    }
}
