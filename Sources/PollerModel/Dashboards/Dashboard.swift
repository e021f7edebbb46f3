package typealias DashboardID = Identifier<Dashboard>

/// What somebody wants to see at one glance: tiles in a grid, in their order.
package struct Dashboard: Sendable, Hashable {
    /// Dashboards there may be.
    package static let largestCount = 1_000
    /// Tiles of one. Each graph among them is a picture to draw.
    package static let largestTileCount = 60
    package static let columnRange = 1...4
    /// Characters (Unicode scalars) of a name.
    package static let longestName = 150

    package let id: DashboardID
    package var name: String
    /// Who made it, for people.
    package let owner: String
    /// The account that made it; nil: a user of the daemon's machine did.
    package let ownerAccount: AccountID?
    /// Whether all may see it; else only its owner and administrators.
    package var isShared: Bool
    /// Tiles beside each other, where there is room.
    package var columns: Int
    package var tiles: [DashboardTile]
    /// How often it was saved, from 1 on.
    package var version: Int64
    package var changedAt: Timestamp
    /// Who saved it last.
    package var changedBy: String

    package init(
        id: DashboardID, name: String, owner: String, ownerAccount: AccountID?,
        isShared: Bool = false, columns: Int = 2, tiles: [DashboardTile] = [], version: Int64 = 1,
        changedAt: Timestamp, changedBy: String
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.ownerAccount = ownerAccount
        self.isShared = isShared
        self.columns = columns
        self.tiles = tiles
        self.version = version
        self.changedAt = changedAt
        self.changedBy = changedBy
    }

    /// Whether it is his. A token of his account acts for him.
    package func isOwned(by viewer: Viewer) -> Bool {
        guard let ownerAccount else { return viewer.identity == .peer && viewer.name == owner }
        return viewer.account == ownerAccount
    }

    /// Whether somebody who may see dashboards may see this one.
    package func isVisible(to viewer: Viewer) -> Bool {
        isShared || viewer.canAdminister || isOwned(by: viewer)
    }

    /// Whether somebody who may change dashboards may change this one.
    package func isChangeable(by viewer: Viewer) -> Bool {
        viewer.canAdminister || isOwned(by: viewer)
    }
}

/// One field of the grid.
package struct DashboardTile: Sendable, Hashable {
    /// Characters (Unicode scalars) of a title.
    package static let longestTitle = 150
    /// Characters (Unicode scalars) of a text.
    package static let longestText = 2_000

    /// In place of what the content is called by itself.
    package var title: String?
    package var content: Content

    package enum Content: Sendable, Hashable {
        case graph(GraphID, from: TimeExpression, to: TimeExpression)
        /// Plain, with its lines.
        case text(String)
        case top(TopList)
        /// How devices fare that are like this.
        case states(MemberRule)
    }

    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case graph, text, top, states
    }

    package init(title: String? = nil, content: Content) {
        self.title = title
        self.content = content
    }

    package var kind: Kind {
        switch content {
        case .graph: .graph
        case .text: .text
        case .top: .top
        case .states: .states
        }
    }
}
