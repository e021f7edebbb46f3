import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// The real daemon on a disk that fails: it lives, goes on as soon as it can, and says each cause
/// once.
@Suite(
    .enabled(if: FaultLibrary.compiler != nil, "no C compiler is installed"),
    .enabled(if: !Places.isFast, "long tests are left out"))
struct BrokenDiskTests {
    @Test(.timeLimit(.minutes(5)))
    func `a disk that fails ends nothing, and each cause is said once`() async throws {
        let server = try await SimulatorServer.start([
            .init(
                agent: Agent(
                    community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: 3),
                    faults: Faults()))
        ])
        let faults = try await FaultLibrary()
        let daemon = try await Daemon(wrapper: faults.wrapper)
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--name", "d", "--interval", "10", "--wait",
        ])
        try #require(added.status == 0, "\(added.errors)")

        // What was written is refused by the disk a moment later.
        try await broken("fdatasync", on: "/journal/", faults, daemon, times: 3)
        try await says("the journal could not be brought to the disk: Input/output error", daemon)
        try await says("the journal is written again", daemon, seconds: 120)

        // What is to be written is refused at once; rows go straight into their files.
        try await broken("write", on: "/journal/", faults, daemon, times: 3)
        try await says("the journal could not be written: Input/output error", daemon)
        try await says("the journal is written again", daemon, times: 2)

        // Files that cannot be read or written; rows of theirs wait.
        try await broken("open", on: "/state/rrd/1/", faults, daemon, times: 5) {
            // A picture without data that says why.
            #expect(try await daemon.fetch("/graphs/1.png").status == 200)
            let data = try await daemon.fetch("/graphs/1.json")
            #expect(data.status == 200)
            let words = String(decoding: data.body, as: UTF8.self)
            #expect(words.contains("Input/output error"), "\(words)")
        }
        try await says("could not be opened: Input/output error", daemon)
        try await says("all files can be written again", daemon)
        #expect(try await daemon.fetch("/graphs/1.png").status == 200)

        let end = try await daemon.stop()
        #expect(end.status == 0, "\(end.errors)")
        try await server.stop()
        let errors = Self.lines(end.errors).filter { $0.contains(" error ") }
        #expect(errors.count == 3, "\(errors.joined(separator: "\n"))")
    }

    /// Without those of the pages: each answer that fails has a number of its own there.
    private static func lines(_ log: String) -> [Substring] {
        log.split(separator: "\n").filter { !$0.contains("event=web.error") }
    }

    private func broken(
        _ call: String, on part: String, _ faults: FaultLibrary, _ daemon: Daemon, times: Int,
        meanwhile: () async throws -> Void = {}
    ) async throws {
        try faults.fail(call, on: part)
        try await waitUntil("\(call) failed \(times) times", seconds: 90) {
            _ = try await daemon.control(["device", "poll", "d"])
            try await meanwhile()
            return faults.hits >= times
        }
        #expect(daemon.program.isRunning)
        try faults.end()
    }

    private func says(
        _ words: String, _ daemon: Daemon, times count: Int = 1, seconds: Int = 60
    ) async throws {
        try await waitUntil("the log says: \(words)", seconds: seconds) {
            Self.lines(daemon.log).filter { $0.contains(words) }.count >= count
        }
        let lines = Self.lines(daemon.log).filter { $0.contains(words) }
        #expect(lines.count == count, "\(lines.joined(separator: "\n"))")
    }
}
