import HTTPTypes
import PollerModel

/// What each route asks of whoever asks for it: the one list. A route that is not in it is refused,
/// and a test says so.
enum AccessTable {
    /// - Parameter route: as it was added, `/devices/{id}`.
    static func permission(_ method: HTTPRequest.Method, _ route: String) -> Permission? {
        permissions["\(method == .head ? "GET" : method.rawValue) \(route)"]
    }

    static let permissions: [String: Permission] = {
        var all: [String: Permission] = [:]
        for (permission, routes) in [
            (Permission.open, open), (.own, own), (.view, view), (.operate, operate),
            (.administer, administer),
        ] {
            for route in routes {
                precondition(all[route] == nil, "\(route) stands twice")
                all[route] = permission
            }
        }
        return all
    }()

    private static let open = [
        "GET /-/healthy", "GET /-/ready", "GET /static/{name}",
        // Who cannot log in may need it most.
        "GET /help", "GET /help/{name}",
        "GET /login", "POST /login", "GET /login/done", "GET /login/code", "POST /login/code",
        "GET /setup", "POST /setup",
    ]

    private static let own = [
        "POST /logout", "GET /account", "POST /account/password",
        "POST /account/sessions/{id}/end", "POST /account/sessions/end",
        "POST /graphs/filters", "POST /graphs/filters/remove",
        "POST /account/tokens", "POST /account/tokens/{id}/revoke",
        "GET /account/second-factor", "POST /account/second-factor",
        "POST /account/second-factor/begin", "POST /account/second-factor/recovery",
        "POST /account/second-factor/remove",
        "GET /api/v1/tokens", "POST /api/v1/tokens", "DELETE /api/v1/tokens/{id}",
    ]

    private static let view = [
        "GET /metrics",
        "GET /", "GET /devices", "GET /devices.csv", "GET /devices/{id}", "GET /graphs",
        "GET /graphs/{id}",
        "POST /graphs/select", "GET /templates", "GET /templates/{kind}/{name}",
        "GET /search", "GET /api/v1/search",
        "GET /devices/{id}/live", "GET /devices/{id}/live/events",
        "GET /api/v1/status", "GET /api/v1/devices", "GET /api/v1/devices/{id}",
        "GET /api/v1/graphs", "GET /api/v1/graphs/{id}", "GET /api/v1/graphs/{id}/numbers",
        "GET /api/v1/graphs/{id}/command",
        "GET /api/v1/data-sources", "GET /api/v1/data-sources/{id}",
        "GET /api/v1/data-sources/{id}/info", "GET /api/v1/profiles",
        "GET /api/v1/profiles/{name}", "GET /api/v1/interruptions",
        "GET /api/v1/devices/{id}/rows", "GET /api/v1/devices/{id}/remaps",
        "GET /api/v1/devices/{id}/offers", "GET /api/v1/templates",
        "GET /explain/{kind}/{id}", "GET /api/v1/explain/{kind}/{id}",
        "GET /events", "GET /api/v1/events",
        "GET /trees", "GET /trees/{id}", "GET /api/v1/trees", "GET /api/v1/trees/{id}",
        "GET /dashboards", "GET /dashboards/{id}",
        "GET /api/v1/dashboards", "GET /api/v1/dashboards/{id}",
    ]

    private static let operate = [
        "GET /devices/new", "POST /devices/new", "POST /devices/new/test",
        "GET /devices/{id}/edit", "POST /devices/{id}/edit",
        "GET /devices/{id}/delete", "POST /devices/{id}/delete",
        "GET /devices/{id}/offers", "POST /devices/{id}/offers",
        "POST /devices/{id}/poll", "POST /devices/{id}/reindex", "POST /devices/{id}/recognise",
        "POST /devices/{id}/enable", "POST /devices/{id}/disable",
        "POST /devices/{id}/debug", "POST /api/v1/devices/{id}/debug",
        "POST /devices/bulk", "POST /devices/bulk/apply",
        "POST /api/v1/devices", "PATCH /api/v1/devices/{id}", "DELETE /api/v1/devices/{id}",
        "POST /api/v1/device-tests", "POST /api/v1/devices/{id}/poll",
        "POST /api/v1/devices/{id}/test",
        "POST /explain/{kind}/{id}/live", "POST /api/v1/explain/{kind}/{id}/live",
        "POST /api/v1/devices/{id}/graphs", "POST /api/v1/devices/{id}/recognise",
        "POST /api/v1/devices/{id}/reindex", "POST /api/v1/devices/{id}/remaps/{remap}/undo",
        "POST /api/v1/device-batches", "POST /api/v1/walks",
        "POST /api/v1/aggregates", "PATCH /api/v1/graphs/{id}",
        "DELETE /api/v1/graphs/{id}",
        "GET /graphs/{id}/edit", "POST /graphs/{id}/edit", "POST /graphs/{id}/restore",
        "GET /graphs/{id}/preview", "POST /graphs/{id}/preview",
        "GET /graphs/{id}/shares", "POST /graphs/{id}/shares",
        "POST /graphs/{id}/shares/{share}/revoke",
        "POST /graphs/delete", "POST /graphs/aggregate",
        "POST /api/v1/graphs/{id}/shares", "GET /api/v1/shares", "DELETE /api/v1/shares/{id}",
        "POST /api/v1/events",
        "POST /trees", "GET /trees/{id}/edit", "POST /trees/{id}/change",
        "POST /trees/{id}/remove", "POST /trees/{id}/nodes",
        "POST /trees/{id}/nodes/{node}/change", "POST /trees/{id}/nodes/{node}/move",
        "POST /trees/{id}/nodes/{node}/remove",
        "POST /api/v1/trees", "PATCH /api/v1/trees/{id}", "DELETE /api/v1/trees/{id}",
        "POST /api/v1/trees/{id}/nodes", "PATCH /api/v1/trees/{id}/nodes/{node}",
        "DELETE /api/v1/trees/{id}/nodes/{node}", "POST /api/v1/trees/{id}/nodes/{node}/move",
        "GET /graphs/{id}/place", "POST /graphs/{id}/place",
        "POST /dashboards", "GET /dashboards/{id}/edit", "POST /dashboards/{id}/change",
        "POST /dashboards/{id}/remove", "POST /dashboards/{id}/tiles",
        "POST /dashboards/{id}/tiles/{tile}/change", "POST /dashboards/{id}/tiles/{tile}/move",
        "POST /dashboards/{id}/tiles/{tile}/remove",
        "POST /api/v1/dashboards", "PATCH /api/v1/dashboards/{id}",
        "DELETE /api/v1/dashboards/{id}",
    ]

    private static let administer: [String] = [
        "GET /admin/settings",
        "GET /api/v1/share-keys", "POST /api/v1/share-keys", "DELETE /api/v1/share-keys/{id}",
        "POST /api/v1/setup-links", "GET /api/v1/rrd/check", "GET /api/v1/rrd/info",
        "POST /api/v1/rrd/purge", "POST /api/v1/rrd/reshape",
        "GET /health", "GET /api/v1/doctor",
        "GET /health/support", "POST /health/support",
        "GET /api/v1/support-bundle", "POST /api/v1/support-bundle",
        "GET /api/v1/users", "POST /api/v1/users", "GET /api/v1/users/{id}",
        "PATCH /api/v1/users/{id}", "DELETE /api/v1/users/{id}",
        "POST /api/v1/users/{id}/password", "GET /api/v1/users/{id}/sessions",
        "DELETE /api/v1/users/{id}/sessions", "DELETE /api/v1/users/{id}/second-factor",
        "GET /api/v1/users/{id}/explain",
        "GET /api/v1/audit", "GET /api/v1/audit/check",
        "GET /admin/users", "POST /admin/users", "GET /admin/users/{id}",
        "POST /admin/users/{id}/access", "POST /admin/users/{id}/password",
        "POST /admin/users/{id}/disable", "POST /admin/users/{id}/enable",
        "POST /admin/users/{id}/sessions/end", "POST /admin/users/{id}/second-factor/remove",
        "POST /admin/users/{id}/remove",
        "GET /admin/tokens", "POST /admin/tokens/{id}/revoke", "GET /admin/audit",
        "GET /admin/audit.csv",
    ]
}
