import Foundation
import PollerModel
import TestSupport
import Testing

@Suite(
    .enabled(if: !Places.isFast, "left out by --fast"),
    .enabled(
        if: Program.find("chromium") != nil && Program.find("chromedriver") != nil
            && RealAgent.isInstalled,
        "chromium, chromedriver or snmpd is not installed"))
struct BrowserTests {
    /// What `browser.py` found.
    private struct Report: Decodable {
        let pages: Int
        let pictures: Int
        let problems: [String]
        let lineShare: Double
        let zoomedTo: String
        /// Of a picture that became another one under the pointer.
        let zoomError: Double
    }

    @Test func `every page is whole in light and dark, wide and narrow, and zooms by dragging`()
        async throws
    {
        let agent = try await RealAgent()
        let daemon = try await Daemon()
        let added = try await daemon.control(
            [
                "add-device", "127.0.0.1", "--port", "\(agent.port)", "--community", "public",
                "--interval", "10", "--wait", "--name", "here",
            ], seconds: 120)
        #expect(added.status == 0, "\(added.errors)")
        let graphs = try await daemon.json([GraphReport].self, ["graph", "list"])
        let graph = try #require(graphs.first { $0.title == "here - Time of a poll" })
        let source = try #require(graph.dataSourceId)
        // A sample becomes a drawn value when its step is over.
        try await waitUntil("two values to draw a line between", seconds: 90) {
            let result = try await Program.run(
                try #require(Program.find("rrdtool")),
                [
                    "fetch", "\(daemon.state)/rrd/1/\(source).rrd", "AVERAGE",
                    "--start", "now-10min",
                ])
            let values = result.output.split(separator: "\n").compactMap {
                $0.split(separator: " ").last.flatMap { Double($0) }
            }
            return values.count { $0 > 0 } >= 2
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "browser.py")
        let result = try await Program.run(
            "/usr/bin/python3", [script.path(percentEncoded: false), daemon.url, "\(graph.id)"],
            seconds: 300)
        guard result.status == 0 else { throw Unexpected("\(result.output)\(result.errors)") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let report = try decoder.decode(Report.self, from: Data(result.output.utf8))
        #expect(report.problems == [])
        #expect(report.pages >= 24 && report.pictures >= 60)
        #expect(report.lineShare > 0, "no pixel of the series' colour")
        #expect(report.zoomedTo.contains("from=") && report.zoomedTo.contains("to="))
        #expect(report.zoomError < 0.03)
        _ = try await daemon.stop()
    }

    private struct Journey: Decodable {
        let lookedAt: Int
        let problems: [String]
    }

    @Test
    func `from the setup link to a device, its graph, a tree and a link, by mouse and by keyboard`()
        async throws
    {
        let agents = [try await RealAgent(), try await RealAgent()]
        let daemon = try await Daemon(access: "guest: false")
        let made = try await daemon.control(["setup"])
        #expect(made.status == 0, "\(made.errors)")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "journey.py")
        let result = try await Program.run(
            "/usr/bin/python3",
            [
                script.path(percentEncoded: false), daemon.url, made.output.trimmed,
                "\(agents[0].port)", "\(agents[1].port)",
            ], seconds: 600)
        guard result.status == 0 else { throw Unexpected("\(result.output)\(result.errors)") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let journey = try decoder.decode(Journey.self, from: Data(result.output.utf8))
        #expect(journey.problems == [])
        #expect(journey.lookedAt >= 48)
        _ = try await daemon.stop()
    }
}
