import HTTPTypes
import Hummingbird
import Mustache
import NIOCore
import PollerModel

/// Fills the templates of `Resources/pages`. Mustache escapes whatever it fills in.
struct PageRenderer: Sendable {
    private let pages: MustacheLibrary
    private let files: StaticFiles
    private let site: WebServices.Site

    init(resources: WebResources, site: WebServices.Site) {
        pages = resources.pages
        files = resources.files
        self.site = site
    }

    /// What every page shows around its content, and what forms and buttons in it ask for.
    private struct Frame {
        let title: String
        let section: Current
        let style: String
        let themeScript: String
        let script: String
        let version: String
        let timeZone: String
        /// What forms carry (`OpenSession.crossSiteToken`); empty for those without a session.
        let csrf: String
        /// nil for strangers.
        let viewerName: String?
        let isLoggedIn: Bool
        let canOperate: Bool
        let canAdminister: Bool
        /// What became of the form that led here.
        let notice: String?
        let content: Any
    }

    /// Which entry of the navigation is the current one.
    enum Section: String {
        case overview, devices, graphs, trees, dashboards, events, admin, none
    }

    /// The same as templates ask for it.
    private struct Current {
        let isOverview: Bool
        let isDevices: Bool
        let isGraphs: Bool
        let isTrees: Bool
        let isDashboards: Bool
        let isEvents: Bool
        let isAdmin: Bool

        init(_ section: Section) {
            isOverview = section == .overview
            isDevices = section == .devices
            isGraphs = section == .graphs
            isTrees = section == .trees
            isDashboards = section == .dashboards
            isEvents = section == .events
            isAdmin = section == .admin
        }
    }

    func page(
        _ template: String, title: String, section: Section, _ content: Any,
        status: HTTPResponse.Status = .ok, context: WebContext
    ) -> Response {
        let viewer = context.viewer
        let isKnown = viewer.role != nil && viewer.identity != .guest
        let frame = Frame(
            title: title, section: Current(section), style: files.path("style.css") ?? "",
            themeScript: files.path("theme.js") ?? "", script: files.path("graphs.js") ?? "",
            version: site.version, timeZone: site.timeZone,
            csrf: context.session?.crossSiteToken ?? "",
            viewerName: isKnown ? viewer.name : nil, isLoggedIn: context.session != nil,
            canOperate: viewer.role != nil && viewer.canOperate,
            canAdminister: viewer.canAdminister, notice: context.notice, content: content)
        // Every name in `WebResources.templates` was registered, or the daemon would not have started.
        let html = pages.render(frame, withTemplate: template) ?? ""
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private struct ErrorContent {
        let status: Int
        let words: String
        let fix: String?
        let errorID: String?
    }

    func error(_ problem: WebProblem, errorID: String?, context: WebContext) -> Response {
        page(
            "error", title: problem.status.reasonPhrase, section: .none,
            ErrorContent(
                status: problem.status.code, words: problem.words, fix: problem.fix,
                errorID: errorID),
            status: problem.status, context: context)
    }
}
