import Foundation
import PollerModel
import TestSupport
import Testing

@Suite struct CheckTests {
    private func check(_ settings: String) async throws -> (status: Int32, lines: [String]) {
        let result = try await Program.run(
            Daemon.product("pollerd"), ["--check", "--config", settings])
        return (
            result.status, (result.errors + result.output).split(separator: "\n").map(String.init)
        )
    }

    @Test func `a sound installation is one line`() async throws {
        let folder = try TemporaryFolder()
        let settings = try Daemon.writeSettings(in: folder, port: Ports.freeTCP())
        let (status, lines) = try await check(settings)
        #expect(status == 0)
        #expect(lines.count == 1 && lines[0].hasPrefix("pollerd: all is well: "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/state").isEmpty)
    }

    @Test func `everything that is broken is said in one run, each in one line`() async throws {
        let folder = try TemporaryFolder()
        let taken = try ListeningSocket()
        let settings = try folder.write(
            """
            web: {listen: "127.0.0.1:\(taken.port)", prot: 1}
            admin: {socket: "/nonexistent/pollerd.sock"}
            state: {folder: missing}
            resources: {folder: "\(Places.resources)", site_folder: site}
            polling: {default_interval_seconds: 45}
            """, to: "pollerd.yaml")
        try folder.write("name: ten_seconds\ntitle: [\n", to: "site/profiles/broken.yaml")
        try folder.write(
            "name: minute\ntitle: A\nstep_seconds: 60\narchives: []\nsteps: 1\n",
            to: "site/profiles/a.yaml")
        try folder.write(
            "name: minute\ntitle: B\nstep_seconds: 60\narchives: [{functions: [AVERAGE], steps: 1, rows: 1}]\n",
            to: "site/profiles/b.yaml")
        let (status, lines) = try await check(settings)
        #expect(status == 1)
        let expected = [
            ("pollerd.yaml:1:", "has no key “prot”; known keys: hosts, listen"),
            ("site/profiles/broken.yaml:", "is not YAML"),
            ("site/profiles/a.yaml:5:1", "a profile has no key “steps”"),
            ("site/profiles/b.yaml:1:7", "“minute” is already the name of"),
            ("\(folder.path)/missing", "No such file or directory; create it: install -d"),
            ("127.0.0.1:\(taken.port)", "Address already in use; see who has it (ss -ltnp"),
            ("/nonexistent", "the admin socket cannot be made there"),
        ]
        for (place, words) in expected {
            #expect(
                lines.contains { $0.contains(place) && $0.contains(words) },
                "\(place) \(words)\n\(lines.joined(separator: "\n"))")
        }
    }

    @Test func `a default interval without a profile is refused with the choices`() async throws {
        let folder = try TemporaryFolder()
        _ = try Daemon.writeSettings(in: folder, port: Ports.freeTCP())
        let settings = try folder.write(
            "state: {folder: state}\nadmin: {socket: s}\nweb: {listen: \"127.0.0.1:\(Ports.freeTCP())\"}\n"
                + "resources: {folder: \"\(Places.resources)\"}\npolling: {default_interval_seconds: 45}\n",
            to: "pollerd.yaml")
        let (status, lines) = try await check(settings)
        #expect(status == 1)
        #expect(
            lines == [
                "pollerd: polling.default_interval_seconds: is 45, and no profile has that step; use one of 10, 60, 300 [settings.no_profile]"
            ])
    }

    @Test(arguments: ["/proc", "/dev/null"])
    func `a state folder that cannot be written is said with the kernel's reason`(state: String)
        async throws
    {
        let folder = try TemporaryFolder()
        let settings = try Daemon.writeSettings(in: folder, port: Ports.freeTCP(), state: state)
        let (status, lines) = try await check(settings)
        #expect(status == 1)
        #expect(
            lines.count == 1 && lines[0].hasPrefix("pollerd: \(state): the state folder"),
            "\(lines)")
    }

    @Test func `a damaged database and a foreign lock are said before anything starts`()
        async throws
    {
        let folder = try TemporaryFolder()
        let settings = try Daemon.writeSettings(in: folder, port: Ports.freeTCP())
        try folder.write(String(repeating: "no database ", count: 500), to: "state/pollerd.sqlite")
        let (status, lines) = try await check(settings)
        #expect(status == 1 && lines.contains { $0.contains("pollerd.sqlite: cannot be read") })
    }

    @Test(
        .enabled(if: OtherFileSystem.exists, "/dev/shm is no other file system than /tmp"),
        arguments: [
            ("rrd", "local", true), ("journal", "local", true), ("archive", "local", true),
            ("notes", "local", false), ("rrd", "rrdcached", false), ("journal", "rrdcached", true),
        ])
    func `files and journal on two file systems are refused`(
        name: String, backend: String, isRefused: Bool
    ) async throws {
        let folder = try TemporaryFolder()
        let settings = try Daemon.writeSettings(
            in: folder, port: Ports.freeTCP(),
            more: backend == "local"
                ? "" : "storage: {backend: rrdcached, address: \"127.0.0.1:1\"}\n")
        let other = try OtherFileSystem()
        let path = "\(folder.path)/state/\(name)"
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: other.path)
        let (status, lines) = try await check(settings)
        #expect(status == (isRefused ? 1 : 0), "\(lines)")
        #expect(
            lines.contains(
                "pollerd: \(path): lies on another file system than the state folder; move the whole state folder there, or set state.folder [state.split]"
            ) == isRefused, "\(lines)")
    }

    @Test(arguments: ["a file", "a folder", "a symbolic link", "a socket that somebody listens on"])
    func `what lies where the admin socket belongs is named and left alone`(what: String)
        async throws
    {
        let folder = try TemporaryFolder()
        let settings = try Daemon.writeSettings(in: folder, port: Ports.freeTCP())
        let path = folder.path + "/pollerd.sock"
        var listener: UnixListener?
        switch what {
        case "a file": try folder.write("precious", to: "pollerd.sock")
        case "a folder":
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
        case "a symbolic link":
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: "/nonexistent")
        default: listener = try UnixListener(path: path)
        }
        let (status, lines) = try await check(settings)
        #expect(status == 1)
        #expect(
            lines.count == 1
                && lines[0].hasPrefix("pollerd: \(path): the admin socket cannot be made: \(what)")
                && lines[0].contains("admin.socket"), "\(lines)")
        let started = try await Program.run(Daemon.product("pollerd"), ["--config", settings])
        #expect(started.status == 1 && started.errors.contains(what))
        var found = stat()
        #expect(lstat(path, &found) == 0)
        withExtendedLifetime(listener) {}
    }

    @Test func `a socket that nobody listens on any more is replaced`() async throws {
        let daemon = try await Daemon()
        daemon.program.signal(SIGKILL)
        _ = try await daemon.program.finish()
        let settings = daemon.folder.path + "/pollerd.yaml"
        #expect(try await check(settings).status == 0)
        let again = try Program(Daemon.product("pollerd"), ["--config", settings])
        try await waitUntil("it answers") { try await daemon.control(["status"]).status == 0 }
        again.signal(SIGTERM)
        #expect(try await again.finish().status == 0)
    }

    @Test func `a second daemon on the same state is refused with the first one's process`()
        async throws
    {
        let daemon = try await Daemon()
        let result = try await Program.run(
            Daemon.product("pollerd"), ["--config", daemon.folder.path + "/pollerd.yaml"])
        #expect(result.status == 1)
        #expect(
            result.errors.contains(
                "process \(daemon.program.processIdentifier) works on this state folder already"))
        let (status, lines) = try await check(daemon.folder.path + "/pollerd.yaml")
        #expect(status == 0 && lines[0].contains("pollerd runs as process"))
        #expect(try await daemon.control(["status"]).status == 0)
        _ = try await daemon.stop()
    }

    @Test func `an address that others reach is refused unless somebody wants it so`() async throws
    {
        let folder = try TemporaryFolder()
        let settings = try folder.write("web: {listen: \"0.0.0.0:8080\"}\n", to: "pollerd.yaml")
        let result = try await Program.run(Daemon.product("pollerd"), ["--config", settings])
        #expect(result.status == 1 && result.errors.contains("plain_http: true"))
    }

    @Test func `pollerctl check reads settings and resources without a daemon`() async throws {
        let pollerctl = try Daemon.product("pollerctl")
        let good = try await Program.run(
            pollerctl,
            [
                "check", "--resources", Places.resources, "--config",
                Places.root + "Config/pollerd.yaml",
            ])
        #expect(good.status == 0 && good.output.hasPrefix("All is well"))
        let folder = try TemporaryFolder()
        try folder.write("nme: x\n", to: "profiles/x.yaml")
        let bad = try await Program.run(pollerctl, ["check", "--resources", folder.path])
        #expect(
            bad.status == 1
                && bad.errors.contains(
                    "profiles/x.yaml:1:1: a profile has no key “nme”; did you mean “name”?")
        )
        #expect(try await Program.run(pollerctl, ["check"]).status == 2)
    }

    @Test func `what a site adds is checked together with what is shipped`() async throws {
        let site = try TemporaryFolder()
        let template = "name: ours\ntitle: Ours\nsource: us\ngraphs: [interface_traffic, uptime]\n"
        try site.write(template, to: "device_templates/ours.yaml")
        let arguments = ["check", "--resources", site.path]
        let good = try await Program.run(Daemon.product("pollerctl"), arguments)
        #expect(good.status == 0, "\(good.errors)")
        try site.write(
            template.replacing("uptime", with: "uptyme"), to: "device_templates/ours.yaml")
        let bad = try await Program.run(Daemon.product("pollerctl"), arguments)
        #expect(bad.status == 1 && bad.errors.contains("did you mean “uptime”"))
    }

    @Test func `versions of everything are printed`() async throws {
        let result = try await Program.run(Daemon.product("pollerd"), ["--version"])
        for name in ["pollerd", "librrd", "net-snmp", "SQLite"] {
            #expect(result.output.firstMatch(of: try Regex("\(name) \\d+\\.\\d+")) != nil)
        }
    }
}

/// A TCP port that somebody listens on.
private final class ListeningSocket {
    let port: UInt16
    private let socket: LoopbackSocket

    init() throws {
        port = try Ports.freeTCP()
        socket = try LoopbackSocket(.tcp)
        try socket.bind(to: port)
        guard listen(socket.descriptor, 1) == 0 else { throw Unexpected("no socket") }
    }
}

/// A folder that does not lie where temporary folders do.
final class OtherFileSystem {
    private static let parent = "/dev/shm"
    let path: String

    static var exists: Bool {
        var other = stat()
        var usual = stat()
        return access(parent, W_OK) == 0 && stat(parent, &other) == 0
            && stat(FileManager.default.temporaryDirectory.path, &usual) == 0
            && other.st_dev != usual.st_dev
    }

    init() throws {
        path = "\(Self.parent)/pollerd-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
