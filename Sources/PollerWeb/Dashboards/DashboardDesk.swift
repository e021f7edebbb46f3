import HTTPTypes
import Hummingbird
import PollerModel

/// Dashboards as the one who asks may see them, and what he does to them.
struct DashboardDesk: Sendable {
    let services: WebServices

    /// Those he may see, in the natural order of their names.
    func dashboards(_ viewer: Viewer) async throws(WebProblem) -> [Dashboard] {
        let all: [Dashboard]
        do {
            all = try await services.dashboards.dashboards()
        } catch {
            throw WebProblem(error)
        }
        return NaturalOrder.sorted(
            all.filter { $0.isVisible(to: viewer) }, by: \.name, last: \.id)
    }

    /// The one that the path names. What somebody may not see does not exist for him.
    func dashboard(_ context: WebContext) async throws(WebProblem) -> Dashboard {
        try await dashboard(context.parameters.get("id") ?? "", context.viewer)
    }

    /// - Parameter text: the id.
    func dashboard(
        _ text: String, _ viewer: Viewer
    ) async throws(WebProblem) -> Dashboard {
        var found: Dashboard?
        if let id = DashboardID(text: text) {
            do {
                found = try await services.dashboards.dashboard(id)
            } catch {
                throw WebProblem(error)
            }
        }
        guard let found, found.isVisible(to: viewer) else {
            throw .notFound(
                "dashboard \(DeviceText(text).text)",
                fix: "see /dashboards, or pollerctl dashboard list")
        }
        return found
    }

    private func check(_ dashboard: Dashboard, _ context: WebContext) throws(WebProblem) {
        guard dashboard.isChangeable(by: context.viewer) else {
            throw WebProblem(
                .forbidden,
                "“\(dashboard.name)” is of \(dashboard.owner), who shares it to be "
                    + "looked at", code: "not_owner",
                fix: "make one of your own, or ask \(dashboard.owner)")
        }
    }

    // MARK: Changes

    /// - Throws: a `WebProblem` or a `DashboardFailure`.
    func add(
        named name: String, with changes: [DashboardChange], _ context: WebContext
    ) async throws -> Dashboard {
        let dashboard = try await services.dashboards.addDashboard(
            named: name, with: changes, owner: context.viewer, at: services.now)
        note(nil, dashboard, context)
        return dashboard
    }

    /// - Throws: a `WebProblem` or a `DashboardFailure`.
    func change(
        _ before: Dashboard, from version: Int64?, with changes: [DashboardChange],
        _ context: WebContext
    ) async throws -> Dashboard {
        try check(before, context)
        let after = try await services.dashboards.changeDashboard(
            before.id, from: version, with: changes, by: context.viewer.name, at: services.now)
        note(before, after, context)
        return after
    }

    /// - Throws: a `WebProblem` or a `DashboardFailure`.
    func remove(
        _ dashboard: Dashboard, from version: Int64?, _ context: WebContext
    ) async throws {
        try check(dashboard, context)
        let gone = try await services.dashboards.removeDashboard(dashboard.id, from: version)
        note(gone, nil, context)
    }

    private func note(_ before: Dashboard?, _ after: Dashboard?, _ context: WebContext) {
        guard let one = after ?? before else { return }
        context.audit.note(
            object: "dashboard \(one.id) (\(one.name))", before: before.map { report($0) },
            after: after.map { report($0) })
    }

    func report(_ dashboard: Dashboard, listsTiles: Bool = true) -> DashboardReport {
        DashboardReport(dashboard, listsTiles: listsTiles, baseURL: services.site.baseURL)
    }
}

extension WebProblem {
    init(_ failure: DashboardFailure) {
        let status: HTTPResponse.Status =
            switch failure {
            case .unknown: .notFound
            case .tooMany, .conflict: .conflict
            case .unfit: .badRequest
            case .failed: .serviceUnavailable
            }
        self.init(status, failure.words, code: failure.code, fix: failure.fix)
    }

    /// - Parameter error: of something that throws problems and failures of dashboards only.
    init(dashboardError error: any Error) {
        switch error {
        case let problem as WebProblem: self = problem
        case let failure as DashboardFailure: self.init(failure)
        default:
            self.init(.internalServerError, "\(error)", code: "internal", fix: "report it")
        }
    }
}
