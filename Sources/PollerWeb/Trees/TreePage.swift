import Hummingbird
import PollerModel

/// `/trees`: all trees.
struct TreeListPage {
    let services: WebServices

    struct Content {
        let trees: [Row]
        let isEmpty: Bool
        let canChange: Bool
        let longestName: Int
        /// Of a new tree that could not be made.
        let name: String
        let mistake: String?
        let mistakeFix: String?
    }

    struct Row {
        let link: String
        let editLink: String
        let name: String
        let nodes: Int
        let devices: Int
        let changed: String
        let author: String
    }

    func content(
        _ viewer: Viewer, name: String = "", mistake: WebProblem? = nil
    ) -> Content {
        let format = Format(services)
        let outlines = TreeDesk(services: services).outlines
        return Content(
            trees: outlines.map { outline in
                let tree = outline.tree
                return Row(
                    link: "/trees/\(tree.id)", editLink: "/trees/\(tree.id)/edit",
                    name: tree.name, nodes: outline.shownNodes().count,
                    devices: tree.devices(in: outline.definitions).count,
                    changed: format.time(tree.changedAt), author: tree.changedBy)
            },
            isEmpty: outlines.isEmpty, canChange: TreeDesk.canChange(viewer),
            longestName: Tree.longestName, name: name, mistake: mistake?.words,
            mistakeFix: mistake?.fix)
    }
}

/// `/trees/{id}`: the tree, and beside it the graphs of `?node=`.
struct TreePage {
    let services: WebServices
    let outline: TreeOutline
    static let pageSize = 24
    /// Entries of one list of the tree. Whoever has ten thousand devices at a site finds them in
    /// the list of devices.
    static let largestListed = 500

    struct Content {
        let name: String
        let treeLink: String
        let editLink: String?
        let isWhole: Bool
        let items: [Item]
        let hasItems: Bool
        let trail: [Link]
        let heading: String
        /// What a rule takes, where a node has one.
        let rule: String?
        let deviceLink: String?
        let filter: String
        let hidden: [Link]
        let cards: [GraphCard]
        let isEmpty: Bool
        /// Why there is nothing, and what to do.
        let reason: String
        let previous: String?
        let next: String?
        let range: String
    }

    /// A field of a form, or a link.
    struct Link {
        let text: String
        let link: String
    }

    /// An entry of the tree with what is in it, as far as that is shown.
    struct Item {
        let label: String
        let link: String
        let kind: String
        let isCurrent: Bool
        /// Whether there may be something in it.
        let mark: String
        let isOpen: Bool
        let items: [Item]
        /// Entries that are not listed.
        let more: Int
        let hasMore: Bool
    }

    func content(_ query: Query, _ viewer: Viewer) throws(WebProblem) -> Content {
        let place = try TreeAddress.place(query)
        guard place.map(outline.has) ?? true else { throw TreeAddress.noPlace }
        let filter = try TextFilter(query)
        let graphs = outline.graphs(of: place)
        let shown =
            filter.text.isEmpty
            ? graphs : graphs.filter { filter.matches(title(of: $0)) }
        let pages = Pages(
            count: shown.count, size: Self.pageSize, page: try query.integer("page", default: 1),
            path: "/trees/\(outline.tree.id)",
            parameters: TreeAddress.parameters(place) + [("q", filter.text)])
        var cards: [GraphCard] = []
        for id in shown[pages.range] {
            guard let drawing = services.memberships.drawing(id, in: outline.definitions) else {
                continue
            }
            cards.append(try GraphCard.thumbnail(drawing, services: services))
        }
        let trail = place.map { outline.trail(to: $0) } ?? []
        let (items, _) = items(below: nil, trail)
        return Content(
            name: outline.tree.name, treeLink: "/trees/\(outline.tree.id)",
            editLink: TreeDesk.canChange(viewer) ? editLink(place) : nil,
            isWhole: place == nil, items: items, hasItems: !items.isEmpty,
            trail: trail.dropLast().map {
                Link(text: outline.label(of: $0), link: TreeAddress.link(outline.tree.id, $0))
            },
            heading: place.map { outline.label(of: $0) } ?? outline.tree.name,
            rule: rule(of: place), deviceLink: device(of: place).map { "/devices/\($0)" },
            filter: filter.text,
            hidden: TreeAddress.parameters(place).map { Link(text: $0, link: $1) },
            cards: cards, isEmpty: shown.isEmpty,
            reason: reason(place, hasGraphs: !graphs.isEmpty),
            previous: pages.previous, next: pages.next, range: pages.text)
    }

    private func editLink(_ place: TreePlace?) -> String {
        "/trees/\(outline.tree.id)/edit" + (place.map { "?node=\($0.node)" } ?? "")
    }

    private func title(of graph: GraphID) -> String {
        outline.definitions.graph(graph)?.graph.title
            ?? outline.definitions.aggregates[graph]?.title ?? ""
    }

    private func rule(of place: TreePlace?) -> String? {
        guard let place, place.group == nil, place.device == nil,
            let node = outline.tree.nodes[place.node], node.name != nil,
            case .rule(let rule) = node.content
        else { return nil }
        return rule.words
    }

    private func device(of place: TreePlace?) -> DeviceID? {
        guard let place else { return nil }
        if let device = place.device { return device }
        if case .device(let id)? = outline.tree.nodes[place.node]?.content { return id }
        return nil
    }

    private func reason(_ place: TreePlace?, hasGraphs: Bool) -> String {
        if hasGraphs { return "No graph here has that in its title." }
        guard !outline.tree.nodes.isEmpty else {
            return "There is nothing in this tree yet. Add branches, devices, sites or rules."
        }
        guard !outline.definitions.devices.isEmpty else {
            return "There are no devices yet. As soon as there are, they are found here."
        }
        switch place.flatMap({ outline.tree.nodes[$0.node] })?.content.kind {
        case .branch?: return "There is nothing in this branch yet."
        case .rule?, .site?: return "No device is like that now. When one is, it is found here."
        case .device?, .graph?, nil: return "There are no graphs here yet."
        }
    }

    // MARK: The tree

    /// What is directly below a place, with what is below those on the way to the current one; and
    /// how many more there are.
    private func items(
        below place: TreePlace?, _ trail: [TreePlace]
    ) -> (items: [Item], more: Int) {
        let places = outline.places(below: place)
        // Whoever looks at the only branch there is wants to see what is in it.
        let isOnly = place == nil && places.count == 1 && trail.isEmpty
        var listed = Array(places.prefix(Self.largestListed))
        listed += places.dropFirst(Self.largestListed).filter { trail.contains($0) }
        let shown = listed.map { place in
            let isOpen = trail.contains(place) || isOnly
            let below: (items: [Item], more: Int) =
                isOpen ? items(below: place, trail) : ([], 0)
            let holds = canHold(place)
            return Item(
                label: outline.label(of: place),
                link: TreeAddress.link(outline.tree.id, place), kind: kind(place),
                isCurrent: place == trail.last, mark: !holds ? "•" : isOpen ? "▾" : "▸",
                isOpen: isOpen && !below.items.isEmpty, items: below.items, more: below.more,
                hasMore: below.more > 0)
        }
        return (shown, places.count - listed.count)
    }

    private func canHold(_ place: TreePlace) -> Bool {
        guard place.device == nil else { return false }
        switch outline.tree.nodes[place.node]?.content.kind {
        case .branch?, .site?, .rule?: return true
        case .device?, .graph?, nil: return false
        }
    }

    /// What it is, for those who do not see its mark.
    private func kind(_ place: TreePlace) -> String {
        if place.device != nil { return "device" }
        if place.group != nil { return "group" }
        return outline.tree.nodes[place.node]?.content.kind.rawValue ?? ""
    }
}
