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

    /// What every page shows around its content.
    private struct Frame {
        let title: String
        let section: Section
        let style: String
        let themeScript: String
        let script: String
        let version: String
        let timeZone: String
        let content: Any
    }

    /// Which entry of the navigation is the current one.
    struct Section {
        let isOverview: Bool
        let isDevices: Bool
        let isGraphs: Bool
        static let overview = Section(isOverview: true, isDevices: false, isGraphs: false)
        static let devices = Section(isOverview: false, isDevices: true, isGraphs: false)
        static let graphs = Section(isOverview: false, isDevices: false, isGraphs: true)
        static let none = Section(isOverview: false, isDevices: false, isGraphs: false)
    }

    func page(
        _ template: String, title: String, section: Section, _ content: Any,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let frame = Frame(
            title: title, section: section, style: files.path("style.css") ?? "",
            themeScript: files.path("theme.js") ?? "", script: files.path("graphs.js") ?? "",
            version: site.version, timeZone: site.timeZone, content: content)
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

    func error(_ problem: WebProblem, errorID: String?) -> Response {
        page(
            "error", title: problem.status.reasonPhrase, section: .none,
            ErrorContent(
                status: problem.status.code, words: problem.words, fix: problem.fix,
                errorID: errorID),
            status: problem.status)
    }
}
