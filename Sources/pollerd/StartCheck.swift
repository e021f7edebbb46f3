import Foundation
import PollerDefinitions
import PollerModel
import PollerWeb

/// Looks at everything the daemon needs before it begins, and says all that is wrong at once.
struct StartCheck {
    let settings: Settings
    private(set) var problems: [Problem]
    private(set) var catalogue: Catalogue?
    private(set) var resources: WebResources?
    /// The process id of a daemon that runs on the same state folder.
    private var running: Int32?

    /// librrd draws with these; without them every glyph is a box.
    private static let fontFiles = ["DejaVuSans.ttf", "DejaVuSansMono.ttf"]
    private static let fontFolders = ["/usr/share/fonts", "/usr/local/share/fonts"]

    private static let journalFolder = "journal"
    /// What lies in the state folder when the round-robin files do.
    private static let localFolders = [journalFolder, "rrd", "quarantine", "reshaped", "archive"]

    init(settings: Settings, problems: [Problem]) {
        self.settings = settings
        self.problems = problems
    }

    mutating func run() {
        checkResources()
        checkState()
        checkFonts()
        checkAddress()
        checkSocket()
    }

    /// One line for a check that found nothing.
    var summary: String {
        let catalogue = catalogue
        let counts =
            "\(catalogue?.deviceTemplates.count ?? 0) device templates, "
            + "\(catalogue?.graphTemplates.count ?? 0) graph templates, "
            + "\(catalogue?.profiles.count ?? 0) profiles"
        let daemon = running.map { "; pollerd runs as process \($0)" } ?? ""
        return "pollerd: all is well: \(counts)\(daemon)"
    }

    private mutating func checkResources() {
        guard let folder = ResourceFolder.find(settings) else {
            problems.append(
                Problem(
                    place: settings.resources.place, what: "is not there",
                    fix: "set resources.folder to the folder “Resources” of pollerd"))
            return
        }
        let (catalogue, found) = CatalogueLoader.load([folder, settings.resources.siteFolder])
        problems += found
        self.catalogue = catalogue
        do {
            resources = try WebResources(folder: folder)
        } catch {
            problems.append(
                Problem(
                    place: error.place, what: "cannot be used: \(error.words)",
                    fix: "reinstall pollerd"))
        }
        let interval = settings.polling.defaultIntervalSeconds
        if found.isEmpty, Step(seconds: interval).flatMap({ catalogue.profile(step: $0) }) == nil {
            let steps = catalogue.steps.map { String($0.seconds) }.joined(separator: ", ")
            problems.append(
                Problem(
                    place: "polling.default_interval_seconds",
                    what: "is \(interval), and no profile has that step", fix: "use one of \(steps)"
                ))
        }
    }

    private mutating func checkState() {
        let folder = settings.state.folder
        let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 || errno == EACCES else {
            let code = errno
            let fix =
                code == ENOTDIR
                ? "move it away, or set state.folder to another place"
                : "create it: install -d -m 0750 -o \(Self.userName) \(folder)"
            problems.append(
                Problem(
                    place: folder, what: "the state folder cannot be used: \(Self.words(code))",
                    fix: fix))
            return
        }
        if opened >= 0 { close(opened) }
        let probe = "\(folder)/.write-test-\(getpid())"
        let descriptor = open(probe, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            problems.append(
                Problem(
                    place: folder, what: "the state folder cannot be written: \(Self.reason())",
                    fix:
                        "give it to this user (chown \(Self.userName) \(folder)), or remount it writable"
                ))
            return
        }
        close(descriptor)
        unlink(probe)
        checkFileSystem(of: folder)
        running = StateLock.holder(of: folder)
        if let found = Inventory.problem(at: "\(folder)/\(Composition.databaseName)") {
            problems.append(found)
        }
    }

    /// The journal is let go of once the file system it lies on has everything (syncfs), and files
    /// are moved by renaming: neither reaches another file system.
    private mutating func checkFileSystem(of folder: String) {
        var state = stat()
        guard stat(folder, &state) == 0 else { return }
        let names =
            settings.storage.backend == .local ? Self.localFolders : [Self.journalFolder]
        for name in names {
            var status = stat()
            let path = "\(folder)/\(name)"
            // What is not there is made, on the state folder's own file system.
            guard stat(path, &status) == 0, status.st_dev != state.st_dev else { continue }
            problems.append(
                Problem(
                    place: path, what: "lies on another file system than the state folder",
                    fix: "move the whole state folder there, or set state.folder"))
        }
    }

    private mutating func checkFonts() {
        for name in Self.fontFiles where !Self.hasFont(name) {
            problems.append(
                Problem(
                    place: Self.fontFolders[0], what: "the font \(name) is missing",
                    fix: "apt install fonts-dejavu-core"))
        }
    }

    private static func hasFont(_ name: String) -> Bool {
        fontFolders.contains { folder in
            FileManager.default.enumerator(atPath: folder)?.contains {
                ($0 as? String)?.hasSuffix("/\(name)") == true
            } ?? false
        }
    }

    private mutating func checkAddress() {
        // A daemon that runs on the same state has the address itself.
        guard running == nil, settings.web.address.isLoopback else { return }
        guard let reason = ListenProbe.failure(settings.web.address, settings.web.port) else {
            return
        }
        problems.append(
            Problem(
                place: settings.web.text, what: "cannot be listened on: \(reason)",
                fix:
                    "see who has it (ss -ltnp sport = :\(settings.web.port)), or set web.listen to "
                    + "another port"))
    }

    private mutating func checkSocket() {
        let path = settings.admin.socket
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        if path.utf8.count >= ListenProbe.longestSocketPath {
            problems.append(
                Problem(
                    place: path, what: "is too long for a Unix socket",
                    fix:
                        "set admin.socket to a path of at most \(ListenProbe.longestSocketPath - 1) bytes"
                ))
        } else if access(folder, W_OK) != 0 {
            problems.append(
                Problem(
                    place: folder, what: "the admin socket cannot be made there: \(Self.reason())",
                    fix: "create it: install -d -m 0750 -o \(Self.userName) \(folder)"))
        } else if running == nil, let problem = AdminSocket(path: path).problem() {
            // A daemon that runs on the same state listens there itself.
            problems.append(problem)
        }
    }

    private static func reason() -> String { words(errno) }
    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static var userName: String {
        getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? String(geteuid())
    }
}
