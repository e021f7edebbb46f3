import Foundation
import PollerModel
import TestSupport
import Testing

@Suite struct SealTests {
    @Test func `under the seal no way to start a process is left, and threads run`() async throws {
        let result = try await Program.run(Places.product("SealProbe"), [])
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "before fork 0", "seal 0", "fork refused", "posix_spawn refused", "Process refused",
                "execv refused", "thread runs",
            ])
    }

    @Test func `the running daemon is sealed in every thread`() async throws {
        let daemon = try await Daemon()
        let tasks = "/proc/\(daemon.program.processIdentifier)/task"
        let threads = try FileManager.default.contentsOfDirectory(atPath: tasks)
        #expect(threads.count > 3)
        for thread in threads {
            let status = try String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)
            #expect(status.contains("Seccomp:\t2") && status.contains("NoNewPrivs:\t1"))
        }
        _ = try await daemon.stop()
    }

    @Test(
        .enabled(
            if: Program.find("strace") != nil && RealAgent.isInstalled,
            "strace or snmpd is not installed"))
    func `adding, polling, drawing and browsing start no process`() async throws {
        let agent = try await RealAgent()
        let traces = try TemporaryFolder()
        let strace = try #require(Program.find("strace"))
        let daemon = try await Daemon(
            wrapper: (strace, ["-f", "-e", "trace=process", "-o", traces.path + "/trace"]))
        _ = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(agent.port)", "--community", "public",
            "--interval", "10", "--wait",
        ])
        for path in [
            "/", "/devices/1", "/graphs", "/graphs/1", "/graphs/1.png",
            "/graphs/2.png?theme=dark&scale=2", "/api/v1/status",
        ] {
            #expect(try await daemon.fetch(path).status == 200)
        }
        _ = try await daemon.control(["device", "poll", "1"])
        _ = try await daemon.control(["device", "delete", "1", "--yes"])
        _ = try await daemon.stop()
        let trace = try String(contentsOfFile: traces.path + "/trace", encoding: .utf8)
        let calls = trace.split(separator: "\n").map { $0.drop { $0.isNumber || $0 == " " } }
        #expect(calls.filter { $0.hasPrefix("execve(") }.count == 1)
        let forks = calls.filter { $0.hasPrefix("fork(") || $0.hasPrefix("vfork(") }
        // The seal proves itself by one fork, which is refused.
        #expect(forks.allSatisfy { $0.contains("EPERM") })
        let clones = calls.filter { $0.hasPrefix("clone(") || $0.hasPrefix("clone3(") }
        #expect(!clones.isEmpty)
        #expect(
            clones.allSatisfy {
                $0.contains("CLONE_THREAD") || $0.contains("EPERM") || $0.contains("ENOSYS")
            })
    }
}
