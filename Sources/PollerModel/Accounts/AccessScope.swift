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

        /// `site:Berlin`, `tag:core`.
        package var text: String {
            switch self {
            case .site(let name): "site:\(name)"
            case .tag(let name): "tag:\(name)"
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

        func covers(site: String?, tags: [String]) -> Bool {
            switch self {
            case .site(let name): site == name
            case .tag(let name): tags.contains(name)
            }
        }
    }

    package func covers(_ device: Device) -> Bool {
        covers(site: device.site, tags: device.tags)
    }

    /// Whether a device of this site and with these tags lies inside.
    package func covers(site: String?, tags: [String]) -> Bool {
        switch self {
        case .everything: true
        case .parts(let parts): parts.contains { $0.covers(site: site, tags: tags) }
        }
    }

    /// The first part that covers a device; nil when none does, or the scope has no parts.
    package func part(covering device: Device) -> Part? {
        guard case .parts(let parts) = self else { return nil }
        return parts.first { $0.covers(site: device.site, tags: device.tags) }
    }

    /// Its parts as texts; nil where it is everything.
    package var texts: [String]? {
        switch self {
        case .everything: nil
        case .parts(let parts): parts.map(\.text)
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
                    words: "“\(DeviceText(text).text)” is no part of a scope: write site:NAME or "
                        + "tag:NAME")
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
    package func restricted(to scope: AccessScope) -> Definitions {
        guard scope != .everything else { return self }
        let seen = devices.values.filter { scope.covers($0.device) }
        let ids = Set(seen.map(\.device.id))
        let whole = aggregates.values.filter { aggregate in
            let members = aggregate.members(in: self)
            return members.leftOut == 0
                && members.members.allSatisfy { ids.contains($0.definition.device.id) }
        }
        return Definitions(
            version: version, catalogue: catalogue, devices: seen, aggregates: whole)
    }
}
