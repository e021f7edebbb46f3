import Foundation
package import PollerDefinitions
package import PollerModel

/// Looks at a machine and an installation, and changes nothing. What it finds is judged by
/// `HostFacts.findings`.
package struct HostCollector {
    /// In the state folder.
    package static let databaseName = "pollerd.sqlite"
    /// Of a file with which it is tried whether the state folder can be written.
    static let probePrefix = ".write-test-"
    private static let journalFolder = "journal"
    private static let quarantineFolder = "quarantine"
    /// What lies in the state folder when the round-robin files do.
    private static let localFolders = [
        journalFolder, "rrd", quarantineFolder, "reshaped", "archive",
    ]
    /// The database, and what SQLite keeps beside it.
    private static let secretFiles = [databaseName, databaseName + "-wal", databaseName + "-shm"]
    /// librrd draws with these; without them every glyph is a box.
    private static let fontFiles = ["DejaVuSans.ttf", "DejaVuSansMono.ttf"]
    private static let fontFolders = ["/usr/share/fonts", "/usr/local/share/fonts"]

    private let settings: Settings
    private let isServing: Bool
    package private(set) var facts = HostFacts()
    package private(set) var catalogue: Catalogue?
    /// The folder of the shipped resources; nil when there is none.
    package private(set) var resources: String?
    /// The process of a daemon that works on the state folder.
    package private(set) var running: Int32?

    /// - Parameters:
    ///   - problems: of the settings.
    ///   - isServing: whether this process is the daemon, whose own limits count.
    package init(settings: Settings, problems: [Problem], isServing: Bool = false) {
        self.settings = settings
        self.isServing = isServing
        facts.settings = problems.map(HostFacts.Complaint.init)
        facts.contradictions = SettingsCheck.contradictions(
            settings, memoryBytes: MachineFacts.memoryBytes
        ).map(HostFacts.Complaint.init)
        facts.stateFolder = settings.state.folder
        facts.user = Self.userName
    }

    /// Looks at everything.
    package mutating func collect(at now: Timestamp) {
        facts.now = now
        collectResources()
        collectState()
        collectFonts()
        collectAddress()
        collectSocket()
        collectMachine()
    }

    /// Looks up the names of devices, which takes a moment, and as long as somebody waits where the
    /// resolver is ill.
    package mutating func lookUpNames() {
        let names = Inventory.hostNames(
            at: "\(settings.state.folder)/\(Self.databaseName)", most: NameProbe.largestCount)
        facts.names = NameProbe.shared.probe(names, hasServer: MachineFacts.hasNameServer)
    }

    /// Has SQLite compare all indexes with their tables, which takes as long as the database is
    /// large.
    package mutating func checkIndexes() {
        guard case .usable = facts.state, facts.database == nil else { return }
        facts.indexDamage = Inventory.indexDamage(
            at: "\(settings.state.folder)/\(Self.databaseName)")
    }

    /// Notes that nobody answers where the settings say, so that whoever works on the state folder
    /// is another daemon. After `collect`.
    package mutating func noteUnreachable() { facts.otherHolder = running }

    // MARK: Installation

    private mutating func collectResources() {
        guard let folder = ResourceFolder.find(settings) else {
            facts.resources = HostFacts.Complaint(
                place: settings.resources.place, what: "is not there",
                fix: "set resources.folder to the folder “Resources” of pollerd")
            return
        }
        resources = folder
        let (catalogue, found) = CatalogueLoader.load([folder, settings.resources.siteFolder])
        facts.catalogue = found.map(HostFacts.Complaint.init)
        self.catalogue = catalogue
        let interval = settings.polling.defaultIntervalSeconds
        if found.isEmpty, Step(seconds: interval).flatMap({ catalogue.profile(step: $0) }) == nil {
            facts.lackingProfile = HostFacts.LackingProfile(
                interval: interval, steps: catalogue.steps.map(\.seconds))
        }
    }

    private mutating func collectFonts() {
        facts.fontFolder = Self.fontFolders[0]
        facts.missingFonts = Self.fontFiles.filter { !Self.hasFont($0) }
    }

    private static func hasFont(_ name: String) -> Bool {
        fontFolders.contains { folder in
            FileManager.default.enumerator(atPath: folder)?.contains {
                ($0 as? String)?.hasSuffix("/\(name)") == true
            } ?? false
        }
    }

    // MARK: State folder

    private mutating func collectState() {
        let folder = settings.state.folder
        facts.state = Self.state(of: folder)
        guard case .usable = facts.state else { return }
        let scan = FolderScan(
            folder, kept: settings.storage.backend == .local ? Self.localFolders : [],
            at: facts.now)
        running = StateLock.holder(of: folder)
        facts.isDaemonRunning = running != nil
        facts.splitFolders = scan.split(
            settings.storage.backend == .local ? Self.localFolders : [Self.journalFolder])
        (facts.foreign, facts.foreignCount) = (scan.foreign, scan.foreignCount)
        facts.exposed = scan.exposed(Self.secretFiles)
        facts.isFolderExposed = scan.isExposed
        if running != nil { facts.lackingFolders = scan.lacking([Self.journalFolder]) }
        facts.leftovers = scan.leftovers
        facts.databaseLogBytes = scan.size(Self.databaseName + "-wal")
        facts.fileBytes = settings.storage.backend == .local ? scan.allFileBytes : nil
        facts.room = scan.room()
        facts.deviceCount = scan.deviceFolders
        facts.quarantinedCount = scan.quarantined(Self.quarantineFolder)
        let segments = scan.segments(Self.journalFolder)
        facts.journalBytes = segments.bytes
        facts.oldestSegmentSeconds = segments.oldest.map { facts.now.seconds - $0.seconds }
        let database = "\(folder)/\(Self.databaseName)"
        if let found = Inventory.problem(at: database) {
            facts.database = HostFacts.Complaint(found)
        }
        facts.isDatabaseMissing = !FileManager.default.fileExists(atPath: database)
        facts.hasFilesWithoutDatabase = scan.deviceFolders > 0 && facts.isDatabaseMissing
        facts.aliveAt = Inventory.lastAlive(at: database)
    }

    private static func state(of folder: String) -> HostFacts.FolderState {
        let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 || errno == EACCES else {
            let code = errno
            return .unusable(words(code), isOtherThing: code == ENOTDIR)
        }
        if opened >= 0 { close(opened) }
        // A name that nobody else takes, who looks at the same time.
        let probe = "\(folder)/\(probePrefix)\(UInt64.random(in: 0...UInt64.max))"
        let descriptor = open(probe, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return .unwritable(words(errno)) }
        close(descriptor)
        unlink(probe)
        return .usable
    }

    // MARK: Addresses

    private mutating func collectAddress() {
        // A daemon that runs on the same state has the address itself.
        guard running == nil else { return }
        if let socket = settings.web.socket {
            facts.listening = complaint(about: .pages(socket))
            return
        }
        guard let reason = ListenProbe.failure(settings.web.address, settings.web.port) else {
            return
        }
        facts.listening = HostFacts.Complaint(
            place: settings.web.text, what: "cannot be listened on: \(reason)",
            fix: "see who has it (ss -ltnp sport = :\(settings.web.port)), or set web.listen to "
                + "another port")
    }

    private mutating func collectSocket() {
        let admin = SocketPlace.admin(settings.admin.socket)
        facts.socket = complaint(about: admin)
        guard running == nil else {
            facts.exposedSocket = admin.isExposed ? admin.path : nil
            return
        }
        let places = [admin] + (settings.web.socket.map { [.pages($0)] } ?? [])
        facts.leftoverSockets = places.filter(\.isLeftover).map(\.path)
    }

    private func complaint(about place: SocketPlace) -> HostFacts.Complaint? {
        let folder = URL(filePath: place.path).deletingLastPathComponent().path(
            percentEncoded: false)
        let longest = ListenProbe.longestSocketPath - 1
        if place.path.utf8.count > longest {
            return HostFacts.Complaint(
                place: place.path, what: "is too long for a Unix socket",
                fix: "set \(place.setting) to a path of at most \(longest) bytes")
        }
        guard access(folder, W_OK) == 0 else {
            return HostFacts.Complaint(
                place: folder, what: "\(place.name) cannot be made there: \(Self.words(errno))",
                fix: "create it: install -d -m 0750 -o \(Self.userName) "
                    + ShellText.word(folder))
        }
        // A daemon that runs on the same state listens there itself.
        guard running == nil, let problem = place.problem() else { return nil }
        return HostFacts.Complaint(problem)
    }

    // MARK: The machine

    private mutating func collectMachine() {
        facts.unknownZone = MachineFacts.unknownZone
        facts.isClockSynchronised = MachineFacts.isClockSynchronised
        facts.largestReceiveBuffer = MachineFacts.largestReceiveBuffer
        facts.wantedReceiveBuffer = MachineFacts.wantedReceiveBuffer
        if isServing { facts.openFileLimit = MachineFacts.openFileLimit }
    }

    static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Of the daemon, as which root is not meant to run it.
    private static let daemonUser = "pollerd"

    /// Who is meant to run pollerd: whoever looks, and where root does, the user of the package.
    static var userName: String {
        if geteuid() == 0, getpwnam(daemonUser) != nil { return daemonUser }
        return getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? String(geteuid())
    }
}

extension HostFacts.Complaint {
    package init(_ problem: Problem) {
        self.init(place: problem.place, what: problem.what, fix: problem.fix)
    }
}
