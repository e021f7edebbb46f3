/// Which devices somebody's role is about, with their graphs. What lies outside does not exist for
/// him: neither in lists nor under its own address.
package enum AccessScope: Sendable, Hashable {
    case everything
    /// Devices that any part covers; with none, nothing.
    case parts([Part])

    /// Parts of one account.
    package static let largestCount = 100
    /// Scalars of a part's name.
    package static let longestName = 200

    package enum Part: Sendable, Hashable {
        case site(String)
        case tag(String)
        /// The devices that a tree, or what is below a node of it, holds whole (`Tree.devices`). It
        /// names them by their ids, so that nobody sees more because another one gets a name; what
        /// is removed covers nothing.
        case tree(TreeID, below: TreeNodeID?)

        /// `site:Berlin`, `tag:core`, `tree:3`, `tree:3/17`.
        package var text: String {
            switch self {
            case .site(let name): "site:\(name)"
            case .tag(let name): "tag:\(name)"
            case .tree(let tree, let node): "tree:\(tree)" + (node.map { "/\($0)" } ?? "")
            }
        }

        package init?(text: some StringProtocol) {
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let name = String(text[text.index(after: colon)...])
            guard !name.isEmpty, name.unicodeScalars.count <= longestName,
                !name.unicodeScalars.contains(where: Self.isControl)
            else { return nil }
            switch text[..<colon] {
            case "site": self = .site(name)
            case "tag": self = .tag(name)
            case "tree":
                let ids = name.split(separator: "/", omittingEmptySubsequences: false)
                guard ids.count <= 2, let tree = TreeID(text: ids[0]) else { return nil }
                let node = ids.count == 2 ? TreeNodeID(text: ids[1]) : nil
                guard ids.count == 1 || node != nil else { return nil }
                self = .tree(tree, below: node)
            default: return nil
            }
        }

        /// What stands between the parts of a scope where it is typed and kept, and what nobody
        /// sees: with it, two parts would look like one, or one like another.
        private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }

        func covers(_ device: Device, by trees: [TreeID: Tree]) -> Bool {
            switch self {
            case .site(let name): device.site == name
            case .tag(let name): device.tags.contains(name)
            case .tree(let tree, let node): trees[tree]?.holds(device, below: node) ?? false
            }
        }
    }

    /// - Parameter trees: all there are.
    package func covers(_ device: Device, by trees: [TreeID: Tree]) -> Bool {
        switch self {
        case .everything: true
        case .parts(let parts): parts.contains { $0.covers(device, by: trees) }
        }
    }

    /// The first part that covers a device; nil when none does, or the scope has no parts.
    package func part(covering device: Device, by trees: [TreeID: Tree]) -> Part? {
        guard case .parts(let parts) = self else { return nil }
        return parts.first { $0.covers(device, by: trees) }
    }

    /// The trees it names, on whose versions it depends what it covers.
    package var trees: Set<TreeID> {
        guard case .parts(let parts) = self else { return [] }
        return Set(parts.compactMap { if case .tree(let id, _) = $0 { id } else { nil } })
    }

    /// Its parts as texts; nil where it is everything.
    package var texts: [String]? {
        switch self {
        case .everything: nil
        case .parts(let parts): parts.map(\.text)
        }
    }

    /// Whether each of its parts is one of the other's, so that it covers nothing that the other
    /// does not. Another scope may cover less too, and nobody knows for how long.
    package func isWithin(_ other: AccessScope) -> Bool {
        switch (self, other) {
        case (_, .everything): true
        case (.everything, .parts): false
        case (.parts(let parts), .parts(let others)): Set(parts).isSubset(of: others)
        }
    }

    /// What it is, in words: “everything”, or “site:Berlin, tag:core”.
    package var words: String {
        guard let texts else { return "everything" }
        return texts.isEmpty ? "nothing" : texts.joined(separator: ", ")
    }

    /// - Parameter texts: parts; none is everything.
    package init(texts: [String]) throws(Mistake) {
        guard !texts.isEmpty else {
            self = .everything
            return
        }
        guard texts.count <= Self.largestCount else {
            throw Mistake(words: "a scope has at most \(Self.largestCount) parts")
        }
        var parts: [Part] = []
        for text in texts {
            guard let part = Part(text: text) else {
                throw Mistake(
                    words: "“\(DeviceText(text).text)” is no part of a scope: write site:NAME, "
                        + "tag:NAME, tree:NAME or tree:NAME/BRANCH")
            }
            if !parts.contains(part) { parts.append(part) }
        }
        self = .parts(parts)
    }

    /// Why texts are no scope.
    package struct Mistake: Error, Sendable, Hashable {
        package let words: String
    }
}

extension Definitions {
    /// What of these definitions somebody sees. A graph of many data sources is seen by whoever
    /// sees the devices of all of them.
    ///
    /// - Parameter trees: all there are, of which the scope may name some.
    package func restricted(to scope: AccessScope, by trees: [TreeID: Tree]) -> Definitions {
        guard case .parts(let parts) = scope else { return self }
        var ids: Set<DeviceID> = []
        var (sites, tags): (Set<String>, Set<String>) = ([], [])
        for part in parts {
            switch part {
            case .site(let name): sites.insert(name)
            case .tag(let name): tags.insert(name)
            // A rule is followed once, and not for each device.
            case .tree(let tree, let node):
                ids.formUnion(trees[tree]?.devices(in: self, below: node) ?? [])
            }
        }
        let seen = devices.values.filter { definition in
            let device = definition.device
            return device.site.map(sites.contains) ?? false
                || device.tags.contains(where: tags.contains) || ids.contains(device.id)
        }
        let visible = Set(seen.map(\.device.id))
        let whole = aggregates.values.filter { aggregate in
            let members = aggregate.members(in: self)
            return members.leftOut == 0
                && members.members.allSatisfy { visible.contains($0.definition.device.id) }
        }
        return Definitions(
            version: version, catalogue: catalogue, devices: seen, aggregates: whole)
    }
}
