import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
package import PollerModel
package import ServiceLifecycle

/// The two faces of the daemon: pages and a reading API on TCP, the whole API on a Unix socket.
package struct WebServer: Sendable {
    private let services: WebServices
    private let pages: PageRenderer
    private let files: StaticFiles
    /// One for both faces, so that one file check at a time runs through either.
    private let archives: ArchivesAPI
    private let shares: ShareDesk
    private let help: HelpPages
    /// One for both faces, too.
    private let seats = LiveSeats()

    private let limits: ConnectionLimits

    static let backlog = 256

    package init(
        services: WebServices, resources: WebResources, limits: ConnectionLimits = .init()
    ) {
        self.services = services
        self.limits = limits
        archives = ArchivesAPI(services: services)
        shares = ShareDesk(services: services)
        files = resources.files
        help = resources.help
        pages = PageRenderer(resources: resources, services: services)
    }

    /// Where people reach the pages, or their proxy does.
    package enum Place: Sendable {
        /// Port 0 lets the kernel choose.
        case network(IPAddress, port: UInt16)
        case socket(path: String)
    }

    /// Pages, pictures and API, for whoever may use them.
    ///
    /// - Parameter onRunning: hears the port as soon as it is listened on; 0 of a socket.
    package func publicService(
        at place: Place, onRunning: @escaping @Sendable (_ port: UInt16) async -> Void
    ) -> any Service {
        let outside = services.site.outside
        let address: BindAddress =
            switch place {
            case .network(let address, let port):
                .hostname(address.description, port: Int(port))
            case .socket(let path): .unixDomainSocket(path: path)
            }
        return Application(
            responder: fronted(publicRouter(hosts: outside.hosts), outside),
            server: server(proxies: outside.proxies),
            configuration: .init(address: address, serverName: nil, backlog: Self.backlog),
            onServerRunning: { channel in
                await onRunning(channel.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? 0)
            }, logger: serverLogger)
    }

    /// Everything, for whoever the kernel says may.
    package func adminService(
        socket: String, onRunning: @escaping @Sendable () async -> Void
    ) -> any Service {
        Application(
            responder: fronted(adminRouter(), nil), server: server(),
            configuration: .init(address: .unixDomainSocket(path: socket), serverName: nil),
            onServerRunning: { _ in await onRunning() }, logger: serverLogger)
    }

    /// The framework's own lines say nothing a person needs at the usual level.
    private var serverLogger: Logger {
        var logger = services.logger
        if logger.logLevel > .debug { logger.logLevel = .warning }
        return logger
    }

    /// Its own counts for each face, so that a crowd at one does not close the other.
    private func server(proxies: Set<IPAddress> = []) -> HTTPServerBuilder {
        let (limits, site) = (limits, services.site)
        let ledger = ConnectionLedger(limits: limits, exempt: proxies)
        return .http1(
            configuration: .init(
                additionalChannelHandlers: [
                    ConnectionGuard(limits: limits, ledger: ledger) { site.isSecure }
                ],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                    maxHeaderFieldCount: limits.headerFields)))
    }

    func fronted(
        _ router: Router<WebContext>, _ outside: Outside?
    ) -> FrontResponder {
        FrontResponder(
            router: router.buildResponder(), errors: ErrorMiddleware(pages: pages),
            headers: HeaderMiddleware(site: services.site), workings: services.workings,
            outside: outside)
    }

    func publicRouter(hosts: [String]) -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: HeaderMiddleware(site: services.site))
        router.add(middleware: ErrorMiddleware(pages: pages))
        router.add(middleware: AddressMiddleware())
        router.add(middleware: SharedPictureMiddleware(services: services, desk: shares))
        router.add(
            middleware: HostMiddleware(
                hosts: hosts, takesAddresses: services.site.outside.isReachable))
        router.add(middleware: CrossSiteMiddleware())
        router.add(middleware: AccessMiddleware(services: services))
        addRoutes(to: router)
        return router
    }

    func adminRouter(checksPeer: Bool = true) -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: HeaderMiddleware(site: services.site))
        router.add(middleware: ErrorMiddleware(pages: pages))
        router.add(middleware: AddressMiddleware())
        router.add(middleware: PeerMiddleware(asks: checksPeer))
        router.add(middleware: AccessMiddleware(services: services))
        addRoutes(to: router)
        return router
    }

    /// Everything there is, on both faces; who may use it says `AccessTable`.
    func addRoutes(to router: some RouterMethods<WebContext>) {
        addPages(to: router)
        addHealth(to: router)
        MetricsRoute(services: services).addRoutes(to: router)
        ReadAPI(services: services).addRoutes(to: router)
        ProfilesAPI(services: services).addRoutes(to: router)
        InterruptionsAPI(services: services).addRoutes(to: router)
        GraphDataAPI(services: services).addReading(to: router)
        TablesAPI(services: services).addReading(to: router)
        TablesAPI(services: services).addOrders(to: router)
        archives.addReading(to: router)
        archives.addChanges(to: router)
        RemapsAPI(services: services).addReading(to: router)
        RemapsAPI(services: services).addChanges(to: router)
        GraphsAPI(services: services).addReading(to: router)
        GraphsAPI(services: services).addChanges(to: router)
        AdminAPI(services: services).addRoutes(to: router)
        BatchAPI(services: services).addRoutes(to: router)
        SharesAPI(services: services, desk: shares).addRoutes(to: router)
        AggregatesAPI(services: services).addChanges(to: router)
        TreesAPI(services: services).addRoutes(to: router)
        DashboardsAPI(services: services).addRoutes(to: router)
        TreePages(services: services, pages: pages).addRoutes(to: router)
        DashboardPages(services: services, pages: pages).addRoutes(to: router)
        GraphPlacePage(services: services, pages: pages).addRoutes(to: router)
        GraphEditPages(services: services, pages: pages).addRoutes(to: router)
        GraphSharePages(services: services, pages: pages, desk: shares).addRoutes(to: router)
        TemplatePages(services: services, pages: pages).addRoutes(to: router)
        GraphFilterPages(services: services).addRoutes(to: router)
        GraphBulkPages(services: services, pages: pages).addRoutes(to: router)
        LoginPages(services: services, pages: pages).addRoutes(to: router)
        AccountPage(services: services, pages: pages).addRoutes(to: router)
        SetupAPI(services: services).addRoutes(to: router)
        ExplainRoutes(services: services, pages: pages).addRoutes(to: router)
        EventsAPI(services: services).addRoutes(to: router)
        EventsPages(services: services, pages: pages).addRoutes(to: router)
        HealthPages(services: services, pages: pages).addRoutes(to: router)
        SearchRoutes(
            desk: SearchDesk(services: services, pages: ProductPages(help: help)), pages: pages
        ).addRoutes(to: router)
        LiveRoutes(services: services, pages: pages, seats: seats).addRoutes(to: router)
        HelpRoutes(help: help, pages: pages).addRoutes(to: router)
        UsersAPI(services: services).addRoutes(to: router)
        TokensAPI(services: services).addRoutes(to: router)
        AuditAPI(services: services).addRoutes(to: router)
        UsersPages(services: services, pages: pages).addRoutes(to: router)
        AdminPages(services: services, pages: pages).addRoutes(to: router)
    }

    private func addPages(to router: some RouterMethods<WebContext>) {
        let (services, pages, files) = (services, pages, files)
        router.get("/") { _, context in
            pages.page(
                "overview", title: "Overview", section: .overview,
                OverviewPage(services: services).content(), context: context)
        }
        addDevicePages(to: router)
        router.get("/admin/settings") { _, context in
            pages.page(
                "settings", title: "Settings", section: .admin,
                SettingsPage(settings: services.settings).content(context.viewer),
                context: context)
        }
        router.get("/static/{name}") { request, context in
            try files.response(context.parameters.get("name") ?? "", to: request)
        }
        addGraphPages(to: router)
    }

    private func addDevicePages(to router: some RouterMethods<WebContext>) {
        let (services, pages) = (services, pages)
        router.get("/devices") { request, context in
            pages.page(
                "devices", title: "Devices", section: .devices,
                try DeviceListPage(services: services).content(Query(request)),
                modules: ["tick.js"], context: context)
        }
        router.get("/devices.csv") { request, _ in
            try DeviceListCSV(services: services).response(Query(request))
        }
        router.get("/devices/{id}") { request, context in
            let definition = try services.device(context)
            return pages.page(
                "device", title: definition.device.name, section: .devices,
                try await DevicePage(services: services).content(definition, Query(request)),
                context: context)
        }
        AddDevicePages(services: services, pages: pages).addRoutes(to: router)
        DeviceBulkPages(services: services, pages: pages).addRoutes(to: router)
        DeviceActions(services: services, pages: pages).addRoutes(to: router)
        OfferPages(services: services, pages: pages).addRoutes(to: router)
    }

    private func addGraphPages(to router: some RouterMethods<WebContext>) {
        let (services, pages) = (services, pages)
        router.get("/graphs") { request, context in
            pages.page(
                "graphs", title: "Graphs", section: .graphs,
                try await GraphListPage(services: services).content(
                    Query(request), account: context.session?.account.id),
                modules: ["pictures.js", "tick.js"], context: context)
        }
        router.get("/graphs/{id}") { request, context in
            let id = context.parameters.get("id") ?? ""
            for format in GraphFormat.allCases where id.hasSuffix(".\(format.rawValue)") {
                return try await GraphImageRoute(services: services).respond(
                    String(id.dropLast(format.rawValue.count + 1)), request, format: format)
            }
            for form in GraphDataForm.allCases where id.hasSuffix(".\(form.rawValue)") {
                return try await GraphDataRoute(services: services).file(
                    String(id.dropLast(form.rawValue.count + 1)), request, form)
            }
            let drawing = try services.drawing(id)
            let content = try await GraphPage(services: services).content(
                drawing, Query(request))
            return pages.page(
                "graph", title: drawing.title, section: .graphs, content,
                modules: ["pictures.js"], status: content.mistake == nil ? .ok : .badRequest,
                context: context)
        }
    }

    private struct Readiness: Encodable, Sendable {
        let ready: Bool
        let reasons: [String]
    }

    private func addHealth(to router: some RouterMethods<WebContext>) {
        let services = services
        router.get("/-/healthy") { _, _ in
            try JSONAnswer.ok(["healthy": true])
        }
        router.get("/-/ready") { _, _ in
            let reasons = services.unreadiness()
            return try JSONAnswer.ok(
                Readiness(ready: reasons.isEmpty, reasons: reasons),
                status: reasons.isEmpty ? .ok : .serviceUnavailable)
        }
    }
}
