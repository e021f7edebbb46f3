import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// The daemon with its files in the hands of a real rrdcached.
@Suite(
    .enabled(if: !Places.isFast, "left out by --fast"),
    .enabled(if: Program.find("rrdcached") != nil, "rrdcached is not installed"))
struct CachedDaemonTests {
    @Test func `samples go to rrdcached, and pictures show them before any file has them`()
        async throws
    {
        let cache = try await RealCache()
        let server = try await SimulatorServer.start([
            .init(
                agent: Agent(
                    community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: 2)))
        ])
        let daemon = try await Daemon(
            moreSettings: "storage: {backend: rrdcached, address: \"unix:\(cache.path)\"}")
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--interval", "10", "--name", "sw",
        ])
        try #require(added.status == 0, "\(added.errors)")
        let graphs = try await daemon.json([GraphReport].self, ["graph", "list"])
        let graph = try #require(graphs.first { $0.template == "interface_traffic" })
        let source = try #require(graph.dataSourceId)
        let empty = try await daemon.fetch("/graphs/\(graph.id).png?from=now-5m")
        #expect(empty.status == 200)
        // rrdtool asks the same rrdcached.
        let rrdtool = try #require(Program.find("rrdtool"), "rrdtool is not installed")
        let interface = try #require(graph.index.flatMap { Int($0) })
        let rate = Double(InterfaceFormula.inRate(device: 1, interface: interface))
        try await waitUntil("rows of the interface's own rate", seconds: 90) {
            let fetched = try await Program.run(
                rrdtool,
                [
                    "fetch", "--daemon", "unix:\(cache.path)",
                    "\(cache.base)/rrd/1/\(source).rrd",
                    "AVERAGE", "-s", "now-2min", "-e", "now",
                ])
            let rates = fetched.output.split(separator: "\n").compactMap {
                $0.split(separator: " ").dropFirst().first.flatMap { Double($0) }
            }.filter { !$0.isNaN }
            // Answers are stamped when they arrive, on a busy machine late by a part of the step;
            // a row that was shifted, lost or doubled would be wrong by all of it.
            let isTrue = rates.allSatisfy { abs($0 - rate) < rate * 0.5 }
            guard isTrue else { throw Unexpected("\(rates), true \(rate)") }
            return rates.count >= 2
        }
        let picture = try await daemon.fetch("/graphs/\(graph.id).png?from=now-2m")
        #expect(picture.status == 200 && picture.body != empty.body)
        let status = try await daemon.json(StatusReport.self, ["status"])
        #expect(status.store.rowsAccepted > 0 && status.store.filesInTrouble == 0)
        #expect(!FileManager.default.fileExists(atPath: "\(daemon.state)/rrd"))
        #expect(FileManager.default.fileExists(atPath: "\(cache.base)/rrd/1"))
        let check = try await daemon.control(["rrd", "check"])
        #expect(check.errors.contains("lie on another machine"), "\(check.errors)")
        #expect(try await daemon.stop().status == 0)
        try await server.stop()
    }
}
