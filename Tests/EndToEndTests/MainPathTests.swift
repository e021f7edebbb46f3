import Foundation
import PollerModel
import TestSupport
import Testing

@Suite(.enabled(if: RealAgent.isInstalled, "snmpd is not installed"))
struct MainPathTests {
    /// Sends datagrams over loopback, so that its interface has something to count.
    private func makeTraffic(bytes: Int, times: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(9).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let payload = [UInt8](repeating: 0x78, count: bytes)
        for _ in 0..<times {
            let sent = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        descriptor, payload, payload.count, 0, $0,
                        socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            // Nobody listens there, which the kernel may say at every second datagram.
            if sent < 0, errno != ECONNREFUSED {
                throw Unexpected(String(cString: strerror(errno)))
            }
        }
    }

    @Test func `a real agent is added, polled, stored and drawn, and the drawn rate is its own`()
        async throws
    {
        let agent = try await RealAgent()
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(agent.port)", "--community", "public",
            "--interval", "10", "--name", "here",
        ])
        #expect(added.status == 0, "\(added.errors)")
        #expect(added.errors.contains("✓ tables") && added.output.contains("Added here"))

        // A loopback interface is no link, so it has graphs only where somebody wants them.
        let asked = try await daemon.control(["device", "interfaces", "here", "--graph", "lo"])
        #expect(asked.status == 0, "\(asked.errors)")
        #expect(asked.output.contains("here - Traffic - lo"), "\(asked.output)")
        let graphs = try await daemon.json(
            [GraphReport].self, ["graph", "list", "--device", "here"])
        let graph = try #require(graphs.first { $0.title == "here - Traffic - lo" })
        let source = try #require(graph.dataSourceId)
        let last = ["data-source", "last", "\(source)"]

        // Traffic until there are samples with rates; then the counters between two of them.
        var samples: [(time: Date, raw: UInt64)] = []
        try await waitUntil("five samples with rates", seconds: 120) {
            try makeTraffic(bytes: 1_000, times: 40)
            let report = try await daemon.json(DataSourceReport.self, last)
            guard let value = report.values.first, value.rate != nil, let raw = value.raw,
                let time = try report.time.map({ try Date($0, strategy: .iso8601) })
            else { return false }
            if samples.last?.raw != raw { samples.append((time, raw)) }
            return samples.count >= 5
        }
        let first = try #require(samples.first)
        let newest = try #require(samples.last)
        #expect(newest.raw > first.raw)

        // What the stock rrdtool draws from the file: its average over the same time.
        let file = try #require(try await daemon.json(DataSourceReport.self, last).file)
        let rrdtool = try #require(Program.find("rrdtool"), "rrdtool is not installed")
        let (start, end) = (
            Int(first.time.timeIntervalSince1970), Int(newest.time.timeIntervalSince1970)
        )
        let fetched = try await Program.run(
            rrdtool,
            ["fetch", "\(daemon.state)/\(file)", "AVERAGE", "-s", "\(start)", "-e", "\(end - 10)"])
        let rates = fetched.output.split(separator: "\n").compactMap { line -> Double? in
            let cells = line.split(separator: " ")
            return cells.count == 3 ? Double(cells[1]) : nil
        }.filter { !$0.isNaN }
        let stored = rates.reduce(0) { $0 + $1 * 10 }
        let counted = Double(newest.raw - first.raw)
        // The rows are aligned to ten seconds, the samples are not: one row more or less.
        let slack = (rates.max() ?? 0) * 10 + 1
        #expect(abs(stored - counted) <= slack, "\(stored) stored, \(counted) counted")

        // The agent itself, asked by net-snmp's own command, is where our newest sample was.
        if let snmpget = Program.find("snmpget") {
            let answer = try await Program.run(
                snmpget,
                [
                    "-v2c", "-c", "public", "-Oqv", "127.0.0.1:\(agent.port)",
                    ".1.3.6.1.2.1.31.1.1.1.6.1",
                ])
            let now = try #require(
                UInt64(answer.output.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(now >= newest.raw)
        }

        // The picture: with data it differs from one of the time before.
        let picture = try await daemon.fetch("/graphs/\(graph.id).png?from=now-2m")
        #expect(picture.status == 200 && picture.headers["content-type"] == "image/png")
        #expect(Int(picture.headers["x-graph-width"] ?? "") == 700)
        let empty = try await daemon.fetch("/graphs/\(graph.id).png?from=now-2h&to=now-1h")
        #expect(picture.body != empty.body)
        let rendered = try await daemon.control([
            "graph", "render", "\(graph.id)", "--theme", "dark",
        ])
        #expect(rendered.bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))

        let end2 = try await daemon.stop()
        #expect(end2.status == 0)
        #expect(end2.errors.contains("pollerd has stopped"))
        #expect(!end2.errors.contains(" error "), "\(end2.errors)")
    }

    @Test func `what cannot be added says why, with its own exit code, and adds nothing`()
        async throws
    {
        let agent = try await RealAgent()
        let daemon = try await Daemon()
        let clock = ContinuousClock()
        let start = clock.now
        let wrong = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(agent.port)", "--community", "wrong",
        ])
        #expect(clock.now - start < .seconds(10))
        #expect(wrong.status == 8)
        #expect(wrong.errors.contains("nothing answered 3 requests within 4500 ms"))
        #expect(wrong.errors.contains("three likely causes: the community is wrong"))

        let closed = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(Ports.freeUDP())", "--community", "public",
        ])
        #expect(closed.status == 8 && closed.errors.contains("is closed"))

        let unknown = try await daemon.control([
            "add-device", "no-such-host.invalid", "--community", "public",
        ])
        #expect(unknown.status == 1 && unknown.errors.contains("was not resolved: "))

        let usage = try await daemon.control(["add-device", "127.0.0.1"])
        #expect(usage.status == 2 && usage.errors.contains("the community is missing"))
        #expect(try await daemon.control(["device", "show", "7"]).status == 5)
        #expect(try await daemon.control(["device", "list", "-o", "name"]).output.isEmpty)

        let good = ["add-device", "127.0.0.1", "--port", "\(agent.port)", "--community", "public"]
        #expect(try await daemon.control(good).status == 0)
        #expect(try await daemon.control(good).status == 7)
        _ = try await daemon.stop()
        #expect(try await daemon.control(["status"]).status == 4)
    }

    @Test func `an outage is written unknown, said everywhere, and over when the agent is back`()
        async throws
    {
        let agent = try await RealAgent()
        let daemon = try await Daemon()
        _ = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(agent.port)", "--community", "public",
            "--interval", "10", "--timeout", "300", "--retries", "0", "--wait", "--name", "here",
        ])
        agent.suspend()
        // A poll of its own may be under way; the one after it waits for its end.
        try await waitUntil("two polls without an answer", seconds: 60) {
            let status = try await daemon.control(["device", "poll", "here"]).status
            #expect([7, 8].contains(status))
            return try await daemon.json([DeviceReport].self, ["device", "list"])[0].status == .down
        }
        let device = try await daemon.json([DeviceReport].self, ["device", "list"])[0]
        #expect(device.status == .down && device.statusReason?.contains("nothing answered") == true)
        let source = try await daemon.json([DataSourceReport].self, ["data-source", "list"])[0]
        #expect(
            source.values.allSatisfy {
                $0.rate == nil && $0.unknownReason?.contains("nothing answered") == true
            })
        let page = try await daemon.fetch("/devices/\(device.id)")
        #expect(String(decoding: page.body, as: UTF8.self).contains("three likely causes"))
        agent.resume()
        try await waitUntil("it is up again", seconds: 90) {
            try await daemon.json([DeviceReport].self, ["device", "list"])[0].status == .up
        }
        let end = try await daemon.stop()
        // Each change is said once.
        for event in ["device.down", "device.recovering", "device.up"] {
            #expect(end.errors.split(separator: "event=\(event)").count == 2, "\(event)")
        }
    }

    @Test func `a killed daemon comes back with everything, and polls on without a gap`()
        async throws
    {
        let agent = try await RealAgent()
        let daemon = try await Daemon()
        _ = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(agent.port)", "--community", "public",
            "--interval", "10", "--wait", "--name", "here",
        ])
        // An agent that has just started has not counted yet.
        try await waitUntil("there is a rate", seconds: 60) {
            try await daemon.control(["data-source", "last", "1", "-o", "json"]).output
                .contains(/"name":"user","rate":[0-9]/)
        }
        daemon.program.signal(SIGKILL)
        _ = try await daemon.program.finish()
        let again = try Program(
            Daemon.product("pollerd"), ["--config", daemon.folder.path + "/pollerd.yaml"])
        let first = try await waitFor("a rate from the first sample", seconds: 60) {
            let result = try await daemon.control(["data-source", "last", "1", "-o", "json"])
            guard result.status == 0, !result.output.contains("\"time\":null") else {
                return nil as String?
            }
            return result.output
        }
        #expect(!first.contains("second sample"), "\(first)")
        again.signal(SIGTERM)
        #expect(try await again.finish().status == 0)
    }

    @Test func `secrets are in no log, page or listing`() async throws {
        let agent = try await RealAgent(configuration: "rocommunity c4nary 127.0.0.1\n")
        let daemon = try await Daemon()
        let file = try daemon.folder.write("c4nary\n", to: "community")
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(agent.port)", "--community-file", file,
        ])
        #expect(added.status == 0)
        var texts = [added.output, added.errors]
        for arguments in [
            ["device", "list", "-o", "json"], ["device", "show", "1", "-o", "json"],
            ["graph", "list"],
        ] {
            texts.append(try await daemon.control(arguments).output)
        }
        for path in [
            "/", "/devices", "/devices/1", "/graphs/1", "/api/v1/devices", "/api/v1/data-sources",
        ] {
            texts.append(String(decoding: try await daemon.fetch(path).body, as: UTF8.self))
        }
        texts.append(try await daemon.stop().errors)
        #expect(!texts.contains { $0.contains("c4nary") })
    }
}
