import Foundation
import PollerModel
import TestSupport
import Testing

/// The shipped settings of nginx before a real daemon: TLS, a path in front, and everything in it.
@Suite(
    .enabled(if: !Places.isFast, "left out by --fast"),
    .enabled(
        if: Program.find("nginx") != nil && Program.find("openssl") != nil
            && Program.find("chromedriver") != nil,
        "nginx, openssl or chromedriver is not installed"))
struct ProxyTests {
    /// What `proxy.py` found.
    private struct Report: Decodable {
        let problems: [String]
        let links: Int
        let cookie: String
        let firstLine: Double
        let lastLine: Double
    }

    @Test func `behind nginx everything works as it does without`() async throws {
        let port = try Ports.freeTCP()
        let url = "https://noc.example.net:\(port)/pollerd"
        let daemon = try await Daemon(
            web: ", url: \"\(url)\", proxies: [127.0.0.1]",
            // So nginx has to take out what strangers write into it.
            access: "guest: false, proxy_header: X-Remote-User")
        let silent = try SilentAgent()
        let nginx = try await Self.nginx(on: port, before: daemon)
        let made = try await daemon.control(["setup"])
        #expect(made.output.hasPrefix("\(url)/setup?token="), "\(made.errors)")
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(silent.port)", "--community", "public",
            "--name", "silent", "--no-test",
        ])
        #expect(added.status == 0, "\(added.errors)")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "proxy.py")
        let result = try await Program.run(
            "/usr/bin/python3",
            [
                script.path(percentEncoded: false), url, made.output.trimmed, "\(silent.port)",
            ], seconds: 180)
        guard result.status == 0 else { throw Unexpected("\(result.output)\(result.errors)") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let report = try decoder.decode(Report.self, from: Data(result.output.utf8))
        #expect(report.problems == [])
        #expect(report.links > 8)
        #expect(report.cookie.contains("; Path=/pollerd;") && report.cookie.contains("; Secure"))
        // A test of a silent device says what it does before it has done all.
        #expect(report.firstLine < report.lastLine / 2)
        withExtendedLifetime(silent) {}
        nginx.signal(SIGQUIT)
        _ = try await nginx.finish()
        _ = try await daemon.stop()
    }

    /// The shipped file, with a port and a certificate of its own, in a folder of its own.
    private static func nginx(on port: UInt16, before daemon: Daemon) async throws -> Program {
        let folder = daemon.folder.path
        let openssl = try #require(Program.find("openssl"))
        let made = try await Program.run(
            openssl,
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=noc.example.net", "-keyout", "\(folder)/key.pem", "-out", "\(folder)/cert.pem",
            ])
        guard made.status == 0 else { throw Unexpected(made.errors) }
        var site = try String(contentsOfFile: Places.root + "deploy/nginx.conf", encoding: .utf8)
        for (shipped, own) in [
            ("    listen [::]:443 ssl http2;\n", ""), ("listen 443 ", "listen 127.0.0.1:\(port) "),
            ("/etc/ssl/certs/noc.example.net.pem", "\(folder)/cert.pem"),
            ("/etc/ssl/private/noc.example.net.key", "\(folder)/key.pem"),
            ("http://127.0.0.1:8080;", "http://127.0.0.1:\(daemon.port);"),
        ] {
            #expect(site.contains(shipped))
            site = site.replacing(shipped, with: own)
        }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder)/nginx-\($0);"
        }.joined(separator: "\n")
        let path = try daemon.folder.write(
            """
            daemon off;
            master_process off;
            pid \(folder)/nginx.pid;
            error_log \(folder)/nginx.log;
            events {}
            http {
            access_log off;
            \(temporary)
            \(site)
            }
            """, to: "nginx.conf")
        let nginx = try Program(
            try #require(Program.find("nginx")),
            ["-c", path, "-p", folder, "-e", "\(folder)/nginx.log"])
        try await waitUntil("nginx listens") {
            guard nginx.isRunning else { throw Unexpected(nginx.errorsSoFar) }
            return (try? RawClient(port)) != nil
        }
        return nginx
    }
}
