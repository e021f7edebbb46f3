import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// A device that renumbers its interfaces, and somebody who takes that back.
@Suite struct RemapCommandTests {
    @Test func `a renumbering is shown, undone, and not undone twice`() async throws {
        let tree = InterfaceFormula.tree(device: 1, interfaces: 2, indexOffset: 1)
        let agent = Agent(community: "public", tree: tree, faults: Faults())
        let server = try await SimulatorServer.start([.init(agent: agent)])
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--name", "d",
        ])
        #expect(added.status == 0, "\(added.errors)")
        let none = try await daemon.control(["device", "remaps", "d"])
        #expect(none.status == 0 && none.errors.contains("No row of d has changed its place"))

        try await renumber(agent, daemon)
        let remaps = try await daemon.json([RemapReport].self, ["device", "remaps", "d"])
        #expect(remaps.map(\.moved) == [2] && remaps.map(\.added) == [1])
        let shown = try await daemon.control(["device", "remaps", "d"])
        #expect(shown.output.contains("interfaces: 2 moved, 1 added\n    recognised by ifName\n"))
        #expect(shown.output.contains("row 1 moved: 2 -> 1  "), "\(shown.output)")
        let lines = try await daemon.control(["device", "remaps", "d", "-o", "csv"])
        #expect(lines.output.split(separator: "\r\n").count == 4, "\(lines.output)")
        #expect(
            daemon.log.contains(
                "interfaces: 2 moved; rows recognised by ifName; pollerctl device remaps 1 tells"),
            "\(daemon.log)")
        #expect(daemon.log.contains("device.remapped"))
        try await takeBack("\(remaps[0].id)", daemon)

        _ = try await daemon.stop()
        try await server.stop()
    }

    private func renumber(_ agent: Agent, _ daemon: Daemon) async throws {
        // What it watches is known from a poll before.
        try await poll(daemon)
        agent.replace(InterfaceFormula.tree(device: 1, interfaces: 3))
        try await poll(daemon)
        try await waitUntil("the table was read again", seconds: 60) {
            try await !daemon.json([RemapReport].self, ["device", "remaps", "d"]).isEmpty
        }
    }

    private func takeBack(_ remap: String, _ daemon: Daemon) async throws {
        let undone = try await whenFree {
            try await daemon.control(["device", "remaps", "d", "--undo", remap])
        }
        #expect(undone.status == 0, "\(undone.errors)")
        #expect(undone.output.hasPrefix("Remap \(remap) of d is undone."))
        let remaps = try await daemon.json([RemapReport].self, ["device", "remaps", "d"])
        #expect(remaps.map(\.undoes) == [remaps[1].id, nil] && remaps[1].undoneAt != nil)
        #expect(remaps[0].moved == 2 && remaps[0].vanished == 1)
        let again = try await whenFree {
            try await daemon.control(["device", "remaps", "d", "--undo", remap])
        }
        #expect(again.status == 7 && again.errors.contains("was undone already"))
        let lost = try await whenFree {
            try await daemon.control(["device", "remaps", "d", "--undo", "99"])
        }
        #expect(lost.status == 5 && lost.errors.contains("has no remap 99"))
    }

    private func poll(_ daemon: Daemon) async throws {
        let polled = try await whenFree { try await daemon.control(["device", "poll", "d"]) }
        #expect(polled.status == 0, "\(polled.errors)")
    }

    /// The device may be polled at its slot just then.
    private func whenFree(
        _ body: @escaping @Sendable () async throws -> Program.Result
    ) async throws -> Program.Result {
        var result = try await body()
        try await waitUntil("the device is not being polled", seconds: 60) {
            guard result.errors.contains("is being polled just now") else { return true }
            result = try await body()
            return false
        }
        return result
    }
}
