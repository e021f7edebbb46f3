import CSeal
import Foundation
import Logging
import PollerDefinitions
import PollerEngine
import PollerHealth
import PollerModel
import PollerRRD
import PollerReach
import PollerSNMP
import PollerWeb
import ServiceLifecycle
import UnixSignals

/// The one place that knows every target: makes them, joins them, runs them.
struct Composition {
    /// How long polls and requests under way may take after SIGTERM; then they are cancelled, and
    /// the files get what is left of ten seconds.
    static let shutdownSeconds: Int64 = 6

    let settings: Settings
    let settingsFile: String
    let catalogue: Catalogue
    let resources: WebResources
    /// What was found at the start, and does not keep it from running.
    let warnings: [Finding]

    /// Runs until SIGTERM or SIGINT.
    func run() async throws {
        umask(0o027)
        let level = Logger.Level(rawValue: settings.log.level.rawValue) ?? .info
        let isJournal = LogOutput.isJournal
        let logFolder = LogFolder()
        LoggingSystem.bootstrap { _ in
            LogOutput(level: level, isJournal: isJournal, folder: logFolder)
        }
        let logger = Logger(label: "pollerd")
        let timekeeper = SystemTimekeeper()
        let lock = try StateLock(folder: settings.state.folder)

        // Libraries first, then the seal: both before the threads that they bind.
        RRDLibrary.start()
        SNMPLibrary.start(
            folder: try makeFolder("net-snmp"), logger: logger, timekeeper: timekeeper)
        try seal()

        let inventory = try openInventory()
        let events = try recordEvents(inventory, timekeeper, logger)
        let store = try openArchives(timekeeper, logger, events)
        let renderer = RowRenderer()
        let board = StatusBoard(startedAt: timekeeper.now.wall)
        let workings = WebWorkings(
            pictureBytes: settings.pictures.cacheBytes, timekeeper: timekeeper)
        let meter = Meter(
            inventory: inventory, board: board, events: events, workings: workings,
            timekeeper: timekeeper)
        let engine = try startEngine(inventory, timekeeper, logger)
        // Also where the daemon does not watch itself: its name is nothing to ask the network for.
        let transport = SelfTransport(engine, meter: meter, timekeeper: timekeeper)
        let pinger = try startPinger(timekeeper, logger)
        let interruptions = recallInterruptions(inventory, timekeeper, logger, events)
        let poller = Poller(
            transport: transport, pings: pinger, store: store, inventory: inventory,
            timekeeper: timekeeper, board: board, interruptions: interruptions, logger: logger,
            events: events)
        guard let defaultStep = Step(seconds: settings.polling.defaultIntervalSeconds) else {
            preconditionFailure("the settings' intervals are steps")
        }
        let desk = DeviceDesk(
            transport: transport, pings: pinger, store: store, inventory: inventory,
            timekeeper: timekeeper, poller: poller, board: board, defaultStep: defaultStep,
            logger: logger, events: events)
        let baseURL = BaseURL(settings.web.url)
        let web = WebServer(
            services: webServices(
                baseURL: baseURL,
                inventory: inventory, board: board, interruptions: interruptions, desk: desk,
                archives: ArchiveDesk(
                    store: store, inventory: inventory, timekeeper: timekeeper, logger: logger,
                    events: events),
                events: events,
                renderer: renderer, store: store,
                live: LiveDesk(
                    transport: transport, inventory: inventory, timekeeper: timekeeper),
                timekeeper: timekeeper, workings: workings, meter: meter, logger: logger),
            resources: resources)

        warnOfSmallBuffer(engine, devices: inventory.definitions.fleetCounts.devices, logger)

        // Stopped in the reverse order: no new pages, then no new answers, then the orders and the
        // polls that wait for answers, then pictures and files.
        var configuration = ServiceGroupConfiguration(
            services: [
                LogFolding(folder: logFolder, timekeeper: timekeeper),
                StoppedInTurn { await store.stop() }, StoppedInTurn { await renderer.stop() },
                SelfDevice(
                    isWanted: settings.selfMonitoring.isEnabled, inventory: inventory,
                    operations: desk, timekeeper: timekeeper, logger: logger),
                events, poller, try adminService(web, logger),
                StoppedInTurn {
                    await pinger.stop()
                    await engine.stop()
                },
                try publicService(web, baseURL, logger),
            ].map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger))
        configuration.maximumGracefulShutdownDuration = .seconds(Self.shutdownSeconds)
        let group = ServiceGroup(configuration: configuration)
        logger.notice(
            """
            pollerd \(Product.version) polls \(inventory.definitions.fleetCounts.devices) devices
            """,
            metadata: ["event": "daemon.started", "state": "\(settings.state.folder)"])
        for finding in warnings where finding.code.severity > .info {
            let fix = finding.fix.map { "; \($0)" } ?? ""
            logger.warning(
                "\(finding.place): \(finding.what)\(fix)",
                metadata: ["event": "health.found", "reason": "\(finding.code.code)"])
        }
        let diary = DaemonDiary(inventory: inventory, events: events, logger: logger)
        diary.begin(settings, folders: folders, devices: inventory.definitions.fleetCounts.devices)
        do {
            try await group.run()
        } catch is CancellationError {
            logger.warning(
                "not everything had ended \(Self.shutdownSeconds) s after the signal to stop",
                metadata: ["event": "daemon.stop_forced"])
        }
        await interruptions.close(at: timekeeper.now)
        await diary.end()
        try inventory.close()
        logger.notice("pollerd has stopped", metadata: ["event": "daemon.stopped"])
        withExtendedLifetime(lock) {}
    }

    private func seal() throws(Problem) {
        let code = cseal_forbid_children()
        guard code == 0 else {
            throw Problem(
                place: "seccomp",
                what: "child processes could not be forbidden: \(String(cString: strerror(code)))",
                fix: "run on a kernel with CONFIG_SECCOMP_FILTER", code: .sealMissing)
        }
        guard cseal_try_fork() == EPERM else {
            throw Problem(
                place: "seccomp", what: "a child process could be started although it is forbidden",
                fix: "report the kernel and the architecture (uname -a)", code: .sealMissing)
        }
    }

    /// A private folder in the state folder.
    private func makeFolder(_ name: String) throws(Problem) -> String {
        let path = "\(settings.state.folder)/\(name)"
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw Problem(
                place: path, what: "cannot be made: \(String(cString: strerror(errno)))",
                fix: "check the permissions of the state folder", code: .stateUnwritable)
        }
        return path
    }

    private func openInventory() throws(Problem) -> Inventory {
        let path = "\(settings.state.folder)/\(HostCollector.databaseName)"
        do {
            return try Inventory(path: path, catalogue: catalogue)
        } catch {
            throw Problem(
                place: path, what: error.words, fix: error.fix, code: .databaseUnusable)
        }
    }

    private func recordEvents(
        _ inventory: Inventory, _ timekeeper: SystemTimekeeper, _ logger: Logger
    ) throws(Problem) -> EventRecorder {
        do {
            return EventRecorder(
                nextID: try inventory.nextEventID(), marks: try inventory.eventMarks(),
                store: inventory, inventory: inventory,
                timekeeper: timekeeper, logger: logger)
        } catch {
            throw Problem(
                place: "\(settings.state.folder)/\(HostCollector.databaseName)",
                what: error.words, fix: error.fix, code: .databaseUnusable)
        }
    }

    /// Those whose change is told.
    private var folders: [String] {
        [ResourceFolder.find(settings), settings.resources.siteFolder].compactMap { $0 }
    }

    /// Where rows go to.
    private func openArchives(
        _ timekeeper: SystemTimekeeper, _ logger: Logger, _ events: EventRecorder
    ) throws(Problem) -> JournaledStore {
        do {
            guard let address = settings.storage.cachedAddress else {
                let storage = RoundRobinStorage(folder: settings.state.folder)
                return try JournaledStore(
                    storage: storage, timekeeper: timekeeper, logger: logger, events: events)
            }
            return try JournaledStore(
                cached: address, timeoutMilliseconds: settings.storage.timeoutMilliseconds,
                stateFolder: settings.state.folder, timekeeper: timekeeper, logger: logger,
                events: events)
        } catch {
            throw Problem(
                place: error.path, what: error.words,
                fix: "check the permissions of the state folder, and its room (df, df -i)",
                code: .stateUnwritable)
        }
    }

    private func startEngine(
        _ inventory: Inventory, _ timekeeper: SystemTimekeeper, _ logger: Logger
    ) throws(Problem) -> SNMPEngine {
        var knowledge = SNMPKnowledge()
        do {
            knowledge = try inventory.knowledge()
        } catch {
            logger.warning(
                "what was learned of agents is learned again: \(error.words)",
                metadata: ["event": "inventory.failed"])
        }
        do {
            return try SNMPEngine(timekeeper: timekeeper, logger: logger, knowledge: knowledge)
        } catch {
            throw Problem(place: "SNMP", what: error.words, fix: error.fix)
        }
    }

    /// Without what was written before, nothing is written over it either.
    private func recallInterruptions(
        _ inventory: Inventory, _ timekeeper: SystemTimekeeper, _ logger: Logger,
        _ events: EventRecorder
    ) -> InterruptionRecorder {
        let startedAt = timekeeper.now.wall
        do {
            return InterruptionRecorder(
                startedAt: startedAt, history: try inventory.interruptionHistory(),
                definitions: inventory.definitions, store: inventory, logger: logger,
                events: events)
        } catch {
            logger.error(
                "what was interrupted is not remembered: \(error.words)",
                metadata: ["event": "inventory.failed"])
            return InterruptionRecorder(startedAt: startedAt, logger: logger, events: events)
        }
    }

    private func startPinger(
        _ timekeeper: SystemTimekeeper, _ logger: Logger
    ) throws(Problem) -> Pinger {
        do {
            return try Pinger(timekeeper: timekeeper, logger: logger)
        } catch {
            throw Problem(place: "ping", what: error.words, fix: error.fix)
        }
    }

    /// Devices for which the kernel's usual buffer is enough.
    private static let fleetForUsualBuffer = 1_000

    private func warnOfSmallBuffer(_ engine: SNMPEngine, devices: Int, _ logger: Logger) {
        let counters = engine.counters
        guard counters.receiveBuffer < counters.wantedReceiveBuffer,
            devices > Self.fleetForUsualBuffer
        else { return }
        logger.warning(
            """
            the kernel grants a receive buffer of \(counters.receiveBuffer) bytes, so only \
            \(counters.window) of \(devices) devices are asked at a time: install \
            deploy/90-pollerd.conf in /etc/sysctl.d, run sysctl --system and restart pollerd
            """,
            metadata: ["event": "snmp.small_receive_buffer"])
    }

    private func webServices(
        baseURL: BaseURL, inventory: Inventory, board: StatusBoard,
        interruptions: InterruptionRecorder, desk: DeviceDesk,
        archives: ArchiveDesk, events: EventRecorder, renderer: some GraphRenderer,
        store: JournaledStore, live: LiveDesk,
        timekeeper: SystemTimekeeper, workings: WebWorkings, meter: Meter, logger: Logger
    ) -> WebServices {
        let zone = TimeZone.current
        let examiner = DaemonExaminer(
            settings: settings, inventory: inventory, status: board, events: events,
            timekeeper: timekeeper)
        return WebServices(
            inventory: inventory, status: board, interruptions: interruptions, operations: desk,
            archives: archives, renderer: renderer, store: store, maintenance: store,
            shares: inventory, search: inventory, live: live, trees: inventory,
            dashboards: inventory, graphs: inventory, accounts: inventory,
            audit: AuditRecorder(inventory: inventory, logger: logger),
            access: WebServices.Access(guestsMayLook: settings.access.guest),
            timekeeper: timekeeper,
            zoneOffset: {
                Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval($0))))
            },
            site: WebServices.Site(
                version: Product.version, baseURL: { baseURL.text },
                timeZone: ["GMT", "Etc/UTC"].contains(zone.identifier) ? "UTC" : zone.identifier,
                timeoutMilliseconds: settings.polling.timeoutMilliseconds,
                retries: settings.polling.retries, stateFolder: settings.state.folder,
                outside: outside),
            settings: listedSettings(logger), workings: workings, meter: meter,
            events: events,
            health: examiner, support: examiner,
            logger: logger)
    }

    /// For the page that shows them, without which all else works.
    private func listedSettings(_ logger: Logger) -> WebServices.Settings {
        let folder = ResourceFolder.find(settings) ?? settings.resources.place
        do {
            let listing = try SettingsListing(
                reference: "\(folder)/pollerd.yaml", path: settingsFile)
            return WebServices.Settings(
                file: listing.file,
                entries: listing.entries.map {
                    .init(
                        key: $0.key, value: $0.value, standard: $0.standard, line: $0.line,
                        meaning: $0.meaning)
                })
        } catch {
            logger.warning(
                "the page of settings is empty: \(error)", metadata: ["event": "web.settings"])
            return WebServices.Settings(file: settingsFile)
        }
    }

    private func publicService(
        _ web: WebServer, _ baseURL: BaseURL, _ logger: Logger
    ) throws(Problem) -> any Service {
        let bound = settings.web
        if bound.isReachable {
            logger.warning(
                """
                others than this machine reach the pages at \(bound.text) without encryption: \
                passwords can be read on the way (web.plain_http)
                """,
                metadata: ["event": "web.plain_http"])
        }
        let place: WebServer.Place =
            bound.socket.map { .socket(path: $0) } ?? .network(bound.address, port: bound.port)
        if let socket = bound.socket {
            try SocketPlace.pages(socket).clear()
        }
        let mode = pageSocketMode
        return web.publicService(at: place) {
            var bound = bound
            bound.port = $0
            baseURL.text = bound.url
            if let socket = bound.socket { Self.open(socket, mode, logger) }
            logger.notice(
                "pages are at \(bound.url)",
                metadata: ["event": "web.listening", "listen": "\(bound.text)"])
        }
    }

    /// As open as a port of this machine, whose folder says who comes near it; but where whoever
    /// comes is believed about who he is, only the daemon's group may be in front.
    private var pageSocketMode: mode_t {
        settings.web.trustsSocket && settings.access.proxyHeader != nil ? 0o660 : 0o666
    }

    /// What the pages have to know of who stands before them.
    private var outside: Outside {
        var outside = Outside()
        let web = settings.web
        outside.path = BasePath(web.outsideURL?.path ?? "")
        outside.hosts = web.hosts + (web.outsideURL.map { [$0.host] } ?? [])
        outside.proxies = Set(web.proxies)
        outside.trustsSocket = web.trustsSocket
        outside.loginField = settings.access.proxyHeader
        outside.isReachable = web.isReachable
        return outside
    }

    private static func open(_ socket: String, _ mode: mode_t, _ logger: Logger) {
        guard chmod(socket, mode) != 0 else { return }
        logger.error(
            "\(socket): its rights could not be set: \(String(cString: strerror(errno)))",
            metadata: ["event": "socket.chmod_failed"])
    }

    private func adminService(_ web: WebServer, _ logger: Logger) throws(Problem) -> any Service {
        let path = settings.admin.socket
        try SocketPlace.admin(path).clear()
        return web.adminService(socket: path) { Self.open(path, 0o660, logger) }
    }

    /// The frameworks' own lines say nothing a person needs at the usual level.
    private func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        if logger.logLevel > .debug { logger.logLevel = .warning }
        return logger
    }
}

/// Something that only needs to be stopped when its turn comes.
private struct StoppedInTurn: Service {
    let stop: @Sendable () async -> Void

    func run() async throws {
        // Cancelled instead of asked: it stops all the same, or others would wait for it for ever.
        try? await gracefulShutdown()
        await stop()
    }
}

/// Both draw on a thread that has to end.
private protocol StoppableRenderer: GraphRenderer {
    func stop() async
}

extension RowRenderer: StoppableRenderer {}

extension Settings.Storage {
    /// nil when the files lie in the state folder.
    fileprivate var cachedAddress: CachedAddress? {
        switch address {
        case nil: nil
        case .unix(let path): .unix(path: path)
        case .network(let address, let port): .network(address, port: port)
        }
    }
}
