package import Logging
package import PollerModel
package import PollerSecrets

/// What pages and API read and ask: the daemon, as far as the web sees it.
package struct WebServices: Sendable {
    package let inventory: any DeviceInventory
    package let status: any PollStatus
    package let interruptions: any InterruptionLog
    package let events: any EventHistory
    /// nil where nothing is examined.
    package let health: (any HealthExaminer)?
    /// What the machine adds to a support bundle; nil where nothing does.
    package let support: (any SupportSource)?
    package let operations: any DeviceOperations
    package let archives: any ArchiveOperations
    package let renderer: any GraphRenderer
    let workings: WebWorkings
    var pictures: PictureCache<PictureKey> { workings.pictures }
    /// nil where nobody counts.
    package let meter: (any DaemonMeter)?
    package let store: any RoundRobinStore
    package let maintenance: any ArchiveMaintenance
    package let shares: any ShareRegister
    package let search: any SearchIndex
    package let live: any LiveOperations
    package let trees: any TreeRegister
    package let dashboards: any DashboardRegister
    package let graphs: any GraphRegister
    let accounts: AccountDesk
    package let audit: any AuditLog
    package let access: Access
    package let timekeeper: any Timekeeper
    /// Seconds east of UTC of the server's zone at a UTC second.
    package let zoneOffset: @Sendable (Int64) -> Int64
    package let site: Site
    package let settings: Settings
    package let logger: Logger
    let memberships = MembershipMemo()
    let notices = Notices()
    private let scopes = ScopeMemo()
    let fleets = FleetMemo()
    let fileLooks = FileLooks()
    var dataTurns: DataTurns { workings.dataTurns }

    /// What strangers may do, and what log-ins cost.
    package struct Access: Sendable {
        /// Whether people who have not logged in see everything, without changing anything.
        package var guestsMayLook: Bool
        package var hasher: PasswordHasher

        package init(guestsMayLook: Bool = false, hasher: PasswordHasher = PasswordHasher()) {
            self.guestsMayLook = guestsMayLook
            self.hasher = hasher
        }
    }

    /// What a page says about the daemon itself.
    package struct Site: Sendable {
        package let version: String
        private let currentURL: @Sendable () -> String
        /// Where browsers reach it, with the path in front where there is one:
        /// `http://127.0.0.1:8080`.
        package var baseURL: String { currentURL() }
        /// Whether that is by TLS.
        var isSecure: Bool { baseURL.hasPrefix("https://") }
        package let timeZone: String
        /// For devices that are added without their own.
        package let timeoutMilliseconds: Int64
        package let retries: Int
        /// In which the files of the data sources lie; told on the admin socket only.
        package let stateFolder: String
        package let outside: Outside

        package init(
            version: String, baseURL: @escaping @Sendable () -> String, timeZone: String,
            timeoutMilliseconds: Int64, retries: Int, stateFolder: String = "",
            outside: Outside = Outside()
        ) {
            self.outside = outside
            self.version = version
            currentURL = baseURL
            self.timeZone = timeZone
            self.timeoutMilliseconds = timeoutMilliseconds
            self.retries = retries
            self.stateFolder = stateFolder
        }
    }

    /// - Parameter workings: nil: nobody else reads what they count.
    package init(
        inventory: some DeviceInventory, status: some PollStatus,
        interruptions: some InterruptionLog,
        operations: some DeviceOperations, archives: some ArchiveOperations,
        renderer: some GraphRenderer, store: some RoundRobinStore,
        maintenance: some ArchiveMaintenance, shares: some ShareRegister,
        search: some SearchIndex, live: some LiveOperations,
        trees: some TreeRegister, dashboards: some DashboardRegister,
        graphs: some GraphRegister,
        accounts: some AccountRegister,
        audit: some AuditLog, access: Access = Access(),
        timekeeper: some Timekeeper,
        zoneOffset: @escaping @Sendable (Int64) -> Int64,
        site: Site, settings: Settings = Settings(),
        workings: WebWorkings? = nil, meter: (any DaemonMeter)? = nil,
        events: some EventHistory = NoEvents(), health: (any HealthExaminer)? = nil,
        support: (any SupportSource)? = nil,
        logger: Logger
    ) {
        self.inventory = inventory
        self.status = status
        self.interruptions = interruptions
        self.events = events
        self.health = health
        self.support = support
        self.operations = operations
        self.archives = archives
        self.renderer = renderer
        self.workings = workings ?? WebWorkings(timekeeper: timekeeper)
        self.meter = meter
        self.store = store
        self.maintenance = maintenance
        self.shares = shares
        self.search = search
        self.live = live
        self.trees = trees
        self.dashboards = dashboards
        self.graphs = graphs
        self.accounts = AccountDesk(
            register: accounts, trees: trees, stateFolder: site.stateFolder,
            hasher: access.hasher, timekeeper: timekeeper, events: events, logger: logger)
        self.audit = audit
        self.access = access
        self.timekeeper = timekeeper
        self.zoneOffset = zoneOffset
        self.site = site
        self.settings = settings
        self.logger = logger
    }

    /// What the one on whose behalf something is done may see (`CurrentViewer`).
    var definitions: Definitions {
        let (scope, trees) = (CurrentViewer.viewer.scope, trees.trees)
        return scopes.definitions(
            inventory.definitions, for: ScopeKey(scope, by: trees), by: trees)
    }
    var now: Timestamp { timekeeper.now.wall }

    /// Why the daemon should not be sent work; empty when it is ready.
    func unreadiness() -> [String] {
        guard let tick = status.summary().lastTick else { return ["the poll loop has not begun"] }
        let silence = timekeeper.now.monotonic.milliseconds - tick.milliseconds
        return silence > DaemonFacts.longestSilenceMilliseconds
            ? ["the poll loop has not run for \(silence / 1_000) s"] : []
    }
}
