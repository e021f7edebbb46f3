import Foundation
import FoundationNetworking
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// `pollerctl` where things are not as they should be.
@Suite struct CommandTests {
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "no length"),
        ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "no length"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", "no length"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", "no length"),
        ("SSH-2.0-OpenSSH\r\n", "no HTTP status"), ("HTTP/1.1 200 OK\r\n", "in the middle"),
    ])
    func `an answer that is not pollerd's is said to be that`(answer: String, words: String)
        async throws
    {
        let folder = try TemporaryFolder()
        let listener = try UnixListener(path: folder.path + "/s", answer: answer)
        let result = try await Program.run(
            Daemon.product("pollerctl"), ["status", "--socket", folder.path + "/s"])
        #expect(result.status == 4)
        #expect(result.errors.contains(words), "\(result.errors)")
        withExtendedLifetime(listener) {}
    }

    @Test func `an agent that fails ends the command with 1, one that hides its tree with 9`()
        async throws
    {
        var broken = Faults()
        broken.broken = [OID([1, 3, 6, 1, 2, 1, 1])]
        var empty = Faults()
        empty.hidden = [OID([1, 3])]
        let tree = InterfaceFormula.tree(device: 1, interfaces: 1)
        let server = try await SimulatorServer.start([
            .init(agent: Agent(community: "public", tree: tree, faults: broken)),
            .init(agent: Agent(community: "public", tree: tree, faults: empty)),
        ])
        let daemon = try await Daemon()
        for (port, status) in zip(server.ports, [Int32(1), 9]) {
            let agent = ["127.0.0.1", "--port", "\(port)", "--community", "public"]
            let tested = try await daemon.control(["device", "test"] + agent)
            #expect(tested.status == status, "\(tested.output)\(tested.errors)")
            let added = try await daemon.control(["add-device"] + agent)
            #expect(added.status == status, "\(added.errors)")
            _ = try await daemon.control(["add-device", "--no-test", "--name", "d"] + agent)
            let polled = try await daemon.control(["device", "poll", "d"])
            #expect(polled.status == status, "\(polled.errors)")
            _ = try await daemon.control(["device", "delete", "d", "--yes"])
        }
        _ = try await daemon.stop()
        try await server.stop()
    }

    @Test func `a device that is being polled already is a conflict`() async throws {
        let silent = try SilentAgent()
        let daemon = try await Daemon()
        _ = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(silent.port)", "--community", "public",
            "--timeout", "3000", "--retries", "0", "--no-test", "--name", "d", "--interval", "300",
        ])
        // A poll is refused while another is under way: one of the two, or both where the
        // device's own slot came just now.
        let polls = try (0..<2).map { _ in
            try Program(
                Daemon.product("pollerctl"), ["device", "poll", "d"],
                environment: ["POLLERD_SOCKET": daemon.folder.path + "/pollerd.sock"])
        }
        let ends = try await [polls[0].finish(), polls[1].finish()]
        let statuses = ends.map(\.status)
        #expect(statuses.contains(7) && statuses.allSatisfy { $0 == 7 || $0 == 8 }, "\(statuses)")
        _ = try await daemon.stop()
    }

    @Test func `profiles are listed and shown in words, and a wrong name is helped`() async throws {
        let daemon = try await Daemon()
        let names = try await daemon.control(["profile", "list", "-o", "name"])
        #expect(names.output == "ten_seconds\none_minute\nfive_minutes\nlong\n")
        let table = try await daemon.control(["profile", "list"])
        #expect(table.output.contains("long          5 minutes for 2 years    5 min  no"))
        let shown = try await daemon.control(["profile", "show", "long"])
        #expect(shown.output.contains("Unknown after    10 min without a sample"), "\(shown)")
        #expect(shown.output.contains("AVERAGE        5 min  210600  731 d 6 h            50 %"))
        let report = try await daemon.json(ProfileReport.self, ["profile", "show", "long"])
        #expect(report.stepSeconds == 300 && report.archives.count == 5)
        let csv = try await daemon.control(["profile", "show", "one_minute", "-o", "csv"])
        #expect(csv.output.hasPrefix("FUNCTION,RESOLUTION,ROWS,COVERS,MAY BE UNKNOWN\r\n"))
        let wrong = try await daemon.control(["profile", "show", "Long"])
        #expect(wrong.status == 5)
        #expect(wrong.errors.contains("there is no profile “Long”; did you mean “long”?"))
        _ = try await daemon.stop()
    }

    @Test func `a port that the kernel chose is announced by its number`() async throws {
        let daemon = try await Daemon(port: 0)
        let status = try await daemon.json(StatusReport.self, ["status"])
        let url = try #require(URL(string: status.url))
        #expect(url.port ?? 0 > 0)
        #expect(daemon.log.contains("pages are at \(status.url) "))
        let (body, _) = try await URLSession.shared.data(from: url)
        #expect(String(decoding: body, as: UTF8.self).contains("<!doctype html>"))
        _ = try await daemon.stop()
    }
}
