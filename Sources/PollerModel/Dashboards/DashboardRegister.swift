/// Where dashboards are kept.
package protocol DashboardRegister: Sendable {
    /// All there are, ascending by id.
    func dashboards() async throws(DashboardFailure) -> [Dashboard]

    /// nil when there is none.
    func dashboard(_ id: DashboardID) async throws(DashboardFailure) -> Dashboard?

    /// Makes one that is as the changes say, beginning with an empty one.
    func addDashboard(
        named name: String, with changes: [DashboardChange], owner: Viewer, at now: Timestamp
    ) async throws(DashboardFailure) -> Dashboard

    /// Makes the next version of one, with all of the changes or none.
    ///
    /// - Parameter version: the one that was looked at; nil: whichever is there.
    func changeDashboard(
        _ id: DashboardID, from version: Int64?, with changes: [DashboardChange],
        by author: String, at now: Timestamp
    ) async throws(DashboardFailure) -> Dashboard

    /// Removes one, and returns what it was.
    func removeDashboard(
        _ id: DashboardID, from version: Int64?
    ) async throws(DashboardFailure) -> Dashboard
}

/// What somebody does to a dashboard. Tiles are told by their places, from 0 on.
package enum DashboardChange: Sendable, Hashable {
    case rename(String)
    case share(Bool)
    case columns(Int)
    /// In place of all there are.
    case tiles([DashboardTile])
    case addTile(DashboardTile)
    case setTile(Int, DashboardTile)
    /// One place towards the first, or towards the last.
    case stepTile(Int, TreeChange.Direction)
    case removeTile(Int)
}

extension Dashboard {
    /// Changes it, or throws and leaves it.
    ///
    /// - Throws: `unfit` only.
    package mutating func apply(_ change: DashboardChange) throws(DashboardFailure) {
        switch change {
        case .rename(let name): self.name = try Self.checked(name)
        case .share(let isShared): self.isShared = isShared
        case .columns(let columns):
            guard Self.columnRange.contains(columns) else {
                throw .unfit(
                    words: "a dashboard has 1 to \(Self.columnRange.upperBound) columns, not "
                        + "\(columns)", fix: "choose a number in between")
            }
            self.columns = columns
        case .tiles(let tiles):
            guard tiles.count <= Self.largestTileCount else { throw .tooManyTiles }
            self.tiles = tiles
        case .addTile(let tile):
            guard tiles.count < Self.largestTileCount else { throw .tooManyTiles }
            tiles.append(tile)
        case .setTile(let place, let tile): tiles[try checked(place)] = tile
        case .stepTile(let place, let direction):
            let other = try checked(place) + (direction == .up ? -1 : 1)
            // The first is not moved up: whoever presses a button too often is told nothing new.
            guard tiles.indices.contains(other) else { return }
            tiles.swapAt(place, other)
        case .removeTile(let place): tiles.remove(at: try checked(place))
        }
    }

    /// A name as it is kept.
    package static func checked(_ name: String) throws(DashboardFailure) -> String {
        do {
            try AggregateMistake.check(name, "name", longest: longestName)
        } catch {
            throw .unfit(words: error.words, fix: error.fix)
        }
        return name
    }

    private func checked(_ place: Int) throws(DashboardFailure) -> Int {
        guard tiles.indices.contains(place) else {
            throw .unfit(
                words: "there is no tile \(place + 1) on the dashboard", fix: "look at it again")
        }
        return place
    }
}

/// Why a dashboard is not as somebody wants it.
package enum DashboardFailure: Error, Sendable, Hashable {
    case unknown(DashboardID)
    case tooMany
    /// Somebody saved it after it was looked at.
    case conflict(SavedMeanwhile)
    /// What is wrong, and how it would be right.
    case unfit(words: String, fix: String)
    /// The database's own words.
    case failed(operation: String, detail: String)

    static let tooManyTiles = DashboardFailure.unfit(
        words: "a dashboard has at most \(Dashboard.largestTileCount) tiles",
        fix: "remove some, or make another dashboard")

    package var words: String {
        switch self {
        case .unknown(let id): "there is no dashboard \(id)"
        case .tooMany: "there are \(Dashboard.largestCount) dashboards already"
        case .conflict(let saved): saved.words
        case .unfit(let words, _): words
        case .failed(let operation, let detail): "the database could not \(operation): \(detail)"
        }
    }

    package var fix: String {
        switch self {
        case .unknown: "see pollerctl dashboard list"
        case .tooMany: "remove one that nobody needs"
        case .conflict: SavedMeanwhile.fix
        case .unfit(_, let fix): fix
        case .failed: "check the disk and the permissions of the state folder"
        }
    }

    /// Stable name, for scripts.
    package var code: String {
        switch self {
        case .unknown: "not_found"
        case .tooMany: "too_many"
        case .conflict: "version_conflict"
        case .unfit: "invalid"
        case .failed: "database_failed"
        }
    }
}
