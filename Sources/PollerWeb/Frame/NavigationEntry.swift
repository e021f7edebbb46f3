import HTTPTypes
import PollerModel

/// An entry of the navigation. Somebody sees those that he may open, as far as they are there.
struct NavigationEntry {
    let label: String
    let link: String
    let isHere: Bool

    private static let all: [(label: String, link: String, section: PageRenderer.Section)] = [
        ("Overview", "/", .overview), ("Devices", "/devices", .devices),
        ("Graphs", "/graphs", .graphs), ("Trees", "/trees", .trees),
        ("Dashboards", "/dashboards", .dashboards), ("Events", "/events", .events),
        ("Templates", "/templates", .templates), ("Admin", "/admin/settings", .admin),
    ]

    /// The parts of the administration.
    private static let parts: [(label: String, link: String)] = [
        ("Users", "/admin/users"), ("Tokens", "/admin/tokens"),
        ("Audit", "/admin/audit"), ("Settings", "/admin/settings"), ("Health", "/health"),
    ]

    static func entries(for viewer: Viewer, in section: PageRenderer.Section) -> [NavigationEntry] {
        all.filter { isOpen($0.link, to: viewer) }.map {
            NavigationEntry(label: $0.label, link: $0.link, isHere: $0.section == section)
        }
    }

    /// - Parameter path: of the page that shows them.
    static func administration(for viewer: Viewer, at path: String) -> [NavigationEntry] {
        parts.filter { isOpen($0.link, to: viewer) }.map {
            NavigationEntry(label: $0.label, link: $0.link, isHere: $0.link == path)
        }
    }

    /// Whether he may open it. Of those who are not known, or not known yet, it is what they may who
    /// have logged in: a link leads them there by way of the log-in.
    static func isOpen(_ path: String, to viewer: Viewer) -> Bool {
        guard let permission = AccessTable.permission(.get, path) else { return false }
        return permission.verdict(on: viewer) == .allowed
            || (viewer.role == nil && permission == .view)
    }
}
