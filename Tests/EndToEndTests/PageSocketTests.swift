import Foundation
import PollerModel
import TestSupport
import Testing

/// Pages on a Unix socket, where only a proxy of this machine comes.
@Suite(.enabled(if: Program.find("python3") != nil, "python3 is not installed"))
struct PageSocketTests {
    private static let settings =
        ", url: \"https://noc.example.net/pollerd\", proxies: [unix]"

    /// Asks as the proxy would; the status, and then the page.
    private func ask(_ socket: String, _ path: String, user: String) async throws -> String {
        let script = """
            import http.client, socket, sys
            connection = http.client.HTTPConnection("localhost")
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(sys.argv[1])
            connection.request("GET", sys.argv[2], headers={
                "Accept": "text/html", "X-Remote-User": sys.argv[3],
                "X-Forwarded-For": "203.0.113.5", "X-Forwarded-Host": "noc.example.net"})
            answer = connection.getresponse()
            print(answer.status, answer.getheader("Strict-Transport-Security"))
            print(answer.read().decode())
            """
        let result = try await Program.run(
            try #require(Program.find("python3")), ["-c", script, socket, path, user])
        guard result.status == 0 else { throw Unexpected(result.errors) }
        return result.output
    }

    private func mode(of path: String) -> mode_t? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mode & 0o777
    }

    @Test func `pages are on a socket, and whoever may use it is believed when that is said`()
        async throws
    {
        let folder = try TemporaryFolder()
        let socket = "\(folder.path)/pages.sock"
        let daemon = try await Daemon(
            listen: "unix:\(socket)", web: Self.settings,
            access: "guest: false, proxy_header: X-Remote-User")
        // Nobody but members of the daemon's group, who could otherwise be anybody.
        try await waitUntil("the socket is open to the group") { mode(of: socket) == 0o660 }
        #expect(
            try await ask(socket, "/pollerd/-/healthy", user: "").hasPrefix(
                "200 max-age=31536000"))
        let refused = try await ask(socket, "/pollerd/devices", user: "eve")
        #expect(refused.hasPrefix("403") && refused.contains("“eve”"), "\(refused)")
        #expect(refused.contains("href=\"/pollerd/static/"))
        let made = try await daemon.control(["setup"])
        #expect(made.output.hasPrefix("https://noc.example.net/pollerd/setup?token="))
        _ = try await daemon.stop()
    }

    @Test func `where nobody on the socket can say who he is, everybody may use it`()
        async throws
    {
        let folder = try TemporaryFolder()
        let socket = "\(folder.path)/pages.sock"
        let daemon = try await Daemon(listen: "unix:\(socket)", web: Self.settings)
        try await waitUntil("the socket is open to all") { mode(of: socket) == 0o666 }
        _ = try await daemon.stop()
    }

    @Test func `what lies in the place of the socket is left alone, and said`() async throws {
        let folder = try TemporaryFolder()
        let socket = try folder.write("mine", to: "pages.sock")
        let settings = try Daemon.writeSettings(
            in: folder, port: 0, listen: "unix:\(socket)", web: Self.settings)
        let result = try await Program.run(
            try Daemon.product("pollerd"), ["--config", settings, "--check"])
        #expect(result.status == 1)
        #expect(
            (result.output + result.errors).contains(
                "the socket of the pages cannot be made: a file is there"), "\(result)")
        #expect(try String(contentsOfFile: socket, encoding: .utf8) == "mine")
    }
}
