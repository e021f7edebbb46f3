import Hummingbird
import PollerModel

/// `/health`: what `pollerctl doctor` says.
struct HealthPage {
    let services: WebServices

    struct Content {
        let isWell: Bool
        let checks: Int
        let time: String
        let findings: [Row]
        let hasErrors: Bool
        /// “2 errors and 1 warning”.
        let summary: String
        /// Graphs of the daemon's own work; nil where it does not watch itself.
        let graphs: String?
    }

    struct Row {
        let code: String
        let severity: String
        let sign: String
        let isBad: Bool
        let place: String
        let what: String
        let why: String
        let fix: String?
        /// In the reference.
        let help: String
    }

    func content() async throws(WebProblem) -> Content {
        let examination = try await services.examine()
        return Content(
            isWell: examination.isWell, checks: examination.checkCount,
            time: Format(services).time(examination.time),
            findings: examination.findings.map(Self.row),
            hasErrors: examination.severity == .error, summary: Self.summary(examination),
            graphs: services.definitions.daemon.map { "/devices/\($0.device.id)" })
    }

    private static func summary(_ examination: Examination) -> String {
        let parts = [(Severity.error, "error"), (.warning, "warning")].compactMap {
            severity, name -> String? in
            let count = examination.findings.count { $0.severity == severity }
            return count == 0 ? nil : "\(count) \(name)\(count == 1 ? "" : "s")"
        }
        return parts.joined(separator: " and ")
    }

    private static func row(_ finding: Finding) -> Row {
        Row(
            code: finding.code.code, severity: finding.severity.rawValue,
            sign: finding.severity.sign, isBad: finding.severity == .error, place: finding.place,
            what: finding.what, why: finding.code.why, fix: finding.fix,
            help: EventRows.help("health", finding.code.code))
    }
}

/// `/health`, and the same for programs: `/api/v1/doctor`.
struct HealthPages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let (services, pages) = (services, pages)
        router.get("/health") { _, context in
            pages.page(
                "health", title: "Health", section: .admin,
                try await HealthPage(services: services).content(), context: context)
        }
        router.get("/api/v1/doctor") { request, _ in
            let isFresh = try Query(request).text("fresh") == "1"
            return try JSONAnswer.ok(HealthReport(await services.examine(isFresh: isFresh)))
        }
        SupportPages(services: services, pages: pages).addRoutes(to: router)
    }
}

extension WebServices {
    /// - Parameter isFresh: whether what was found a moment ago is not good enough.
    func examine(isFresh: Bool = false) async throws(WebProblem) -> Examination {
        guard let health else { throw .notFound("examination here") }
        return await health.examine(isFresh: isFresh)
    }
}
