import PollerModel

/// `/dashboards`: all that somebody may see.
struct DashboardListPage {
    struct Content {
        let dashboards: [Row]
        let isEmpty: Bool
        let longestName: Int
        /// Of a new one that could not be made.
        let name: String
        let isSharedWanted: Bool
        let mistake: String?
        let mistakeFix: String?
    }

    struct Row {
        let link: String
        let name: String
        let owner: String
        let isOwn: Bool
        let isShared: Bool
        let tiles: Int
        let changed: String
    }

    static func content(
        _ dashboards: [Dashboard], _ viewer: Viewer, _ format: Format, form: Form? = nil,
        mistake: WebProblem? = nil
    ) -> Content {
        Content(
            dashboards: dashboards.map {
                Row(
                    link: "/dashboards/\($0.id)", name: $0.name, owner: $0.owner,
                    isOwn: $0.isOwned(by: viewer), isShared: $0.isShared, tiles: $0.tiles.count,
                    changed: format.time($0.changedAt))
            },
            isEmpty: dashboards.isEmpty, longestName: Dashboard.longestName,
            name: form?.fields["name"]?.first ?? "",
            isSharedWanted: form?.flag("shared") ?? false, mistake: mistake?.words,
            mistakeFix: mistake?.fix)
    }
}

/// `/dashboards/{id}`: its tiles; with `?tv=1` for a screen on the wall.
struct DashboardPage {
    let services: WebServices

    struct Content {
        let name: String
        let link: String
        let tvLink: String
        let pauseLink: String
        let isPaused: Bool
        let editLink: String?
        let owner: String
        let isShared: Bool
        let columns: Int
        let tiles: [DashboardTileView.Content]
        let isEmpty: Bool
        let refreshSeconds: Int
        let time: String
    }

    /// How often a screen on the wall is loaded anew.
    static let refreshSeconds = 60

    /// - Parameter isPaused: whether a screen on the wall is to stay as it is.
    func content(_ dashboard: Dashboard, isPaused: Bool, _ viewer: Viewer) -> Content {
        let view = DashboardTileView(dashboard, services: services)
        let canChange =
            viewer.role != nil && viewer.canOperate && dashboard.isChangeable(by: viewer)
        return Content(
            name: dashboard.name, link: "/dashboards/\(dashboard.id)",
            tvLink: "/dashboards/\(dashboard.id)?tv=1",
            pauseLink: "/dashboards/\(dashboard.id)?tv=1&paused=1", isPaused: isPaused,
            editLink: canChange ? "/dashboards/\(dashboard.id)/edit" : nil,
            owner: dashboard.owner, isShared: dashboard.isShared, columns: dashboard.columns,
            tiles: dashboard.tiles.map { view.content($0) }, isEmpty: dashboard.tiles.isEmpty,
            refreshSeconds: Self.refreshSeconds, time: Format(services).time(services.now))
    }
}
