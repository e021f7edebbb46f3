import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// A device from its options to its edits, with the real programs.
@Suite struct DeviceEditTests {
    private func withAgent(
        _ body: (Daemon, [String], UInt16) async throws -> Void
    ) async throws {
        let server = try await SimulatorServer.start([
            .init(
                agent: Agent(
                    community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: 1),
                    faults: Faults()))
        ])
        let (listener, pinged) = try LoopbackSocket.listening()
        let daemon = try await Daemon()
        try await body(
            daemon, ["127.0.0.1", "--port", "\(server.ports[0])", "--community", "public"], pinged)
        _ = try await daemon.stop()
        try await server.stop()
        withExtendedLifetime(listener) {}
    }

    private func show(_ daemon: Daemon) async throws -> DeviceReport {
        try await daemon.json(DeviceReport.self, ["device", "show", "d"])
    }

    @Test func `a device is added with a ping, edited, disabled and enabled`() async throws {
        try await withAgent { daemon, agent, pinged in
            let ping = ["--availability", "ping-or-snmp", "--ping", "tcp:\(pinged)"]
            let added = try await daemon.control(["add-device", "--name", "d"] + agent + ping)
            #expect(added.status == 0, "\(added.errors)")
            #expect(added.errors.contains("✓ ping         tcp:\(pinged) answered"))
            try await waitUntil("the ping is shown", seconds: 60) {
                try await show(daemon).pingMilliseconds != nil
            }
            let before = try await show(daemon)
            #expect(before.availability == .pingOrSNMP && before.ping == .tcp(port: pinged))
            #expect(before.objectsPerMessage == nil)

            let edited = try await daemon.control([
                "device", "edit", "d", "--max-oids", "5", "--community", "c4nary",
                "--any-source", "--site", "cellar",
            ])
            #expect(edited.status == 0, "\(edited.errors)")
            #expect(edited.output.contains("Objects a request   what it takes → 5"))
            #expect(edited.output.contains("Site                none → cellar"))
            #expect(edited.output.contains("Community           as given"))
            #expect(!edited.output.contains("c4nary"))
            let after = try await show(daemon)
            #expect(after.objectsPerMessage == 5 && !after.checksSource && after.site == "cellar")
            #expect(after.availability == .pingOrSNMP)

            // The community is wrong now, and the ping is answered: up, and said why not more.
            let polled = try await daemon.control([
                "device", "edit", "d", "--timeout", "200", "--retries", "0",
            ])
            #expect(polled.status == 0)
            try await waitUntil("SNMP is silent", seconds: 60) {
                _ = try await daemon.control(["device", "poll", "d"])
                return try await show(daemon).statusCode == "no_answer"
            }
            #expect(try await show(daemon).status == .up)

            let text = try await daemon.control(["device", "show", "d"]).output
            #expect(text.contains("at most 5 objects a request"))
            #expect(text.contains("ping-or-snmp, ping tcp:\(pinged) with time-out 400 ms"))
            #expect(text.contains("count from any address"))

            #expect(try await daemon.control(["device", "disable", "d"]).status == 0)
            #expect(try await show(daemon).status == .disabled)
            #expect(try await daemon.json(StatusReport.self, ["status"]).devicesDisabled == 1)
            let enabled = try await daemon.control(["device", "enable", "d"])
            #expect(enabled.output == "d is polled every 60 s.\n")
            #expect(try await show(daemon).enabled)
        }
    }

    @Test func `what cannot be is refused with a sentence, and changes nothing`() async throws {
        try await withAgent { daemon, agent, _ in
            let added = try await daemon.control(["add-device", "--name", "d"] + agent)
            #expect(added.status == 0)
            for (arguments, status, words) in [
                ([], Int32(2), "nothing was asked for, and nothing was changed"),
                (["--max-oids", "61"], 2, "objects in a message are 1 to 60"),
                (["--availability", "pings"], 2, "did you mean “ping”?"),
                (["--ping", "udp:23"], 2, "use icmp, tcp:PORT or tcp-closed:PORT"),
                (["--source-address", "eth0"], 2, "“eth0” is no address"),
                (["--interval", "300"], 2, "the interval of a device cannot be changed yet"),
                (["--v3-level", "authPriv"], 2, "the user of SNMPv3 is missing"),
                (["--colour", "red"], 2, "--colour"),
            ] {
                let result = try await daemon.control(["device", "edit", "d"] + arguments)
                #expect(result.status == status, "\(arguments): \(result.errors)")
                #expect(result.errors.contains(words), "\(result.errors)")
            }
            #expect(try await daemon.control(["device", "edit", "e", "--name", "f"]).status == 5)
            let same = try await daemon.control(["device", "edit", "d", "--name", "d"])
            #expect(same.status == 0 && same.output.contains("nothing was changed"))
            let wrong = try await daemon.control(
                ["add-device", "--ping", "tcp:0", "--availability", "ping"] + agent)
            #expect(wrong.status == 2 && wrong.errors.contains("use icmp, tcp:PORT"))
            let idle = try await daemon.control(["device", "test", "--ping", "tcp:22"] + agent)
            #expect(idle.status == 2 && idle.errors.contains("the device would not be pinged"))
        }
    }

    @Test func `a test shows the ping, and fails at it only where it has to be answered`()
        async throws
    {
        try await withAgent { daemon, agent, _ in
            let closed = ["--ping", "tcp:\(try Ports.freeTCP())", "--availability"]
            let optional = try await daemon.control(
                ["device", "test"] + agent + closed + ["ping-or-snmp"])
            #expect(optional.status == 0, "\(optional.output)\(optional.errors)")
            #expect(optional.output.contains("– ping "))
            #expect(
                optional.output.contains("; no obstacle") && optional.output.contains("✓ system"))
            let needed = try await daemon.control(
                ["add-device"] + agent + closed + ["ping-and-snmp"])
            #expect(needed.status == 8 && needed.errors.contains("✗ ping "))
            #expect(needed.errors.contains("nothing was added: the host refused the connection"))
            #expect(try await daemon.control(["device", "list", "-o", "name"]).output.isEmpty)
        }
    }
}
