import HTTPTypes
import Hummingbird
import Mustache
import NIOCore
import PollerModel

/// Fills the templates of `Resources/pages`. Mustache escapes whatever it fills in.
struct PageRenderer: Sendable {
    private let pages: MustacheLibrary
    private let files: StaticFiles
    private let services: WebServices

    init(resources: WebResources, services: WebServices) {
        pages = resources.pages
        files = resources.files
        self.services = services
    }

    /// Where a module of `Resources/web` is served, for pages that have one of their own.
    func script(_ name: String) -> String { files.path(name) ?? "" }

    /// What every page shows around its content, and what forms and buttons in it ask for.
    private struct Frame {
        let title: String
        let navigation: [NavigationEntry]
        let style: String
        let themeScript: String
        let script: String
        /// Addresses of the page's own modules, behind those of all pages.
        let modules: [String]
        let version: String
        let timeZone: String
        /// What forms carry (`OpenSession.crossSiteToken`); empty for those without a session.
        let csrf: String
        /// nil for strangers.
        let viewerName: String?
        let isLoggedIn: Bool
        let canSearch: Bool
        let hasHelp: Bool
        let canOperate: Bool
        let canAdminister: Bool
        /// What became of the form that led here.
        let notice: String?
        /// What is wrong with the daemon itself; nil when all is well.
        let strip: HealthStrip?
        let content: Any
    }

    /// Which entry of the navigation is the current one.
    enum Section: String {
        case overview, devices, graphs, trees, dashboards, events, templates, admin, none
    }

    /// Modules that each page has.
    private static let commonModules = ["refresh.js", "search.js", "keys.js"]

    /// A piece of a page, for answers that go on.
    func fragment(_ template: String, _ content: Any) -> String {
        pages.render(content, withTemplate: template) ?? ""
    }

    /// - Parameter modules: files of `Resources/web` that this page has besides.
    func page(
        _ template: String, title: String, section: Section, _ content: Any,
        modules: [String] = [], status: HTTPResponse.Status = .ok, context: WebContext
    ) -> Response {
        let viewer = context.viewer
        let isKnown = viewer.role != nil && viewer.identity != .guest
        let frame = Frame(
            title: title, navigation: NavigationEntry.entries(for: viewer, in: section),
            style: files.path("style.css") ?? "",
            themeScript: files.path("theme.js") ?? "", script: files.path("graphs.js") ?? "",
            modules: (Self.commonModules + modules).compactMap(files.path),
            version: services.site.version, timeZone: services.site.timeZone,
            csrf: context.session?.maskedToken() ?? "",
            viewerName: isKnown ? viewer.name : nil, isLoggedIn: context.session != nil,
            canSearch: NavigationEntry.isOpen("/search", to: viewer),
            hasHelp: NavigationEntry.isOpen("/help", to: viewer),
            canOperate: viewer.role != nil && viewer.canOperate,
            canAdminister: viewer.canAdminister, notice: context.notice,
            strip: viewer.role == nil ? nil : HealthStrip(services, for: viewer), content: content)
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
