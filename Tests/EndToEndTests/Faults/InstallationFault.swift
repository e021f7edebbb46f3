import Foundation
import GRDB
import PollerModel
import TestSupport

/// An installation on which pollerd does not start, or starts with something wrong.
struct InstallationFault: Sendable {
    typealias Act = @Sendable (BrokenInstallation) async throws -> Void

    let fault: Fault
    let isPossible: Bool
    /// Whether pollerd starts all the same, and says it in its log.
    let starts: Bool
    let inject: Act
    let mend: Act

    init(
        _ name: String, code: String, words: String, starts: Bool = false, isPossible: Bool = true,
        inject: @escaping Act, mend: @escaping Act
    ) {
        fault = Fault(
            name, .doctor, code: code, words: words, log: starts ? .reason : .started, picture: nil)
        self.isPossible = isPossible
        self.starts = starts
        self.inject = inject
        self.mend = mend
    }

    static let all: [InstallationFault] = [
        InstallationFault(
            "The settings have an unknown key", code: "settings.invalid",
            words: "has no key “listn”; did you mean “listen”?",
            inject: { try $0.write(web: "listn: \"127.0.0.1:\($0.port)\"") },
            mend: { try $0.write() }),
        InstallationFault(
            "The settings contradict each other", code: "settings.invalid",
            words: "which others could reach",
            inject: { try $0.write(web: $0.everywhere) },
            mend: { try $0.write(web: $0.everywhere + ", plain_http: true") }),
        InstallationFault(
            "No profile has the default interval", code: "settings.no_profile",
            words: "is 45, and no profile has that step",
            inject: { try $0.write(more: "polling: {default_interval_seconds: 45}") },
            mend: { try $0.write(more: "polling: {default_interval_seconds: 60}") }),
        InstallationFault(
            "The resources are missing", code: "resources.missing", words: "is not there",
            inject: { try $0.write(resources: "/nonexistent/resources") },
            mend: { try $0.write() }),
        InstallationFault(
            "A template of the site is broken", code: "catalogue.invalid", words: "is not YAML",
            inject: { try $0.folder.write("name: [\n", to: "site/data_templates/ours.yaml") },
            mend: { try $0.remove("site/data_templates/ours.yaml") }),
        InstallationFault(
            "The state folder is missing", code: "state.unusable",
            words: "No such file or directory",
            inject: { try $0.remove("state") }, mend: { try $0.make("state") }),
        InstallationFault(
            "The state folder cannot be written", code: "state.unwritable",
            words: "the state folder cannot be written",
            inject: { try $0.write(state: "/proc") }, mend: { try $0.write() }),
        InstallationFault(
            "Files are on another file system", code: "state.split",
            words: "lies on another file system", isPossible: OtherFileSystem.exists,
            inject: { installation in
                try FileManager.default.createSymbolicLink(
                    atPath: installation.folder.path + "/state/rrd",
                    withDestinationPath: "/dev/shm")
            },
            mend: { try $0.remove("state/rrd") }),
        InstallationFault(
            "A second daemon works on the same state", code: "state.in_use",
            words: "works on this state folder already",
            inject: { installation in
                installation.first = try await Daemon()
                try installation.write(state: installation.first?.state ?? "")
            },
            mend: { installation in
                _ = try await installation.first?.stop()
                installation.first = nil
                try installation.write()
            }),
        InstallationFault(
            "A file of the state belongs to somebody else", code: "state.foreign",
            words: "belong to somebody else", starts: true, isPossible: geteuid() == 0,
            inject: { installation in
                try installation.folder.write("x", to: "state/rrd/1/1.rrd")
                chown(installation.folder.path + "/state/rrd/1/1.rrd", 65_534, 65_534)
                try installation.useDatabase()
            },
            mend: { chown($0.folder.path + "/state/rrd/1/1.rrd", 0, 0) }),
        InstallationFault(
            "Others can read the database", code: "state.exposed", words: "can be read by others",
            starts: true,
            inject: { installation in
                try installation.useDatabase()
                chmod(installation.database, 0o644)
            },
            // What SQLite puts beside it has its rights.
            mend: { for end in ["", "-wal", "-shm"] { chmod($0.database + end, 0o600) } }),
        InstallationFault(
            "The database is not there, though files are", code: "database.missing",
            words: "though there are round-robin files", starts: true,
            inject: { try $0.folder.write("x", to: "state/rrd/1/1.rrd") },
            mend: { try $0.useDatabase() }),
        InstallationFault(
            "A page of the database is corrupt", code: "database.unusable", words: "is damaged",
            inject: { installation in
                try installation.useDatabase()
                try installation.spoilDatabase()
            },
            mend: { try $0.useDatabase() }),
        InstallationFault(
            "The database is no database", code: "database.unusable", words: "cannot be read",
            inject: { installation in
                try installation.folder.write(
                    String(repeating: "no database ", count: 500), to: "state/pollerd.sqlite")
                chmod(installation.database, 0o600)
            },
            mend: { try $0.useDatabase() }),
        InstallationFault(
            "The database is of a newer pollerd", code: "database.unusable",
            words: "was written by a newer pollerd",
            inject: { installation in
                try installation.useDatabase()
                let database = try DatabaseQueue(path: installation.database)
                try await database.write {
                    try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')")
                }
                try database.close()
            },
            mend: { try $0.useDatabase() }),
        InstallationFault(
            "The fonts are missing", code: "fonts.missing", words: "the fonts DejaVuSans.ttf",
            isPossible: SmallDisk.isPermitted,
            inject: { $0.isWithoutFonts = true }, mend: { $0.isWithoutFonts = false }),
        InstallationFault(
            "The port is taken", code: "listen.taken", words: "Address already in use",
            inject: { installation in
                let socket = try LoopbackSocket(.tcp)
                try socket.bind(to: installation.port)
                guard listen(socket.descriptor, 1) == 0 else { throw Unexpected("no socket") }
                installation.taker = socket
            },
            mend: { $0.taker = nil }),
        InstallationFault(
            "Something lies where the admin socket belongs", code: "socket.unusable",
            words: "the admin socket cannot be made: a file is there",
            inject: { try $0.folder.write("precious", to: "pollerd.sock") },
            mend: { try $0.remove("pollerd.sock") }),
        InstallationFault(
            "The folder of the admin socket is missing", code: "socket.unusable",
            words: "the admin socket cannot be made there",
            inject: { try $0.write(socket: "nowhere/pollerd.sock") }, mend: { try $0.write() }),
    ]
}

/// An installation in a folder of its own, and what a test does to it. Belongs to one task.
final class BrokenInstallation: @unchecked Sendable {
    // @unchecked: one fault after the other is done to it by the task that made it.
    let folder: TemporaryFolder
    let port: UInt16
    /// A database as pollerd makes it.
    private let template: Data
    var first: Daemon?
    var taker: LoopbackSocket?
    var isWithoutFonts = false

    init(template: Data) throws {
        self.template = template
        folder = try TemporaryFolder()
        port = try Ports.freeTCP()
        try make("state")
        try makeResources()
        try write()
    }

    /// Those that are shipped, without what is known of devices: it is large, and nothing here is
    /// about it.
    private func makeResources() throws {
        try make("resources/device_templates")
        // One that fits every device has to be there.
        try Data("name: any\ntitle: SNMP device\nclass: generic\nsource: none\ngraphs: []\n".utf8)
            .write(to: URL(filePath: "\(folder.path)/resources/device_templates/any.yaml"))
        for name in ["docs", "images", "pages", "pollerd.yaml", "profiles", "web"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/resources/\(name)",
                withDestinationPath: "\(Places.resources)/\(name)")
        }
    }

    /// Makes a database, and takes it away from the daemon that made it.
    static func database() async throws -> Data {
        let daemon = try await Daemon()
        _ = try await daemon.stop()
        // All of it into one file.
        let path = daemon.state + "/pollerd.sqlite"
        let database = try DatabaseQueue(path: path)
        try await database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try database.close()
        return try Data(contentsOf: URL(filePath: path))
    }

    var settings: String { folder.path + "/pollerd.yaml" }
    var database: String { folder.path + "/state/pollerd.sqlite" }

    /// Settings of pages that others reach.
    var everywhere: String {
        "listen: \"0.0.0.0:\(port)\", url: \"http://noc.example.net:\(port)\""
    }

    /// Writes the settings.
    func write(
        web: String? = nil, state: String = "state", resources: String = "resources",
        socket: String = "pollerd.sock", more: String = ""
    ) throws {
        try folder.write(
            """
            web: {\(web ?? "listen: \"127.0.0.1:\(port)\"")}
            access: {guest: true}
            admin: {socket: "\(socket)"}
            state: {folder: "\(state)"}
            resources: {folder: "\(resources)", site_folder: site}
            \(more)
            """, to: "pollerd.yaml")
    }

    func make(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
    }

    func useDatabase() throws {
        try template.write(to: URL(filePath: database))
        chmod(database, 0o600)
    }

    /// Overwrites one page behind the first, which names the format.
    func spoilDatabase() throws {
        let pageSize = 4_096
        let file = try FileHandle(forUpdating: URL(filePath: database))
        try file.seek(toOffset: UInt64(3 * pageSize))
        try file.write(contentsOf: Data(repeating: 0xff, count: pageSize))
        try file.close()
    }

    /// Runs a program of ours to its end.
    func run(_ name: String, _ arguments: [String]) async throws -> Program.Result {
        try await start(name, arguments).finish()
    }

    func start(_ name: String, _ arguments: [String]) throws -> Program {
        let program = try Daemon.product(name)
        guard isWithoutFonts else { return try Program(program, arguments) }
        // An empty folder in place of the one with the fonts, for this program only.
        return try Program(
            "/usr/bin/unshare",
            [
                "--mount", "/bin/sh", "-c",
                "mount -t tmpfs none /usr/share/fonts && exec \"$@\"", "sh", program,
            ] + arguments)
    }

    /// The lines that pollerd writes, until it ends or runs.
    func startLines() async throws -> (lines: [Substring], isRunning: Bool) {
        let program = try start("pollerd", ["--config", settings])
        try await waitUntil("pollerd has ended, or runs", seconds: 30) {
            !program.isRunning || program.errorsSoFar.contains("event=web.listening")
        }
        let isRunning = program.isRunning
        if isRunning {
            program.signal(SIGTERM)
            _ = try await program.finish()
        }
        return (program.errorsSoFar.split(separator: "\n"), isRunning)
    }

    /// Injects a fault, starts pollerd, asks the doctor, follows the fix, and says how that went.
    func prove(_ fault: InstallationFault) async -> FaultOutcome {
        var outcome = FaultOutcome(fault.fault)
        let code = fault.fault.code
        do {
            try await fault.inject(self)
            let doctor = try await run("pollerctl", ["doctor", "--config", settings])
            outcome.isNamed = fault.fault.isNamedByDoctor(in: doctor.output)
            if !outcome.isNamed { outcome.evidence.append(doctor.output + doctor.errors) }
            let (lines, isRunning) = try await startLines()
            let mark = fault.starts ? "reason=\(code)" : "[\(code)]"
            outcome.logLines = lines.count { $0.contains(mark) }
            if !outcome.isLogged || isRunning != fault.starts {
                outcome.evidence += lines.map(String.init)
            }
            try await fault.mend(self)
            // What keeps it from starting, pollerd itself tells; the rest only the doctor.
            let after =
                fault.starts
                ? try await run("pollerctl", ["doctor", "--config", settings])
                : try await run("pollerd", ["--check", "--config", settings])
            outcome.isMended =
                (fault.starts || after.status == 0) && !after.output.contains("[\(code)]")
                && isRunning == fault.starts
            if !outcome.isMended { outcome.evidence.append(after.errors + after.output) }
        } catch {
            outcome.evidence.append("\(error)")
        }
        return outcome
    }
}
