/// Many data sources in one graph, each of them drawn as one graph template says.
package struct Aggregate: Sendable, Hashable {
    /// Data sources of one graph. More are not told apart, and each is a file to read.
    package static let largestMemberCount = 200
    /// Aggregates there may be. Each is held against every device that changes.
    package static let largestCount = 10_000

    /// From the same numbers as those of devices' graphs: no two graphs have the same.
    package let id: GraphID
    package var title: String
    /// Name of the graph template each member is drawn by.
    package var template: String
    package var members: Members
    package var arrangement: Arrangement
    /// Whether the series are pairs, of which the first is drawn above zero and the second below.
    package var isMirrored: Bool
    /// Whether a line over the sum of all is drawn too, where they are stacked or overlaid.
    package var total: Bool
    package var unknowns: Unknowns
    /// Labels of the template's series that are left out.
    package var skipped: [String]
    package var palette: Palette
    package let createdAt: Timestamp

    /// Which data sources it is made of.
    package enum Members: Sendable, Hashable {
        /// These, in this order.
        case list([DataSourceID])
        /// Those that are like this at the time, in the order of devices' names and titles.
        case rule(MemberRule)
    }

    /// How the members become one picture.
    package enum Arrangement: String, Sendable, Hashable, Codable, CaseIterable {
        /// One value for each series: that of all members together.
        case sum
        /// Areas on top of each other, one for each member.
        case stack
        /// One value for each series: the mean of the members.
        case average
        /// A line for each member.
        case overlay
    }

    /// What a sum or a mean is of which a part is unknown.
    package enum Unknowns: String, Sendable, Hashable, Codable, CaseIterable {
        /// Unknown: a smaller number would look like less traffic.
        case strict
        /// That of the members that are known; how many they are is said.
        case known
    }

    package init(
        id: GraphID, title: String, template: String, members: Members,
        arrangement: Arrangement, isMirrored: Bool = false, total: Bool = false,
        unknowns: Unknowns = .strict, skipped: [String] = [], palette: Palette = .named(.mixed),
        createdAt: Timestamp
    ) {
        self.id = id
        self.title = title
        self.template = template
        self.members = members
        self.arrangement = arrangement
        self.isMirrored = isMirrored
        self.total = total
        self.unknowns = unknowns
        self.skipped = skipped
        self.palette = palette
        self.createdAt = createdAt
    }

    /// Without data sources that are gone; nil where it has none of them.
    func without(_ gone: Set<DataSourceID>) -> Aggregate? {
        guard case .list(let sources) = members, sources.contains(where: gone.contains) else {
            return nil
        }
        var left = self
        left.members = .list(sources.filter { !gone.contains($0) })
        return left
    }
}
