/// What an index of search is asked.
package struct SearchRequest: Sendable {
    package let text: SearchText
    package let kinds: [SearchKind]
    /// Those whose things may be found, besides what is of no device; nil: all.
    package let devices: Set<DeviceID>?

    package init(
        _ text: SearchText, kinds: [SearchKind] = SearchKind.allCases,
        devices: Set<DeviceID>? = nil
    ) {
        self.text = text
        self.kinds = kinds
        self.devices = devices
    }
}

/// One thing that was found.
package struct SearchMatch: Sendable, Hashable {
    package let key: SearchEntry.Key
    package let device: DeviceID?
    package let rank: SearchRank

    package init(key: SearchEntry.Key, device: DeviceID?, rank: SearchRank) {
        self.key = key
        self.device = device
        self.rank = rank
    }
}

/// What was found of one kind, best first.
package struct SearchGroup: Sendable, Hashable {
    package let kind: SearchKind
    package let matches: [SearchMatch]
    /// Whether there may be more than was looked at.
    package let isCut: Bool

    package init(kind: SearchKind, matches: [SearchMatch], isCut: Bool) {
        self.kind = kind
        self.matches = matches
        self.isCut = isCut
    }

    /// The best of what was looked at.
    package init(
        _ kind: SearchKind, _ entries: [SearchEntry], fitting text: SearchText, isCut: Bool
    ) {
        let ranked = entries.compactMap { entry in text.rank(of: entry).map { (entry, $0) } }
        let sorted = ranked.sorted {
            ($0.1, $0.0.name, $0.0.key.id) < ($1.1, $1.0.name, $1.0.key.id)
        }
        self.init(
            kind: kind,
            matches: sorted.prefix(SearchLimits.matches).map {
                SearchMatch(key: $0.key, device: $0.device, rank: $1)
            }, isCut: isCut || sorted.count > SearchLimits.matches)
    }
}

/// Finds what is called somehow, in step with the definitions.
package protocol SearchIndex: Sendable {
    /// A group for each of the kinds that are asked for, in that order, at most
    /// `SearchLimits.matches` in each.
    func find(_ request: SearchRequest) async throws(InventoryFailure) -> [SearchGroup]
}

/// What one search costs at most.
package enum SearchLimits {
    /// Of one kind that are looked at, and put in order.
    package static let matches = 500
    /// Of one kind that are passed over because they are not to be found, before it is left at that.
    package static let passedOver = 20_000
}
